import { refresh } from '../../src/features/refresh';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { register, release } from '../journeys/support/journey';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

let runs = 0;
const run = (store: Store) => refresh(store, { owner: `goods ${++runs}` });
const CATEGORY: Record<string, string> = { beans: 'Coffee', filters: 'Coffee', soap: 'Care', sugar: 'Kitchen', tea: 'Kitchen' };
const order = (customerId: string, at: number, products: string[]) => ({
	ref: { customerId }, source: 's', orderId: `${customerId}-${at}-${products.join('+')}`, orderedAt: at, currency: 'EUR', status: 'placed' as const,
	lines: products.map((productId) => ({ productId, name: productId.toUpperCase(), category: CATEGORY[productId], quantity: 1, priceE4: 100_000, amountE4: 100_000 })),
});
const ago = (days: number) => START_MS - days * DAY;
/** Beans every 30 days, sugar and tea every 40, soap every 60, a few days sooner or later; machines once. */
const SHOP = Array.from({ length: 40 }, (_, customer) => {
	const jitter = (place: number) => ((customer * 7 + place * 3) % 5) - 2;
	const beans = Array.from({ length: 8 }, (_, place) => order(`c${customer}`, ago(3 + (customer % 28) + place * 30 + jitter(place)), ['beans']));
	const soap = Array.from({ length: 5 }, (_, place) => order(`c${customer}`, ago(5 + (customer % 55) + place * 60 + jitter(place)), ['soap']));
	const kitchen = Array.from({ length: 6 }, (_, place) => order(`c${customer}`, ago(2 + (customer % 38) + place * 40 + jitter(place)), ['sugar', 'tea']));
	return [...beans, ...soap, ...kitchen, order(`c${customer}`, ago(200 + customer), ['machine'])];
}).flat();
const near = (field: string, offset = -3, more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({
	key: 'near', name: 'Near', guardMs: 0, reEntry: { mode: 'parallel', max: 100 },
	entry: { eventType: 'date_near', entryKey: { kind: 'event' }, date: { of: 'nextGoods', field, offsets: [offset], time: '10:00', onChange: 'stay' } }, ...more,
});
const comes = async (store: Store, id = 'anna') => {
	while ((await store.run('journeys.enterByDate', { journeyKey: 'near' })).more);
	return (await release(store, 'entry', { journeyKey: 'near' })).filter(({ customer }) => customer.id === id).map(({ event }) => event?.properties as Record<string, unknown>);
};
const of = async (store: Store, customerId: string, at?: number) => (await store.run('goods.ofCustomer', { ref: { customerId }, at }))!;
/** Until somebody enters, a day at a time. */
const untilEntered = async (store: Store, advance: (ms: number) => Promise<unknown>, most: number) => {
	for (let days = 0; days <= most; days++) {
		const entered = await comes(store);
		if (entered.length > 0) return { days, entered };
		await advance(DAY);
	}
	return { days: Number.POSITIVE_INFINITY, entered: [] };
};

onEachStore('A customer buys a product again', (open) => {
	test('when is told for each product and category, with the reason; what lasts and what was given back has no date', async () => {
		const { store } = await open();
		expect(await store.run('goods.ofCustomer', { ref: { customerId: 'anna' } })).toBeNull();
		await store.run('orders.record', { backfill: true, items: [...SHOP, order('anna', ago(35), ['beans', 'machine']), order('anna', ago(5), ['beans']), order('anna', ago(2), ['soap'])] });
		await store.run('orders.refund', { items: [{ source: 's', orderId: `anna-${ago(2)}-soap`, refundId: 'r1', refundedAt: ago(1), lines: [{ productId: 'soap', quantity: 1 }] }] });
		await run(store);
		const { products, categories } = await of(store, 'anna');
		expect(products.map(({ id, purchases, category, name }) => [id, name, category, purchases])).toEqual([['beans', 'BEANS', 'Coffee', 2], ['machine', 'MACHINE', null, 1]]);
		const [beans, machine] = products;
		expect((beans!.nextAt! - START_MS) / DAY).toBeGreaterThan(15);
		expect((beans!.nextAt! - START_MS) / DAY).toBeLessThan(35);
		expect(beans!.nextFrom).toBeLessThanOrEqual(beans!.nextAt!);
		expect(beans!.reason).toMatch(/^Half of customers who stood where this one stands ordered within \d+ days/);
		expect(machine).toMatchObject({ nextAt: null, reason: expect.stringContaining('Not expected') as string });
		expect(categories.map(({ id, purchases }) => [id, purchases])).toEqual([['Coffee', 2]]);
		expect(Math.abs(categories[0]!.nextAt! - beans!.nextAt!)).toBeLessThanOrEqual(6 * DAY);
		// As of an earlier instant less is known.
		expect((await of(store, 'anna', ago(20))).products.find(({ id }) => id === 'beans')).toMatchObject({ purchases: 1, lastAt: ago(35) });
		expect(await of(store, 'nobody')).toBeNull();
	});

	test('J51 a reminder some days before; a second order of the same product resets the cycle', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: [...SHOP, order('anna', ago(31), ['beans']), order('anna', ago(1), ['beans'])] });
		await register(store, near('product:beans'));
		// Before anything was learned there are no dates.
		expect(await comes(store)).toEqual([]);
		await run(store);
		await advance(15 * DAY);
		expect(await comes(store)).toEqual([]);
		await store.run('orders.record', { items: [order('anna', START_MS + 15 * DAY, ['beans'])] });
		const { days, entered } = await untilEntered(store, advance, 40);
		expect(entered).toMatchObject([{ product_id: 'beans', name: 'BEANS', category: 'Coffee', purchases: 3, after_order_at: new Date(START_MS + 15 * DAY).toISOString(), days_before: 3, no_return: expect.any(Number) as number }]);
		// Counted from the second order, not from the first.
		expect(days).toBeGreaterThan(12);
		expect(days).toBeLessThan(31);
		expect(Date.parse(entered[0]!.expected_until as string)).toBeGreaterThan(Date.parse(entered[0]!.expected_from as string));
		// Once between two purchases, whatever is learned meanwhile; nobody is started by what they did not buy.
		for (const wait of [1, 1, 5]) {
			await advance(wait * DAY);
			await run(store);
			expect(await comes(store)).toEqual([]);
		}
	});

	test('each product has a date of its own; what comes near on one day is one moment, and history starts nobody', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: SHOP });
		await run(store);
		await register(store, near('each'));
		await comes(store);
		// Bob's was long ago, and is history.
		await store.run('orders.record', { items: [order('anna', START_MS, ['beans', 'soap'])] });
		await store.run('orders.record', { backfill: true, items: [order('bob', ago(29), ['beans'])] });
		const first = await untilEntered(store, advance, 40);
		expect(first.entered).toMatchObject([{ product_id: 'beans' }]);
		expect(first.entered[0]).not.toHaveProperty('also');
		const second = await untilEntered(store, advance, 60);
		expect(second.entered).toMatchObject([{ product_id: 'soap', category: 'Care' }]);
		expect(second.days).toBeGreaterThan(10);
		await store.run('orders.record', { items: [order('anna', START_MS + (first.days + second.days) * DAY, ['sugar', 'tea'])] });
		// Sugar and tea are always bought together here.
		const third = await untilEntered(store, advance, 60);
		expect(third.entered).toMatchObject([{ product_id: 'sugar', also: [{ product_id: 'tea', name: 'TEA', category: 'Kitchen', purchases: 1 }] }]);
		await advance(DAY);
		expect(await comes(store)).toEqual([]);
	});

	test('of a category, whichever product; an order of something else does not end the journey, one of the same product does', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: [...SHOP, order('anna', ago(31), ['filters']), order('anna', ago(1), ['beans'])] });
		await run(store);
		await register(store, near('category:coffee'));
		expect((await untilEntered(store, advance, 40)).entered).toMatchObject([{ category: 'Coffee', purchases: 2 }]);
		await register(store, near('product:beans', -3, { exits: [{ eventType: 'order_placed', filter: [], correlate: { eventField: 'product_ids', entryField: 'product_id' } }] }));
		const now = (await store.run('store.settings', {})).now;
		await store.run('orders.record', { items: [order('anna', now, ['beans'])] });
		const way = async () => (await store.run('customers.record', { ref: { customerId: 'anna' } })).journeys.find(({ endReason }) => endReason !== 'completed');
		for (let days = 0; days < 40 && !(await way()); days++) {
			await store.run('journeys.enterByDate', { journeyKey: 'near' });
			await advance(DAY);
		}
		const later = (await store.run('store.settings', {})).now;
		await store.run('orders.record', { items: [order('anna', later, ['soap'])] });
		expect(await way()).toMatchObject({ endReason: null });
		await store.run('orders.record', { items: [order('anna', later + 1, ['soap', 'beans'])] });
		expect(await way()).toMatchObject({ status: 'exited', endReason: 'event:order_placed' });
	});

	test('products to choose from, by a part of the name or the id in any case', async () => {
		const { store } = await open();
		await store.run('products.upsert', { items: [{ source: 's', productId: 'p-1', name: 'Кофе в зёрнах' }, { source: 's', productId: 'p-2', name: '100% Arabica' }, { source: 's', productId: 'p_3' }] });
		const found = async (text: string) => (await store.run('goods.find', { text })).map(({ id }) => id);
		expect(await found('')).toEqual(['p-1', 'p-2', 'p_3']);
		expect(await found('кофе')).toEqual(['p-1']);
		expect(await found('arabica')).toEqual(['p-2']);
		expect(await found('%')).toEqual(['p-2']);
		expect(await found('P_')).toEqual(['p_3']);
		expect(await found("' OR 1=1 --")).toEqual([]);
	});
});
