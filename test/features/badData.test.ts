import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { orderOf, type Sketch } from '../support/sketchedOrders';

async function record(store: Store, sketches: Sketch[], backfill = true): Promise<void> {
	for (let first = 0; first < sketches.length; first += 5_000) await store.run('orders.record', { items: sketches.slice(first, first + 5_000).map(orderOf), backfill });
}

/** Refreshes and looks at every figure: a number that is one, a text, or nothing. */
async function figures(store: Store) {
	await refresh(store, { owner: 'bad data' });
	const { rows } = await store.run('figures.page', { after: 0, limit: 1_000 });
	for (const row of rows) for (const [name, value] of Object.entries(row)) if (typeof value === 'number') expect([name, Number.isFinite(value)]).toEqual([name, true]);
	return Object.fromEntries(rows.map((row) => [row.key, row]));
}

onEachStore('Figures of bad data', (open) => {
	test('an empty shop, and one with a single customer', async () => {
		const { store } = await open();
		expect(await figures(store)).toEqual({});
		await record(store, [{ customer: 'only', at: START_MS - DAY }]);
		expect(await figures(store)).toMatchObject({ only: { orders: 1, rfm_group: 'new' } });
	});

	test('one customer with 100,000 orders; one more does not hold up the shop', async () => {
		const { store } = await open();
		await record(store, Array.from({ length: 100_000 }, (_, index) => ({ customer: 'whale', at: START_MS - index * 600_000 })));
		expect(await figures(store)).toMatchObject({ whale: { orders: 100_000, order_days: 695, revenue_e4: 10_000_000_000 } });
		await record(store, [{ customer: 'whale', at: START_MS }], false);
		// Left to the next refresh.
		expect((await store.run('figures.page', { after: 0, limit: 1 })).rows).toMatchObject([{ orders: 100_000 }]);
		expect(await figures(store)).toMatchObject({ whale: { orders: 100_001 } });
	}, 120_000);

	test('all orders at one instant', async () => {
		const { store } = await open();
		await record(store, Array.from({ length: 400 }, (_, index) => ({ customer: `c${index % 150}`, at: START_MS - 5 * DAY })));
		const rows = Object.values(await figures(store));
		expect(new Set(rows.map(({ r }) => r)).size).toBe(1);
		expect(rows.every(({ order_days }) => order_days === 1)).toBe(true);
	});

	test('negative totals, and totals of nothing', async () => {
		const { store } = await open();
		await record(store, Array.from({ length: 300 }, (_, index) => ({ customer: `c${index % 120}`, at: START_MS - index * DAY, total: -(index % 3) })));
		const rows = await figures(store);
		expect(Object.values(rows).every(({ m }) => m !== null && m >= 1 && m <= 5)).toBe(true);
		expect(Math.min(...Object.values(rows).map(({ revenue_e4 }) => revenue_e4 as number))).toBeLessThan(0);
	});

	test('orders of the future count when they have come', async () => {
		const { store, advance } = await open();
		await record(store, [{ customer: 'early', at: START_MS + 3 * DAY }, { customer: 'early', at: START_MS - 3 * DAY }, { customer: 'dreamer', at: START_MS + 900 * DAY }]);
		const before = await figures(store);
		expect(before).toMatchObject({ early: { orders: 1, last_order_at: START_MS - 3 * DAY } });
		// Whose very first order is still to come is nobody's customer yet.
		expect(before.dreamer).toBeUndefined();
		await advance(4 * DAY);
		expect(await figures(store)).toMatchObject({ early: { orders: 2, last_order_at: START_MS + 3 * DAY } });
	});

	test('mixed currencies: orders are orders, revenue is that of the currency most orders are in', async () => {
		const { store } = await open();
		await record(store, [{ customer: 'a', at: START_MS - DAY, currency: 'JPY', total: 90_000 }, { customer: 'b', at: START_MS - DAY }, { customer: 'b', at: START_MS - 2 * DAY }, { customer: 'b', at: START_MS - 3 * DAY, currency: 'USD' }]);
		expect(await figures(store)).toMatchObject({ a: { orders: 1, revenue_e4: 0 }, b: { orders: 3, revenue_e4: 200_000 } });
	});
});
