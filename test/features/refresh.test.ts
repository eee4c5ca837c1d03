import { bucketOf, unpackBucket } from '../../src/features/bucket';
import { SHAPES } from '../../src/features/columnKinds';
import { refresh } from '../../src/features/refresh';
import type { FeatureRow } from '../../src/features/contract';
import type { Store } from '../../src/store/Store';
import { DAY, MINUTE, onEachStore, START_MS } from '../support/eachStore';

let runs = 0;
const run = (store: Store, options: { at?: number } = {}) => refresh(store, { owner: `test ${++runs}`, ...options });

interface OrderSketch {
	customer: string;
	/** days before the store's beginning */
	ago: number;
	id?: string;
	total?: number;
	currency?: string;
}

const orderOf = ({ customer, ago, id, total = 10, currency = 'EUR' }: OrderSketch) => ({
	ref: { customerId: customer }, source: 'shop', orderId: id ?? `${customer}-${ago}`, orderedAt: START_MS - ago * DAY, currency, status: 'placed' as const, totalE4: total * 10_000, lines: [{ productId: 'p', quantity: 1, priceE4: total * 10_000, amountE4: total * 10_000 }],
});
const record = async (store: Store, orders: OrderSketch[], backfill = false) => await store.run('orders.record', { items: orders.map(orderOf), backfill });

async function figures(store: Store): Promise<Record<string, FeatureRow>> {
	const rows: Record<string, FeatureRow> = {};
	const { rows: page } = await store.run('figures.page', { after: 0, limit: 10_000 });
	for (const { key, ...row } of page) rows[key] = row;
	return rows;
}

/** Kinds of columns that a customer is in. */
async function inColumns(store: Store, number: number): Promise<string[]> {
	const kinds: string[] = [];
	for (const [kind, shape] of Object.entries(SHAPES)) {
		const { body } = await store.run('figures.readColumns', { kind, bucket: bucketOf(number) });
		if (body && unpackBucket(body, shape).numbers.includes(number)) kinds.push(kind);
	}
	return kinds;
}

onEachStore('Figures', (open) => {
	let store: Store;
	beforeEach(async () => {
		({ store } = await open());
	});

	test('the first refresh computes everybody, the next one writes nothing that is as it was', async () => {
		await record(store, [{ customer: 'a', ago: 3 }, { customer: 'a', ago: 40 }, { customer: 'b', ago: 200, total: 99 }], true);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'lead' } }] });
		expect(await run(store)).toMatchObject({ result: 'refreshed', customers: 3, written: 3, currency: 'EUR' });
		const { a, b, lead } = await figures(store);
		expect(a).toMatchObject({ orders: 2, order_days: 2, first_order_at: START_MS - 40 * DAY, last_order_at: START_MS - 3 * DAY, revenue_e4: 200_000, r: 5, as_of: START_MS });
		expect(b).toMatchObject({ orders: 1, r: 2, revenue_e4: 990_000 });
		expect(lead).toMatchObject({ orders: 0, r: null, rfm_group: null });
		expect(await run(store)).toMatchObject({ customers: 3, written: 0 });
	});

	test('an order updates its customer at once, and the refresh agrees', async () => {
		await record(store, [{ customer: 'a', ago: 40 }, { customer: 'b', ago: 90 }], true);
		await run(store);
		await record(store, [{ customer: 'a', ago: 1, total: 30 }]);
		const atOnce = (await figures(store)).a;
		expect(atOnce).toMatchObject({ orders: 2, revenue_e4: 400_000, r: 5 });
		await run(store);
		// What was learned of the shop is the same for it; the value model has seen another order.
		expect((await figures(store)).a).toEqual({ ...(await figures(store)).a, ...Object.fromEntries(['orders', 'order_days', 'last_order_at', 'revenue_e4', 'r', 'f', 'm', 'rfm_group'].map((name) => [name, atOnce[name as 'orders']])) });
	});

	test('cancelling and refunding update at once too', async () => {
		await record(store, [{ customer: 'a', ago: 40 }, { customer: 'a', ago: 4, id: 'whim' }, { customer: 'a', ago: 3, id: 'dear', total: 50 }], true);
		await run(store);
		await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'whim', cancelledAt: START_MS }] });
		await store.run('orders.refund', { items: [{ source: 'shop', orderId: 'dear', refundedAt: START_MS, amountE4: 200_000 }] });
		expect((await figures(store)).a).toMatchObject({ orders: 2, revenue_e4: 400_000 });
		await run(store);
		expect((await figures(store)).a).toMatchObject({ orders: 2, revenue_e4: 400_000 });
	});

	test('an import leaves its customers to the next refresh, also where it changes orders that were there', async () => {
		await record(store, [{ customer: 'a', ago: 40, id: 'one' }], true);
		await run(store);
		await record(store, [{ customer: 'a', ago: 2 }], true);
		const line = { orderId: 'one', source: 'shop', kind: 'order' as const, orderedAt: START_MS - 40 * DAY, currency: 'EUR', quantity: 1, priceE4: 10_000, amountE4: 10_000, productId: 'q', ref: { customerId: 'b' } };
		expect((await figures(store)).a.orders).toBe(1);
		await store.run('import.orderLines', { run: 'r', source: 'file', rows: [line, { ...line, orderId: 'two', ref: { customerId: 'a' } }] } as never);
		await run(store);
		expect((await figures(store)).a).toMatchObject({ orders: 3 });
		expect((await figures(store)).b).toMatchObject({ orders: 1 });
		// More lines of a known order: its customer is read again.
		await store.run('import.orderLines', { run: 'r2', source: 'file', rows: [{ ...line, productId: 'z', priceE4: 70_000, amountE4: 70_000 }] } as never);
		await run(store);
		expect((await figures(store)).b.revenue_e4).toBe(80_000);
	});

	test('an order that was cancelled again by an import after it had counted at once is not left standing', async () => {
		await record(store, [{ customer: 'a', ago: 40 }], true);
		await run(store);
		await record(store, [{ customer: 'a', ago: 2, id: 'short' }]);
		expect((await figures(store)).a.orders).toBe(2);
		await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'short', cancelledAt: START_MS }], backfill: true });
		await run(store);
		expect((await figures(store)).a.orders).toBe(1);
	});

	test('merging brings histories together, unmerging takes them apart, erasing leaves nothing', async () => {
		await record(store, [{ customer: 'a', ago: 40 }, { customer: 'b', ago: 30 }, { customer: 'c', ago: 20 }], true);
		await run(store);
		await store.run('customers.merge', { survivor: { customerId: 'a' }, other: { customerId: 'b' } });
		expect(Object.keys(await figures(store)).sort()).toEqual(['a', 'c']);
		await run(store);
		expect((await figures(store)).a.orders).toBe(2);
		await store.run('customers.unmerge', { other: { customerId: 'b' } });
		await run(store);
		expect(await figures(store)).toMatchObject({ a: { orders: 1 }, b: { orders: 1 } });
		const number = (await figures(store)).b.customer_id;
		expect(await inColumns(store, number)).toEqual(['orders', 'written']);
		await store.run('customers.erase', { ref: { customerId: 'b' } });
		// Taken out at once, not at the next refresh.
		expect(await inColumns(store, number)).toEqual([]);
		expect(Object.keys(await figures(store)).sort()).toEqual(['a', 'c']);
		expect(await run(store)).toMatchObject({ customers: 2 });
		expect(Object.keys(await figures(store)).sort()).toEqual(['a', 'c']);
	});

	test('as of a past instant: later customers, orders and refunds are not known, and nothing is kept', async () => {
		await record(store, [{ customer: 'a', ago: 40, id: 'old', total: 20 }, { customer: 'a', ago: 3 }, { customer: 'b', ago: 5 }], true);
		await store.run('orders.refund', { items: [{ source: 'shop', orderId: 'old', refundedAt: START_MS - 6 * DAY, amountE4: 150_000 }], backfill: true });
		const seen: Record<string, number>[] = [];
		for (const ago of [10, 5.5, 0]) {
			let [customers, revenueE4] = [0, 0];
			await refresh(store, {
				owner: 'past', at: START_MS - ago * DAY,
				onFigures: ({ history, columns }) => {
					customers += history.orders.numbers.length;
					revenueE4 += (columns.get('revenue_e4') as { numbers: Float64Array }).numbers.reduce((sum, one) => sum + one, 0);
				},
			});
			seen.push({ customers, revenueE4 });
		}
		expect(seen).toEqual([{ customers: 1, revenueE4: 200_000 }, { customers: 1, revenueE4: 50_000 }, { customers: 2, revenueE4: 250_000 }]);
		expect(await figures(store)).toEqual({});
	});

	test('one refresh at a time; a lease that nobody renews runs out', async () => {
		await record(store, [{ customer: 'a', ago: 40 }], true);
		await store.run('figures.begin', { owner: 'other' });
		expect(await run(store)).toMatchObject({ result: 'busy' });
		await store.run('clock.advance', { byMs: 3 * MINUTE });
		expect(await run(store)).toMatchObject({ result: 'refreshed' });
		await expect(store.run('figures.save', { owner: 'other', rows: [], baseline: [] })).rejects.toThrow(/Another process refreshes/);
		expect(await refresh(store, { owner: 'again', unlessSinceMs: START_MS })).toMatchObject({ result: 'busy' });
	});

	test('the shop\'s main currency is the one most orders are in', async () => {
		await record(store, [{ customer: 'a', ago: 9, currency: 'USD', total: 70 }, { customer: 'b', ago: 8 }, { customer: 'b', ago: 7 }], true);
		expect(await run(store)).toMatchObject({ currency: 'EUR' });
		expect(await figures(store)).toMatchObject({ a: { orders: 1, revenue_e4: 0 }, b: { orders: 2, revenue_e4: 200_000 } });
	});
});
