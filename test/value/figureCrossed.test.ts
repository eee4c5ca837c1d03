import { refresh } from '../../src/features/refresh';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { register, release } from '../journeys/support/journey';

let runs = 0;
const run = (store: Store) => refresh(store, { owner: `crossed ${++runs}` });
const order = (customerId: string, ago: number, total = 20, at = START_MS) => ({ ref: { customerId }, source: 's', orderId: `${customerId}-${ago}-${at}`, orderedAt: at - ago * DAY, currency: 'EUR', status: 'placed' as const, totalE4: total * 10_000, lines: [] });
const journey = (figure: string, value: number, direction: string): JourneySettingsInput => ({
	key: 'crossed', name: 'Crossed', guardMs: 0, reEntry: { mode: 'parallel', max: 100 },
	entry: { eventType: 'figure_crossed', entryKey: { kind: 'event' }, filter: [{ field: 'figure', operator: 'equals', value: figure }, { field: 'value', operator: 'equals', value }, { field: 'direction', operator: 'equals', value: direction }] },
});
const entered = async (store: Store, journeyKey = 'crossed') => (await release(store, 'entry', { journeyKey })).map(({ customer, event }) => ({ id: customer.id, ...(event?.properties as object) }));

onEachStore('A figure crosses a value', (open) => {
	test('by an order, at once and once; who was beyond it before starts nobody, nor does the first refresh', async () => {
		const { store } = await open();
		await register(store, journey('lifetimeValue', 1, 'up'));
		await store.run('orders.record', { backfill: true, items: [order('anna', 90), order('anna', 30), order('rich', 90, 900), order('rich', 20, 900), order('bob', 60)] });
		await run(store);
		expect(await entered(store)).toEqual([]);
		const ltv = new Map((await store.run('figures.page', { after: 0, limit: 10 })).rows.map(({ key, ltv_e4 }) => [key, (ltv_e4 as number) / 10_000]));
		const value = Math.round(ltv.get('anna')! + 500);
		expect(ltv.get('rich')).toBeGreaterThan(value);
		await register(store, journey('lifetimeValue', value, 'up'));
		await store.run('orders.record', { items: [order('rich', 0, 900)] });
		expect(await entered(store)).toEqual([]);
		await store.run('orders.record', { items: [order('anna', 0, 700)] });
		const [one, ...others] = await entered(store);
		expect(others).toEqual([]);
		expect(one).toMatchObject({ id: 'anna', figure: 'lifetimeValue', value, direction: 'up' });
		expect((one as unknown as { to: number }).to).toBeGreaterThan(value);
		await store.run('orders.record', { items: [order('anna', 1, 700)] });
		expect(await entered(store)).toEqual([]);
		// What the shop learned from it may well take others over the value, but not her again.
		await run(store);
		expect((await entered(store)).filter(({ id }) => id === 'anna')).toEqual([]);
	});

	test('that a customer hardly buys any more, by the silence alone: the churn of who used to come every week', async () => {
		const { store, advance } = await open();
		// Everybody comes two to five times within weeks, most have not been seen for long: silence says something here.
		const shop = [...Array(210).keys()].flatMap((customer) => [...Array(2 + (customer % 4)).keys()].map((place) => order(`c${customer}`, 1 + ((customer * 13) % 200) + place * (7 + ((customer + place) % 9)))));
		await store.run('orders.record', { backfill: true, items: [...shop, ...[...Array(20).keys()].map((place) => order('anna', 1 + 7 * place))] });
		await run(store);
		const alive = async () => (await store.run('figures.of', { ref: { customerId: 'anna' } }))!;
		expect((await alive()).figures.p_alive).toBeGreaterThan(0.6);
		await register(store, journey('stillBuys', 50, 'down'));
		await advance(120 * DAY);
		await run(store);
		expect((await alive()).figures.p_alive).toBeLessThan(0.5);
		expect((await entered(store)).filter(({ id }) => id === 'anna')).toMatchObject([{ id: 'anna', figure: 'stillBuys', value: 50, direction: 'down' }]);
		// What is expected falls with it, and the reason says so.
		const { expected, reasons, figures } = await alive();
		expect(expected.map(({ days }) => days)).toEqual([30, 90, 365]);
		expect(expected[2]!.orders).toBeCloseTo(figures.expected_orders!, 9);
		expect(expected[0]!.orders).toBeLessThan(expected[1]!.orders);
		expect(reasons.value).toMatch(/^Still buys with a probability of \d+ %\. Orders expected in 30 days: .+, in 90 days: .+, in a year: .+\. Lifetime value [\d.]+ EUR: 400\.00 EUR so far, [\d.]+ EUR expected in 3 years at today's worth\.$/);
	});

	test('by time alone, with the refresh; a journey that listens to another value or the other way hears nothing', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: [...Array(12).keys()].map((place) => order('anna', 10 + 10 * place)).concat([order('bob', 100), order('bob', 3)]) });
		await run(store);
		const row = (await store.run('figures.page', { after: 0, limit: 10 })).rows.find(({ key }) => key === 'anna');
		const value = Math.floor((row?.expected_orders ?? 0) / 2);
		expect(value).toBeGreaterThan(1);
		await register(store, journey('ordersInAYear', value, 'down'));
		await register(store, { ...journey('ordersInAYear', value, 'up'), key: 'other' });
		await run(store);
		expect(await entered(store)).toEqual([]);
		await advance(400 * DAY);
		await run(store);
		expect((await entered(store)).map(({ id }) => id)).toContain('anna');
		expect(await entered(store, 'other')).toEqual([]);
		await run(store);
		expect(await entered(store)).toEqual([]);
	});

	test('another definition of worth is a baseline: it starts nobody, the next order does', async () => {
		const { store } = await open();
		await store.run('orders.record', { backfill: true, items: [order('anna', 90, 1_000), order('anna', 30, 1_000), order('bob', 60, 10)] });
		await run(store);
		const ltv = async () => (await store.run('figures.page', { after: 0, limit: 10 })).rows.find(({ key }) => key === 'anna')!.ltv_e4! / 10_000;
		const before = await ltv();
		const value = Math.round(before / 2);
		await register(store, journey('lifetimeValue', value, 'down'));
		await register(store, { ...journey('lifetimeValue', value, 'up'), key: 'up' });
		await store.run('figures.configure', { family: 'value', settings: { marginShare: 0.2 } });
		// An order between the change and the refresh goes by the old definition.
		await store.run('orders.record', { items: [order('anna', 29, 1)] });
		expect(await ltv()).toBeGreaterThan(value);
		await run(store);
		expect(await ltv()).toBeLessThan(value);
		expect([...(await entered(store)), ...(await entered(store, 'up'))]).toEqual([]);
		await store.run('orders.record', { items: [order('anna', 0, 10 * value)] });
		expect(await entered(store, 'up')).toMatchObject([{ id: 'anna', direction: 'up' }]);
		expect(await entered(store)).toEqual([]);
	});
});

onEachStore('The predicted next purchase comes near', (open) => {
	const near: JourneySettingsInput = { key: 'near', name: 'Near', guardMs: 0, reEntry: { mode: 'parallel', max: 100 }, entry: { eventType: 'date_near', entryKey: { kind: 'event' }, date: { of: 'nextPurchase', field: 'predicted', offsets: [-3], time: '10:00', onChange: 'stay' } } };
	const comes = async (store: Store) => {
		while ((await store.run('journeys.enterByDate', { journeyKey: 'near' })).more);
		return await entered(store, 'near');
	};
	const nextAt = async (store: Store) => (await store.run('figures.page', { after: 0, limit: 1_000 })).rows.find(({ key }) => key === 'anna')?.next_at as number;

	test('three days before, once between two orders, however the prediction moves; with the next order anew', async () => {
		const { store, advance } = await open();
		// A shop in which people come back after three weeks, a few days sooner or later.
		const shop = [...Array(60).keys()].flatMap((customer) => [...Array(8).keys()].map((place) => order(`c${customer}`, 5 + (customer % 20) + place * (19 + ((customer + place) % 5)))));
		await store.run('orders.record', { backfill: true, items: [...shop, ...[...Array(8).keys()].map((place) => order('anna', 2 + place * 21))] });
		await run(store);
		await register(store, near);
		expect(await comes(store)).toEqual([]);
		const expected = await nextAt(store);
		expect(expected).toBeGreaterThan(START_MS + 10 * DAY);
		const due = Math.floor(expected / DAY) * DAY - 3 * DAY + 10 * 3_600_000;
		await advance(due - START_MS - 1);
		expect((await comes(store)).filter(({ id }) => id === 'anna')).toEqual([]);
		await advance(1);
		const [item] = (await comes(store)).filter(({ id }) => id === 'anna');
		expect(item).toMatchObject({ date: new Date(expected).toISOString().slice(0, 10), days_before: 3, after_order_at: new Date(START_MS - 2 * DAY).toISOString() });
		// The prediction moves on while the customer does not come.
		for (let day = 0; day < 9; day++) {
			await advance(DAY);
			await run(store);
			expect((await comes(store)).filter(({ id }) => id === 'anna')).toEqual([]);
		}
		expect(await nextAt(store)).not.toBe(expected);
		const now = due + 9 * DAY;
		await store.run('orders.record', { items: [order('anna', 0, 20, now)] });
		await run(store);
		const again = await nextAt(store);
		await advance(again - 2 * DAY - now);
		expect((await comes(store)).filter(({ id }) => id === 'anna')).toMatchObject([{ after_order_at: new Date(now).toISOString() }]);
	});
});
