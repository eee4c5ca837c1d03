import { refresh } from '../../src/features/refresh';
import { weighedOrders, weighsLong } from '../../src/rhythm/weighing';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const count = (orders: readonly number[], views: readonly number[]) => weighedOrders(Int32Array.from(orders), 0, orders.length, views);

test('an order is weighed when products were looked at on three days, the first two weeks before it or more', () => {
	expect(count([0, 40], [20, 27, 35])).toEqual({ seen: 1, weighed: 1 });
	expect(count([0, 40], [26, 30, 39])).toEqual({ seen: 1, weighed: 1 });
	expect(count([0, 40], [27, 30, 39])).toEqual({ seen: 1, weighed: 0 });
	expect(count([0, 40], [20, 39])).toEqual({ seen: 1, weighed: 0 });
	// On the day of the order itself they have decided.
	expect(count([0, 40], [20, 27, 40])).toEqual({ seen: 1, weighed: 0 });
});

test('what was looked at before the order before, or longer ago than 90 days, belongs to nothing; nor do orders from before the first view count', () => {
	expect(count([0, 30, 44], [5, 12, 20])).toEqual({ seen: 2, weighed: 1 });
	expect(count([0, 200], [100, 105, 109])).toEqual({ seen: 1, weighed: 0 });
	expect(count([0, 200], [110, 115, 120])).toEqual({ seen: 1, weighed: 1 });
	expect(count([0, 30, 60, 100], [70, 80, 90])).toEqual({ seen: 1, weighed: 1 });
	expect(count([0, 30, 60], [])).toEqual({ seen: 0, weighed: 0 });
	expect(count([0], [-20, -10, -5])).toEqual({ seen: 0, weighed: 0 });
});

test('two weighed orders, and more than half of them, are a habit', () => {
	expect([[1, 1], [2, 2], [4, 2], [3, 2], [5, 3], [0, 0]].map(([seen, weighed]) => weighsLong(seen, weighed))).toEqual([false, true, false, true, true, false]);
});

let runs = 0;
const compute = async (store: Store) => await refresh(store, { owner: `weighing ${++runs}` });
const AGO = [210, 193, 103, 83, 8];
const order = (customer: string, ago: number) => ({ ref: { customerId: customer }, source: 's', orderId: `${customer}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'paid' as const, totalE4: 100_000, lines: [] });
const view = (customer: string, ago: number, type = 'product_viewed') => ({ ref: { customerId: customer }, type, occurredAt: START_MS - ago * DAY, source: 'site', eventId: `${customer} ${type} ${ago}`, properties: {} });
const before = (customer: string, orders: readonly number[], type?: string) => orders.flatMap((ago) => [16, 9, 2].map((days) => view(customer, ago + days, type)));

onEachStore('Customers who look for weeks before they order', (open) => {
	const rhythms = async (store: Store) => Object.fromEntries((await store.run('figures.page', { after: 0, limit: 100 })).rows.map(({ key, rhythm }) => [key, rhythm]));

	test('have a long cycle; who looks on the day, or at pages only, has not; as of any instant, and the same at once as by the refresh', async () => {
		const { store } = await open();
		const all = ['weighs', 'hasty', 'reads', 'nobody sees'];
		await store.run('orders.record', { backfill: true, items: all.flatMap((customer) => AGO.map((ago) => order(customer, ago))) });
		await compute(store);
		expect(await rhythms(store)).toEqual(Object.fromEntries(all.map((customer) => [customer, 'irregular'])));
		await store.run('events.track', { items: [...before('weighs', [193, 103, 83]), ...AGO.map((ago) => view('hasty', ago + 0.01)), ...before('reads', AGO, 'page_viewed')] });
		await compute(store);
		expect(await rhythms(store)).toEqual({ weighs: 'long_cycle', hasty: 'irregular', reads: 'irregular', 'nobody sees': 'irregular' });
		const told = async (at?: number) => (await store.run('figures.of', { ref: { customerId: 'weighs' }, at }))?.reasons.rhythm;
		expect(await told()).toBe('Looks at products for weeks before ordering: on three days or more, over two weeks or more, before 3 of 4 orders.');
		expect(await told(START_MS - 90 * DAY)).toContain('before 2 of 2 orders');
		expect(await compute(store)).toMatchObject({ written: 0 });
		// Two orders out of the blue: the half is no more than the half.
		await store.run('orders.record', { items: [order('weighs', 3), order('weighs', 0)] });
		const atOnce = await rhythms(store);
		expect(atOnce.weighs).not.toBe('long_cycle');
		await compute(store);
		expect(await rhythms(store)).toEqual(atOnce);
		await store.run('events.track', { items: [...before('nobody sees', [193, 103, 83])] });
		await compute(store);
		expect((await rhythms(store))['nobody sees']).toBe('long_cycle');
	});

	test('keep it through a merge, and leave no view behind when they are erased', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: AGO.map((ago) => order('weighs', ago)) });
		await store.run('events.track', { items: before('other', [193, 103, 83]) });
		await compute(store);
		expect(await rhythms(store)).toMatchObject({ weighs: 'irregular' });
		await store.run('customers.merge', { survivor: { customerId: 'weighs' }, other: { customerId: 'other' } });
		await advance(HOUR);
		await compute(store);
		expect(await rhythms(store)).toEqual({ weighs: 'long_cycle' });
		await store.run('customers.erase', { ref: { customerId: 'weighs' } });
		await compute(store);
		expect(await rhythms(store)).toEqual({});
	});
});
