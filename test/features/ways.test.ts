import { refresh } from '../../src/features/refresh';
import { journeySettings, type JourneySettingsInput } from '../../src/journeys/settings';
import { keepSegmentUp } from '../../src/n8n/segmentWatch';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS, type TestStore } from '../support/eachStore';
import { register, release } from '../journeys/support/journey';

/** Figures may be computed in another way without anybody having chosen so: that is another definition (journeys.md section 10). */
let runs = 0;
const compute = (store: Store) => refresh(store, { owner: `ways ${++runs}` });
const order = (customer: string, ago: number, total = 20, more: object = {}) => ({ ref: { customerId: customer }, source: 's', orderId: `${customer}-${ago}-${++runs}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const, totalE4: total * 10_000, lines: [{ productId: 'tea', quantity: 1, priceE4: total * 10_000, amountE4: total * 10_000 }], ...more });
const entering = (segment: string): JourneySettingsInput => ({ key: 'entered', name: 'Entered', guardMs: 0, entry: { eventType: 'segment_entered', filter: [{ field: 'segment', operator: 'equals', value: segment }], entryKey: { kind: 'event' } } });
const crossing = (value: number, direction = 'up'): JourneySettingsInput => ({ key: 'crossed', name: 'Crossed', guardMs: 0, reEntry: { mode: 'parallel', max: 100 }, entry: { eventType: 'figure_crossed', entryKey: { kind: 'event' }, filter: [{ field: 'figure', operator: 'equals', value: 'lifetimeValue' }, { field: 'value', operator: 'equals', value }, { field: 'direction', operator: 'equals', value: direction }] } });

/** What the loop of Journey Trigger does until nothing is left to do. */
async function tend(store: Store, settings: JourneySettingsInput): Promise<void> {
	for (;;) {
		const { nextDueAt } = await keepSegmentUp(store as unknown as StoreHandle, journeySettings.parse(settings));
		if (nextDueAt === null || nextDueAt > (await store.run('store.settings', {})).now + 200) return;
	}
}
async function listens({ store, advance }: Pick<TestStore, 'store' | 'advance'>, rule: object): Promise<() => Promise<string[]>> {
	await store.run('segments.save', { name: 'best', rules: { match: 'all', rules: [rule] } });
	await register(store, entering('best'));
	await tend(store, entering('best'));
	return async () => {
		// The segment is looked through every quarter of an hour.
		await advance(HOUR);
		await tend(store, entering('best'));
		return await enteredBy(store, 'entered');
	};
}
const enteredBy = async (store: Store, journeyKey: string) => (await release(store, 'entry', { journeyKey })).filter(({ journey }) => journey.key === journeyKey).map(({ customer }) => customer.id);
const figure = async (store: Store, name: 'ltv_e4' | 'rfm_group' | 'm') => Object.fromEntries((await store.run('figures.page', { after: 0, limit: 1_000 })).rows.map((row) => [row.key, row[name]]));

onEachStore('Figures that come to be computed in another way start nobody', (open) => {
	test('RFM by fifths instead of fixed values, from the hundredth buyer on; the next order that makes a champion does', async () => {
		const place = await open();
		const { store } = place;
		await store.run('orders.record', { backfill: true, items: Array.from({ length: 99 }, (_, customer) => Array.from({ length: 1 + (customer % 3) }, (_unused, place) => order(`c${customer}`, 2 + customer + 20 * place, 10 + customer))).flat() });
		await compute(store);
		const entered = await listens(place, { about: 'label', label: 'rfmGroup', oneOf: ['champions'] });
		const champions = async () => Object.entries(await figure(store, 'rfm_group')).flatMap(([key, group]) => (group === 'champions' ? [key] : []));
		const before = await champions();
		await store.run('orders.record', { items: [order('the hundredth', 0, 1)] });
		await compute(store);
		expect((await champions()).filter((key) => !before.includes(key)).length).toBeGreaterThan(5);
		expect(await entered()).toEqual([]);
		await store.run('orders.record', { items: Array.from({ length: 6 }, (_, place) => order('the hundredth', 0, 500 + place)) });
		expect(await entered()).toEqual(['the hundredth']);
	});

	test('money in another currency, once most orders are in it', async () => {
		const place = await open();
		const { store } = place;
		await store.run('orders.record', { backfill: true, items: [order('anna', 90), order('anna', 40), order('bob', 50), order('bob', 20), order('eve', 30)] });
		await store.run('orders.record', { backfill: true, items: ['anna', 'bob', 'eve'].map((customer) => order(customer, 10, 5_000, { currency: 'JPY' })) });
		await compute(store);
		await register(store, crossing(1_000));
		const entered = await listens(place, { about: 'number', number: 'monetary', compare: { is: 'atLeast', value: 1_000 } });
		expect(Object.values(await figure(store, 'ltv_e4')).some((value) => (value as number) >= 10_000_000)).toBe(false);
		await store.run('orders.record', { items: ['anna', 'bob', 'eve'].map((customer) => order(customer, 0, 5_000, { currency: 'JPY' })) });
		expect([await entered(), await enteredBy(store, 'crossed')]).toEqual([[], []]);
		expect((await compute(store)).currency).toBe('JPY');
		expect(Object.values(await figure(store, 'ltv_e4')).filter((value) => (value as number) >= 10_000_000)).toHaveLength(3);
		expect([await entered(), await enteredBy(store, 'crossed')]).toEqual([[], []]);
	});

	test('what products leave, once the catalogue says it: conditions on value start nobody either', async () => {
		const place = await open();
		const { store } = place;
		await store.run('orders.record', { backfill: true, items: [order('anna', 90), order('anna', 40), order('bob', 50)] });
		await compute(store);
		const entered = await listens(place, { about: 'number', number: 'lifetimeValue', compare: { is: 'lessThan', value: 15 } });
		await store.run('products.upsert', { items: [{ source: 's', productId: 'tea', marginE4: 10_000, priceE4: 200_000, currency: 'EUR' }] });
		await compute(store);
		expect(Object.values(await figure(store, 'ltv_e4')).every((value) => (value as number) < 150_000)).toBe(true);
		expect(await entered()).toEqual([]);
	});

	test('expectations by a model, once two hundred have ordered twice', async () => {
		const { store } = await open();
		const buyers = Array.from({ length: 260 }, (_, customer) => Array.from({ length: customer < 199 ? 2 + (customer % 4) : 1 }, (_unused, place) => order(`c${customer}`, 1 + (customer % 60) + place * (5 + ((customer + place) % 9)), 20)));
		await store.run('orders.record', { backfill: true, items: buyers.flat() });
		await compute(store);
		const before = await figure(store, 'ltv_e4');
		const values = Object.values(before).map((value) => (value as number) / 10_000).sort((a, b) => a - b);
		// Journeys that listen all over the range: somebody crosses one of them.
		const listened = [0.3, 0.5, 0.7, 0.9].map((share) => Math.round(values[Math.floor(share * values.length)]!) - 2);
		for (const value of listened) await register(store, { ...crossing(value, 'down'), key: `crossed ${value}` });
		await store.run('orders.record', { items: [order('c259', 0)] });
		for (const value of listened) await enteredBy(store, `crossed ${value}`);
		await compute(store);
		const after = await figure(store, 'ltv_e4');
		const crossed = Object.keys(after).filter((key) => listened.some((value) => (before[key] as number) >= value * 10_000 && (after[key] as number) < value * 10_000));
		expect(crossed.length).toBeGreaterThan(5);
		for (const value of listened) expect(await enteredBy(store, `crossed ${value}`)).toEqual([]);
	});
});
