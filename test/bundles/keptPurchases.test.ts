import { keptPurchases } from '../../src/bundles/keptPurchases';
import { DEFAULT_MODEL_SETTINGS, fitOffers } from '../../src/bundles/offerModel';
import type { Purchases } from '../../src/bundles/purchases';
import { isStale, modelAt, refreshOffers } from '../../src/bundles/refreshOffers';
import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import { Random } from './support/plantedShop';

const CUSTOMERS = 40;
const PRODUCTS = 8;
const SETTINGS = { ...DEFAULT_MODEL_SETTINGS, minCustomers: 3, minLift: 0.8, maxFalseDiscoveryRate: 1 };

/** Every order as a line, whatever the order of the orders and the numbers of the products. */
function written({ products, offsets, items, orderedAt, customers }: Purchases): string[] {
	return Array.from(orderedAt, (at, order) => `${customers[order]} ${at} ${Array.from(items.subarray(offsets[order], offsets[order + 1]), (item) => products[item]).sort().join(' ')}`).sort();
}

/** A shop to which anything happens, in an order that the seed decides. */
class Shop {
	private readonly random: Random;
	private orders = 0;

	constructor(
		private readonly store: Store,
		seed: number,
	) {
		this.random = new Random(seed);
	}

	/** The kinds of things that can happen, from orders to the end of a customer. */
	async happen(now: number): Promise<void> {
		await this.record(now, true, 30);
		for (let step = 0; step < 6; step++) await [this.live, this.live, this.cancel, this.refund, this.rewrite, this.merge, this.unmerge, this.erase, this.unknown][this.random.below(9)]!.call(this, now);
	}

	private readonly customer = () => ({ customerId: `c${this.random.below(CUSTOMERS)}` });
	private readonly anOrder = () => `o${this.random.below(Math.max(1, this.orders))}`;

	private readonly order = (now: number, orderId: string) => {
		const first = this.random.below(PRODUCTS);
		const products = [...new Set([first, this.random.next() < 0.6 ? (first + 1) % PRODUCTS : first, this.random.below(PRODUCTS)])];
		return {
			ref: this.customer(), source: 'shop', orderId, orderedAt: now - this.random.below(300) * DAY - this.random.below(24) * HOUR, currency: 'EUR', status: 'placed' as const, updatedAt: now,
			lines: products.map((product, line) => ({ productId: `p${product}`, quantity: 1, priceE4: 10_000 * (line + 1), amountE4: 10_000 * (line + 1), ...(this.random.next() < 0.1 ? { gift: true } : {}) })),
		};
	};

	private record = async (now: number, backfill: boolean, count: number) => void (await this.store.run('orders.record', { backfill, items: Array.from({ length: count }, () => this.order(now, `o${this.orders++}`)) }));
	private live = async (now: number) => await this.record(now, false, 3);
	private rewrite = async (now: number) => void (await this.store.run('orders.record', { items: [this.order(now, this.anOrder())] }));
	private cancel = async (now: number) => void (await this.store.run('orders.cancel', { items: [{ source: 'shop', orderId: this.anOrder(), cancelledAt: now }] }));
	private refund = async (now: number) => void (await this.store.run('orders.refund', { items: [{ source: 'shop', orderId: this.anOrder(), refundedAt: now }] }));
	private merge = async () => void (await this.store.run('customers.merge', { survivor: this.customer(), other: this.customer() }).catch(() => undefined));
	private unmerge = async () => void (await this.store.run('customers.unmerge', { other: this.customer() }).catch(() => undefined));
	private erase = async () => void (await this.store.run('customers.erase', { ref: this.customer() }).catch(() => undefined));
	private unknown = async (now: number) => {
		const { ref: _nobody, ...order } = this.order(now, `u${this.orders++}`);
		await this.store.run('orders.record', { items: [order] });
	};
}

onEachStore('What was bought, kept as columns', (open) => {
	test.each([1, 2])('orders, changes, cancellations, refunds, merges, erasures in any order (seed %i): the model is the one mined from every order', async (seed) => {
		const { store, advance } = await open();
		const shop = new Shop(store, seed);
		let links = 0;
		for (let round = 0; round < 6; round++) {
			const now = START_MS + round * DAY;
			await shop.happen(now);
			// The figures' own refresh takes the notes of what changed: what was bought is brought along.
			if (round % 3 === 1) await refresh(store, { owner: 'test' });
			const refreshed = (await refreshOffers(store, SETTINGS))!;
			links += refreshed.links;
			const kept = await keptPurchases(store, now);
			expect(written(kept)).toEqual(written(await store.run('bundles.purchases', { until: now })));
			const { learned: _learned, ...anew } = await modelAt(store, now, SETTINGS);
			expect(fitOffers(kept, (ms) => Math.floor(ms / DAY), Math.floor(now / DAY), SETTINGS)).toEqual({ ...anew, learned: expect.anything() as unknown });
			await advance(DAY);
		}
		expect(links).toBeGreaterThan(20);
	});

	test('only the orders of customers of whom something changed are read; what comes later than asked is left out', async () => {
		const { store, advance } = await open();
		const line = { productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 };
		const order = (customerId: string, orderId: string, orderedAt: number) => ({ ref: { customerId }, source: 'shop', orderId, orderedAt, currency: 'EUR', status: 'placed' as const, lines: [line] });
		await store.run('orders.record', { items: Array.from({ length: 50 }, (_, one) => order(`c${one}`, `o${one}`, START_MS)) });
		const asked: { name: string; ids?: number[] | null }[] = [];
		const watched = { run: (name: string, input: object) => { asked.push({ name, ...input }); return (store.run as (name: string, input: object) => Promise<unknown>)(name, input); } } as unknown as Store;
		const read = async (until: number) => {
			asked.length = 0;
			const found = written(await keptPurchases(watched, until)).length;
			return [found, ...asked.flatMap(({ name, ids }) => (name === 'figures.updateColumns' ? [String(ids?.length)] : ['figures.buildColumns', 'bundles.purchases'].includes(name) ? [name] : []))];
		};
		// PostgreSQL looks again at what is younger than the longest transaction.
		for (let time = 0; time < 2; time++) {
			await keptPurchases(store, START_MS);
			await advance(HOUR);
		}
		expect(await read(START_MS)).toEqual([50]);
		await store.run('orders.record', { items: [order('c3', 'new', START_MS), order('c7', 'newer', START_MS + HOUR), order('c7', 'future', START_MS + 3 * HOUR)] });
		expect(await read(START_MS + HOUR)).toEqual([52, '2']);
		expect((await keptPurchases(store, START_MS - 1)).orderedAt).toHaveLength(0);
		for (let time = 0; time < 2; time++) {
			await advance(HOUR);
			await refresh(store, { owner: 'test' });
		}
		expect(await read(START_MS + 3 * HOUR)).toEqual([53]);
	});

	test('many changed orders make a model old within the hour, few within the day', async () => {
		const { store, advance } = await open();
		await refreshOffers(store, SETTINGS);
		const order = (one: number) => ({ ref: { customerId: `c${one}` }, source: 'shop', orderId: `o${one}`, orderedAt: START_MS, currency: 'EUR', status: 'placed' as const, lines: [{ productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 }] });
		const stale = async () => { const { model, now } = await store.run('offers.model', {}); return isStale({ ...model!, tookMs: 60_000 }, now); };
		await store.run('orders.record', { backfill: true, items: Array.from({ length: 999 }, (_, one) => order(one)) });
		await advance(2 * HOUR);
		expect(await stale()).toBe(false);
		await store.run('orders.record', { backfill: true, items: [order(999)] });
		expect(await stale()).toBe(true);
		await refreshOffers(store, SETTINGS);
		expect((await store.run('offers.model', {})).model).toMatchObject({ version: 2, manyChanged: false });
		await advance(23 * HOUR);
		expect(await stale()).toBe(false);
		await advance(HOUR);
		expect(await stale()).toBe(true);
		// A mining of an hour is not begun again before the day is over.
		expect(isStale({ version: 1, asOf: 0, fittedAt: 0, tookMs: HOUR, manyChanged: true }, 20 * HOUR)).toBe(false);
	});

	test('damaged columns are built anew', async () => {
		const { store } = await open();
		await store.run('orders.record', { items: [{ ref: { customerId: 'c' }, source: 'shop', orderId: 'o', orderedAt: START_MS, currency: 'EUR', status: 'placed', lines: [{ productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 }] }] });
		await keptPurchases(store, START_MS);
		let damaged = true;
		const flaky = { run: async (name: string, input: never) => {
			const answer = await (store.run as (name: string, input: never) => Promise<unknown>)(name, input);
			if (name !== 'figures.readColumns' || !damaged) return answer;
			damaged = false;
			return { body: null };
		} } as unknown as Store;
		expect((await keptPurchases(flaky, START_MS)).products).toEqual(['p']);
		expect(damaged).toBe(false);
	});
});
