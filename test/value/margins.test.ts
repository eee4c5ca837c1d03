import { refresh } from '../../src/features/refresh';
import type { FeatureRow } from '../../src/features/contract';
import { VIP_CHANGED } from '../../src/journeys/ownEventTypes';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { Random } from '../bundles/support/plantedShop';

let runs = 0;
const compute = async (store: Store, at?: number) => await refresh(store, { owner: `margins ${++runs}`, at });

type Line = [product: string, price: number, pieces?: number];
const order = (customer: string, ago: number, lines: Line[], more: object = {}) => ({
	ref: { customerId: customer }, source: 'shop', orderId: `${customer}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const,
	lines: lines.map(([productId, price, quantity = 1]) => ({ productId, quantity, priceE4: price * 10_000, amountE4: price * quantity * 10_000 })), ...more,
});
const record = async (store: Store, items: ReturnType<typeof order>[], backfill = true) => {
	for (const answer of await store.run('orders.record', { items, backfill })) expect(answer).toMatchObject({ ok: true });
};
const product = (productId: string, margin: number | undefined, price?: number, currency = 'EUR') => ({ source: 'shop', productId, ...(margin === undefined ? {} : { marginE4: Math.round(margin * 10_000) }), ...(price === undefined ? {} : { priceE4: price * 10_000 }), currency });
const catalogue = async (store: Store, ...items: ReturnType<typeof product>[]) => await store.run('products.upsert', { items });
const figures = async (store: Store): Promise<Record<string, FeatureRow>> => Object.fromEntries((await store.run('figures.page', { after: 0, limit: 10_000 })).rows.map(({ key, ...row }) => [key, row]));
const margins = async (store: Store) => Object.fromEntries(Object.entries(await figures(store)).map(([key, row]) => [key, row.margin_e4 === null ? null : row.margin_e4 / 10_000]));
const settings = async (store: Store, chosen: object | null) => await store.run('figures.configure', { family: 'value', settings: chosen });

onEachStore('Margins that the catalogue says', (open) => {
	let store: Store;
	beforeEach(async () => {
		({ store } = await open());
	});

	test('a line leaves what was paid less what its pieces cost; an order leaves of what was paid the share that its lines leave', async () => {
		await catalogue(store, product('tea', 6, 10), product('tin', 2));
		await record(store, [
			order('full price', 5, [['tea', 10, 2]]),
			// Costs 4 a piece whatever was paid.
			order('sale', 5, [['tea', 5, 2]]),
			order('no price known', 5, [['tin', 10, 3]]),
			// Half of the goods leave 60 %, the other half 20 %: of 15 paid with delivery, 40 %.
			order('delivery', 5, [['tea', 5], ['tin', 10, 0.5]], { totalE4: 150_000 }),
			order('gift', 5, [['tea', 10], ['tea', 0]]),
			order('long ago', 400, [['tea', 10]]),
			order('other money', 5, [['tea', 10]], { currency: 'USD' }),
		]);
		await compute(store);
		expect(await margins(store)).toEqual({ 'full price': 12, sale: 2, 'no price known': 6, delivery: 3, gift: 6, 'long ago': 0, 'other money': 0 });
	});

	test('of goods of which it does not say it, the shop\'s share is left, or without one as much as of the others', async () => {
		await catalogue(store, product('tea', 6, 10), product('cup', undefined, 20), product('dollar', 5, 10, 'USD'));
		await record(store, [order('tea', 5, [['tea', 10]]), order('both', 5, [['tea', 10], ['cup', 20]]), order('cup', 5, [['cup', 20]]), order('dollar', 5, [['dollar', 10]]), order('unknown', 5, [['never heard of', 10]]), order('no lines', 5, [], { totalE4: 100_000 })]);
		await compute(store);
		expect(await margins(store)).toEqual({ tea: 6, both: 18, cup: 12, dollar: 6, unknown: 6, 'no lines': 6 });
		await settings(store, { marginShare: 0.25 });
		await compute(store);
		expect(await margins(store)).toEqual({ tea: 6, both: 11, cup: 5, dollar: 2.5, unknown: 2.5, 'no lines': 2.5 });
		expect((await store.run('figures.of', { ref: { customerId: 'both' } }))?.reasons.value).toMatch(/11\.00 EUR so far.*; 37 % of what was paid is left, as the catalogue says, and the settings where it does not\.$/);
	});

	test('an order, a refund and a cancellation count at once, and the refresh agrees; refunds of later are not known before', async () => {
		await catalogue(store, product('tea', 6, 10), product('cup', 5, 20));
		await record(store, [order('anna', 40, [['tea', 10]]), order('bob', 90, [['cup', 20]])]);
		await compute(store);
		await record(store, [order('anna', 0, [['tea', 10], ['cup', 20]]), order('anna', 1, [['tea', 10]]), order('new', 1, [['cup', 20]])], false);
		expect(await margins(store)).toEqual({ anna: 23, bob: 5, new: 5 });
		await store.run('orders.refund', { items: [{ source: 'shop', orderId: 'anna-0', refundedAt: START_MS, amountE4: 150_000 }] });
		await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'anna-1', cancelledAt: START_MS }] });
		expect(await margins(store)).toEqual({ anna: 11.5, bob: 5, new: 5 });
		const before = await figures(store);
		await compute(store);
		const after = await figures(store);
		for (const key of ['anna', 'bob', 'new']) expect([key, after[key].margin_e4]).toEqual([key, before[key].margin_e4]);
		const then = await store.run('figures.of', { ref: { customerId: 'anna' }, at: START_MS - DAY / 2 });
		expect(then?.figures.margin_e4).toBe(60_000);
	});

	test('what the catalogue says anew holds from the next refresh on, for all that was ever bought', async () => {
		await catalogue(store, product('tea', 6, 10));
		await record(store, [order('anna', 40, [['tea', 10]])]);
		await compute(store);
		await catalogue(store, product('tea', 1, 10));
		await compute(store);
		expect(await margins(store)).toEqual({ anna: 1 });
		await store.run('customers.erase', { ref: { customerId: 'anna' } });
		await compute(store);
		expect(await margins(store)).toEqual({});
	});

	test('absurd margins, and orders whose lines cost nothing, keep nobody from being computed', async () => {
		await catalogue(store, product('dear', 800_000_000_000), product('loss', -800_000_000_000, 10), product('free', 5, 10), product('tea', 6, 10));
		await record(store, [order('dear', 5, [['dear', 1, 1_000_000]]), order('loss', 5, [['loss', 10, 1_000_000]]), order('free', 5, [['free', 0, 3]], { totalE4: 50_000 }), order('sane', 5, [['tea', 10]])]);
		await settings(store, { marginShare: 0.5 });
		await compute(store);
		expect(await margins(store)).toMatchObject({ dear: 1_000_000, free: 2.5, sane: 6 });
		expect((await figures(store)).loss.margin_e4).toBe(-Number.MAX_SAFE_INTEGER);
		expect((await figures(store)).sane.vip).toBe(0);
	});

	test('VIPs are those who leave most, not those who pay most; that margins became known is no news', async () => {
		await record(store, Array.from({ length: 20 }, (_, place) => order(`c${place}`, 30, [[place < 2 ? 'dear' : 'tea', place < 2 ? 500 : 50 + place]])));
		await compute(store);
		const vips = async () => Object.entries(await figures(store)).filter(([, row]) => row.vip === 1).map(([key]) => key).sort();
		expect(await vips()).toEqual(['c0', 'c1']);
		await store.run('journeys.register', { settings: { key: 'vip', name: 'VIP', entry: { eventType: VIP_CHANGED, filter: [], entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'w', nodeId: 'n', activation: 'activate' });
		await catalogue(store, product('dear', 5, 500), product('tea', 30, 50));
		await compute(store);
		expect(await vips()).toEqual(['c18', 'c19']);
		const entered = async (customerId: string) => (await store.run('customers.record', { ref: { customerId } })).journeys.length;
		expect(await Promise.all(['c0', 'c1', 'c18', 'c19'].map(entered))).toEqual([0, 0, 0, 0]);
		// Who comes to leave most later is told.
		await record(store, [order('c3', 0, [['tea', 900]])], false);
		expect(await entered('c3')).toBe(1);
	});

	test('where every product leaves 40 % of its price, all figures are those of a shop that says 40 % of everything', async () => {
		const random = new Random(7);
		const orders = Array.from({ length: 400 }, (_, place) => order(`c${random.below(60)}`, 1 + place, Array.from({ length: 1 + random.below(3) }, () => [`p${random.below(8)}`, 10] as Line), random.below(4) === 0 ? { totalE4: 10_000 * (1 + random.below(40)) } : {}));
		await record(store, orders);
		await store.run('orders.refund', { items: orders.filter((_, place) => place % 9 === 0).map(({ orderId }) => ({ source: 'shop', orderId, refundedAt: START_MS - DAY, amountE4: 5_000 })) });
		await settings(store, { marginShare: 0.4 });
		await compute(store);
		const said = await figures(store);
		await settings(store, null);
		await catalogue(store, ...Array.from({ length: 8 }, (_, place) => product(`p${place}`, 4, 10)));
		await compute(store);
		const known = await figures(store);
		for (const [key, row] of Object.entries(said)) {
			expect(Math.abs((known[key].ltv_e4 as number) - (row.ltv_e4 as number))).toBeLessThanOrEqual(1);
			expect(Math.abs((known[key].margin_e4 as number) - (row.margin_e4 as number))).toBeLessThanOrEqual(1);
			expect([key, known[key].vip, known[key].value_tier]).toEqual([key, row.vip, row.value_tier]);
		}
	});
});
