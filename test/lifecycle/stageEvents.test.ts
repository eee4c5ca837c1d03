import { refresh } from '../../src/features/refresh';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import { register, release } from '../journeys/support/journey';

let runs = 0;
const refreshNow = (store: Store) => refresh(store, { owner: `test ${++runs}` });
const stageJourney = (to: string, from?: string): JourneySettingsInput => ({
	key: `to-${to}`, name: `To ${to}`, guardMs: 0,
	entry: { eventType: 'stage_changed', entryKey: { kind: 'event' }, filter: [{ field: 'to', operator: 'equals', value: to }, ...(from ? [{ field: 'from', operator: 'equals' as const, value: from }] : [])] },
});

/** @param daysAgo of the orders, before the store's beginning; below 0 after it */
async function order(store: Store, customerId: string, daysAgo: readonly number[], backfill = false) {
	const items = daysAgo.map((ago) => ({ ref: { customerId }, source: 'shop', orderId: `${customerId}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const, totalE4: 100_000, lines: [{ productId: 'p', quantity: 1, priceE4: 100_000, amountE4: 100_000 }] }));
	return await store.run('orders.record', { items, backfill });
}

async function keep(store: Store): Promise<number> {
	let looked = 0;
	for (;;) {
		const { looked: page, more } = await store.run('lifecycle.keep', {});
		looked += page;
		if (!more) return looked;
	}
}

/** A store that is gone when figures are to be written. */
const dyingStore = (store: Store): Store => ({ kind: store.kind, storeId: store.storeId, label: store.label, close: () => store.close(), run: (name, input) => (name === 'figures.save' ? Promise.reject(new Error('killed')) : store.run(name, input)) });

const entered = async (store: Store, key: string) => (await release(store, 'entry', { journeyKey: key })).map(({ customer, event }) => `${customer.id} ${String(event?.properties.from)} ${String(event?.properties.to)}`);
const stageOf = async (store: Store, customerId: string) => (await store.run('customers.get', { refs: [{ customerId }] })) as unknown;
const told = async (store: Store, customerId: string) =>
	(await store.run('customers.record', { ref: { customerId } })).events.filter(({ type }) => type === 'stage_changed').map(({ at, properties }) => ({ day: (Date.parse(String(at)) - START_MS) / DAY, ...(properties as object) }));

/** Every 30 days; the last order is today. Its line to due is 30 days, to dormant 45, to churned 90. */
const MONTHLY = [120, 90, 60, 30, 0];

onEachStore('Changes of stage', (open) => {
	test('the first computation tells nothing; time is told three days after the line, once, and an order at once', async () => {
		const { store, advance } = await open();
		await order(store, 'c1', MONTHLY, true);
		await register(store, stageJourney('due'));
		await register(store, stageJourney('active', 'due'));
		await refreshNow(store);
		expect(await keep(store)).toBe(0);
		expect(await entered(store, 'to-due')).toEqual([]);
		await advance(30 * DAY + HOUR);
		await keep(store);
		await advance(3 * DAY - HOUR - 1);
		await keep(store);
		expect(await entered(store, 'to-due')).toEqual([]);
		await advance(1);
		expect(await store.run('journeys.nextDue', { after: START_MS + 33 * DAY - 1 })).toMatchObject({ at: START_MS + 33 * DAY });
		expect(await keep(store)).toBe(1);
		expect(await keep(store)).toBe(0);
		expect(await entered(store, 'to-due')).toEqual(['c1 active due']);
		await order(store, 'c1', [-33]);
		expect(await entered(store, 'to-active')).toEqual(['c1 due active']);
		await refreshNow(store);
		await keep(store);
		expect(await entered(store, 'to-due')).toEqual([]);
		expect(await entered(store, 'to-active')).toEqual([]);
	});

	test('the stage stands on the customer with the event that tells it', async () => {
		const { store, advance } = await open();
		await order(store, 'c1', MONTHLY, true);
		await refreshNow(store);
		expect(JSON.stringify(await stageOf(store, 'c1'))).toContain('"stage":"active"');
		await register(store, stageJourney('churned'));
		await advance(200 * DAY);
		await keep(store);
		const [item] = await release(store, 'entry', { journeyKey: 'to-churned' });
		expect(item).toMatchObject({ customer: { id: 'c1', stage: 'churned' }, event: { properties: { from: 'active', to: 'churned', since: new Date(START_MS + 90 * DAY).toISOString() } } });
	});

	test('a refresh tells what time brought just as well, and nobody is told again', async () => {
		const { store, advance } = await open();
		await order(store, 'c1', MONTHLY, true);
		await refreshNow(store);
		await register(store, stageJourney('dormant'));
		await advance(50 * DAY);
		await refreshNow(store);
		await keep(store);
		expect(await entered(store, 'to-dormant')).toEqual(['c1 active dormant']);
	});

	test('changed cut-offs set a baseline also where the refresh that began with them broke off', async () => {
		const { store } = await open();
		await order(store, 'c1', MONTHLY.map((ago) => ago + 20), true);
		await order(store, 'c2', MONTHLY.map((ago) => ago + 20), true);
		await refreshNow(store);
		await register(store, stageJourney('churned'));
		await store.run('figures.configure', { family: 'lifecycle', settings: { due: 0.1, dormant: 0.15, churned: 0.2 } });
		// It dies after it has learned and before it has written anything.
		await expect(refresh(dyingStore(store), { owner: 'dying' })).rejects.toThrow('killed');
		// Meanwhile somebody looks whom the new cut-offs make another one.
		await keep(store);
		await order(store, 'c2', [10]);
		await refreshNow(store);
		await keep(store);
		expect(await entered(store, 'to-churned')).toEqual([]);
		expect(await stageOf(store, 'c1')).toMatchObject([{ stage: 'churned' }]);
	});

	test('changed cut-offs set a baseline: nobody starts', async () => {
		const { store, advance } = await open();
		await order(store, 'c1', MONTHLY, true);
		await refreshNow(store);
		await register(store, stageJourney('churned'));
		await advance(10 * DAY);
		await store.run('figures.configure', { family: 'lifecycle', settings: { due: 0.1, dormant: 0.15, churned: 0.2 } });
		await refreshNow(store);
		await keep(store);
		expect(JSON.stringify(await stageOf(store, 'c1'))).toContain('"stage":"churned"');
		expect(await entered(store, 'to-churned')).toEqual([]);
		await order(store, 'c1', [-10]);
		await advance(20 * DAY);
		await keep(store);
		expect(await entered(store, 'to-churned')).toEqual(['c1 returned churned']);
	});

	test('what time did before a journey was switched on starts nobody', async () => {
		const { store, advance } = await open();
		await order(store, 'c1', MONTHLY, true);
		await refreshNow(store);
		await advance(50 * DAY);
		await register(store, stageJourney('dormant'));
		await keep(store);
		expect(await entered(store, 'to-dormant')).toEqual([]);
		expect(JSON.stringify(await stageOf(store, 'c1'))).toContain('"stage":"dormant"');
		await advance(60 * DAY);
		await keep(store);
		expect(await told(store, 'c1')).toEqual([expect.objectContaining({ from: 'dormant', to: 'churned' })]);
	});

	test('two processes that look at the same moment tell it once', async () => {
		const { store, again, advance } = await open();
		const other = await again();
		for (let customer = 0; customer < 30; customer++) await order(store, `c${customer}`, MONTHLY, true);
		await refreshNow(store);
		await register(store, stageJourney('due'));
		await advance(34 * DAY);
		const looked = await Promise.all([keep(store), keep(other), keep(store), keep(other)]);
		expect(looked.reduce((sum, one) => sum + one, 0)).toBe(30);
		expect(new Set(await entered(store, 'to-due')).size).toBe(30);
	});

	test('the very first order makes a lead a new customer', async () => {
		const { store } = await open();
		await order(store, 'other', MONTHLY, true);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'known' } }] });
		await refreshNow(store);
		await register(store, stageJourney('new'));
		await order(store, 'known', [0]);
		await order(store, 'stranger', [0]);
		expect((await entered(store, 'to-new')).sort()).toEqual(['known lead new', 'stranger lead new']);
	});

	test('history that is filled in starts nobody', async () => {
		const { store } = await open();
		await order(store, 'c1', MONTHLY, true);
		await refreshNow(store);
		await register(store, stageJourney('returned'));
		await register(store, stageJourney('new'));
		await order(store, 'c2', [3], true);
		await refreshNow(store);
		expect(await entered(store, 'to-new')).toEqual([]);
	});
});
