import { refresh } from '../../src/features/refresh';
import type { OrderInput, RefundInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const E4 = 10_000;
const line = (productId: string, quantity: number, price: number) => ({ productId, name: productId, quantity, priceE4: price * E4, amountE4: Math.round(quantity * price * E4) });
const order = (orderId: string, more: Partial<OrderInput> = {}): OrderInput => ({
	ref: { customerId: 'c1' }, source: 'shop', orderId, orderedAt: START_MS, currency: 'EUR', status: 'placed', lines: [line('shoe', 2, 30), line('sock', 1, 40)], ...more,
});

async function record(store: Store, ...items: OrderInput[]) {
	return (await store.run('orders.record', { items })).map((answer) => (answer.ok ? answer.result : answer.message));
}
async function refund(store: Store, ...items: Partial<RefundInput>[]) {
	const answers = await store.run('orders.refund', { items: items.map((item): RefundInput => ({ source: 'shop', orderId: 'o1', refundedAt: START_MS + HOUR, ...item })) });
	return answers.map((answer) => (answer.ok ? `${answer.result} ${answer.orderId ?? '-'} ${answer.refunded ? `${answer.refunded.amount} ${answer.refunded.currency}` : '-'}` : answer.message));
}
const cancel = async (store: Store, orderId = 'o1', source = 'shop', cancelledAt = START_MS + HOUR) =>
	(await store.run('orders.cancel', { items: [{ source, orderId, cancelledAt }] })).map((answer) => (answer.ok ? answer.result : answer.message))[0];

/** Order, status and revenue as the customer's record shows them. */
async function books(store: Store, customerId = 'c1') {
	const { orders, revenue } = await store.run('customers.record', { ref: { customerId }, at: START_MS + 365 * DAY });
	return { orders: orders.filter(({ kind }) => kind === 'order').map(({ orderId, status, amount }) => `${orderId} ${status} ${amount}`), revenue: revenue.map(({ amount, currency }) => `${amount} ${currency}`) };
}
const eventsOf = async (store: Store, customerId = 'c1') => (await store.run('customers.record', { ref: { customerId }, at: START_MS + 365 * DAY })).events.map(({ type, at }) => `${type} +${at - START_MS}`).reverse();

onEachStore('Order: record', (open) => {
	test('the same order twice changes nothing, in one batch and in two, whoever says it', async () => {
		const { store } = await open();
		expect(await record(store, order('o1'), order('o1'))).toEqual(['recorded', 'unchanged']);
		expect(await record(store, order('o1', { updatedAt: START_MS + HOUR }), order('o1', { ref: undefined }))).toEqual(['unchanged', 'unchanged']);
		expect(await books(store)).toEqual({ orders: ['o1 placed 100.00'], revenue: ['100.00 EUR'] });
		expect(await eventsOf(store)).toEqual(['order_placed +0']);
	});

	test('an order that is dated ahead starts a journey that what happens now may end', async () => {
		const { store } = await open();
		const settings = { key: 'thanks', name: 'Thanks', entry: { eventType: 'order_placed', entryKey: { kind: 'property' as const, property: 'order_id' } }, exits: [{ eventType: 'stop' }] };
		await store.run('journeys.register', { settings, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await record(store, order('o1', { orderedAt: START_MS + 30 * DAY }));
		const stop = { ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} };
		expect(await store.run('events.track', { items: [stop] })).toMatchObject([{ exited: ['thanks'] }]);
	});

	test('absurd amounts are refused where they cannot be added up, and keep nobody else from being read and refreshed', async () => {
		const { store } = await open();
		const most = Number.MAX_SAFE_INTEGER;
		const absurd = { productId: 'shoe', name: 'shoe', quantity: 1, priceE4: most, amountE4: most };
		expect(await record(store, order('o0', { lines: [absurd, absurd] }), order('o1', { ref: { customerId: 'c2' } }))).toEqual(['The lines of the order add up to more than 900 billion. Correct their prices and quantities.', 'recorded']);
		expect(await record(store, order('o2', { lines: [absurd] }), order('o3', { lines: [absurd] }))).toEqual(['recorded', 'recorded']);
		expect((await books(store)).orders).toEqual(['o3 placed 900719925474.0991', 'o2 placed 900719925474.0991']);
		expect(await refresh(store, { owner: 'test' })).toMatchObject({ customers: 2, written: 2 });
		expect(await record(store, order('o2', { lines: [], updatedAt: START_MS + HOUR }))).toEqual(['updated']);
	});

	test('identical lines count each', async () => {
		const { store } = await open();
		await record(store, order('o1', { lines: [line('sock', 1, 5), line('sock', 1, 5), line('sock', 2, 5)] }));
		expect(await books(store)).toEqual({ orders: ['o1 placed 20.00'], revenue: ['20.00 EUR'] });
	});

	test('a newer version replaces lines and status and tells the journeys; an older one that comes later changes nothing', async () => {
		const { store } = await open();
		expect(await record(store, order('o1', { status: 'paid', updatedAt: START_MS + 2 * HOUR, lines: [line('shoe', 1, 30)] }))).toEqual(['recorded']);
		expect(await record(store, order('o1', { updatedAt: START_MS + HOUR }))).toEqual(['older']);
		expect(await books(store)).toEqual({ orders: ['o1 paid 30.00'], revenue: ['30.00 EUR'] });
		expect(await record(store, order('o1', { status: 'delivered', updatedAt: START_MS + 3 * HOUR, lines: [line('shoe', 1, 31)] }))).toEqual(['updated']);
		expect(await books(store)).toEqual({ orders: ['o1 delivered 31.00'], revenue: ['31.00 EUR'] });
		expect(await eventsOf(store)).toEqual(['order_placed +0', `order_paid +${2 * HOUR}`, `order_delivered +${3 * HOUR}`]);
	});

	test('a version without an instant counts by arrival, and holds back no later one that has its instant', async () => {
		const { store, advance } = await open();
		await advance(DAY);
		expect(await record(store, order('o1'))).toEqual(['recorded']);
		expect(await record(store, order('o1', { status: 'paid', updatedAt: START_MS + MINUTE }))).toEqual(['updated']);
		expect(await record(store, order('o1', { status: 'delivered' }))).toEqual(['updated']);
		expect((await books(store)).orders).toEqual(['o1 delivered 100.00']);
	});

	test('what was paid for the whole order holds against the sum of its lines', async () => {
		const { store } = await open();
		await record(store, order('o1', { totalE4: 90 * E4, discountE4: 10 * E4 }));
		expect(await books(store)).toEqual({ orders: ['o1 placed 90.00'], revenue: ['90.00 EUR'] });
	});

	test('an order whose lines are in another currency is refused on its item', async () => {
		const { store } = await open();
		const mixed = order('o1', { lines: [line('shoe', 1, 1), { ...line('sock', 1, 1), currency: 'USD' }] });
		expect(await record(store, mixed, order('o2'))).toEqual(['Line 2 of the order is in USD and the order in EUR. Give all amounts of an order in one currency.', 'recorded']);
	});

	test('an anonymous order serves nobody until its customer is known; then the journeys hear of it', async () => {
		const { store } = await open();
		expect(await store.run('orders.record', { items: [order('o1', { ref: undefined })] })).toMatchObject([{ ok: true, result: 'recorded', customer: null }]);
		expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 0, orders: 1, events: 0 });
		expect(await record(store, order('o1'))).toEqual(['updated']);
		expect(await books(store)).toEqual({ orders: ['o1 placed 100.00'], revenue: ['100.00 EUR'] });
		expect(await eventsOf(store)).toEqual(['order_placed +0']);
		expect(await record(store, order('o1', { ref: undefined, status: 'paid', updatedAt: START_MS + 5 }))).toEqual(['updated']);
		expect(await eventsOf(store)).toEqual(['order_placed +0', 'order_paid +5']);
	});

	test('two workers that record the same orders at once keep each once, with its lines once', async () => {
		const { store, again } = await open();
		const other = await again();
		const orders = Array.from({ length: 200 }, (_, index) => order(`o${index}`, index % 4 === 0 ? { ref: undefined } : { ref: { customerId: `c${index % 7}` } }));
		const results = (await Promise.all([record(store, ...orders), record(other, ...orders.toReversed())])).flat();
		expect(results.filter((result) => result === 'recorded')).toHaveLength(200);
		expect(results.filter((result) => result === 'unchanged')).toHaveLength(200);
		const { revenue } = await books(store, 'c1');
		expect(revenue).toEqual([`${orders.filter(({ ref }) => ref?.customerId === 'c1').length * 100}.00 EUR`]);
	});

	test('an order ends the journey of its cart, and the answer names the journey', async () => {
		const { store } = await open();
		await store.run('journeys.register', { settings: { key: 'cart', name: 'Cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } }, exits: [{ eventType: 'order_placed', correlate: { eventField: 'cart_id', entryField: 'cart_id' } }] }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await store.run('events.track', { items: ['k1', 'k2'].map((cart) => ({ ref: { customerId: 'c1' }, type: 'cart_updated', occurredAt: START_MS, source: 'shop', properties: { cart_id: cart } })) });
		expect(await store.run('orders.record', { items: [order('o1', { cartId: 'k1' })] })).toMatchObject([{ exited: ['cart'], entered: [] }]);
		expect(await store.run('orders.record', { items: [order('o2', { cartId: 'k2' })], backfill: true })).toMatchObject([{ exited: [] }]);
		expect(await store.run('journeys.waiting', {})).toMatchObject([{ waiting: 1 }]);
	});
});

onEachStore('Order: cancel', (open) => {
	test('cancels once, tells the journeys once, and keeps the order out of the revenue', async () => {
		const { store } = await open();
		await record(store, order('o1'), order('o2'));
		expect([await cancel(store), await cancel(store)]).toEqual(['cancelled', 'unchanged']);
		expect(await books(store)).toEqual({ orders: ['o2 placed 100.00', 'o1 cancelled 100.00'], revenue: ['100.00 EUR'] });
		expect(await eventsOf(store)).toEqual(['order_placed +0', 'order_placed +0', `order_cancelled +${HOUR}`]);
	});

	test('recorded again it stays cancelled, unless the shop says that it came back later', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		await cancel(store);
		expect(await record(store, order('o1'), order('o1', { updatedAt: START_MS + MINUTE, status: 'paid' }), order('o1', { lines: [line('shoe', 1, 30)] }))).toEqual(['unchanged', 'older', 'updated']);
		expect((await books(store)).orders).toEqual(['o1 cancelled 30.00']);
		expect(await record(store, order('o1', { updatedAt: START_MS + 2 * HOUR, status: 'paid' }))).toEqual(['updated']);
		expect((await books(store)).orders).toEqual(['o1 paid 100.00']);
	});

	test('an unknown order is refused on its item', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		const answers = await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'nope', cancelledAt: START_MS }, { source: 'shop', orderId: 'o1', cancelledAt: START_MS }] });
		expect(answers).toMatchObject([{ ok: false, code: 'unknown_order', message: 'No order "nope" is in the store. Record the order first, or check the order id and its source.' }, { ok: true, result: 'cancelled' }]);
	});

	test('another workflow may cancel the only order of an id, never one of several shops', async () => {
		const { store } = await open();
		await record(store, order('o1'), order('1001', { source: 'shop-a' }), order('1001', { source: 'shop-b' }));
		expect(await cancel(store, 'o1', 'helpdesk')).toBe('cancelled');
		expect(await cancel(store, '1001', 'helpdesk')).toMatch(/Several shops have an order "1001" in the store/);
		expect(await cancel(store, '1001', 'shop-b')).toBe('cancelled');
		expect((await books(store)).orders.filter((text) => text.includes('cancelled'))).toHaveLength(2);
	});

	test('two workers that cancel at once tell the journeys once', async () => {
		const { store, again } = await open();
		await record(store, order('o1'), order('o2', { ref: { customerId: 'c2' } }));
		const others = [store, await again(), await again(), await again()];
		const items = ['o1', 'o2'].map((orderId) => ({ source: 'shop', orderId, cancelledAt: START_MS + 1 }));
		const answers = (await Promise.all(others.map((one, place) => one.run('orders.cancel', { items: place % 2 ? items.toReversed() : items })))).flat();
		expect(answers.filter((answer) => answer.ok && answer.result === 'cancelled')).toHaveLength(2);
		expect(await eventsOf(store)).toEqual(['order_placed +0', 'order_cancelled +1']);
	});
});

onEachStore('Order: refund', (open) => {
	test('of absurdly many pieces is refused, and stops no other', async () => {
		const { store } = await open();
		await record(store, order('o1', { lines: [line('shoe', 1, 900_000_000)] }));
		expect(await refund(store, { lines: [{ productId: 'shoe', quantity: 1e9 }] }, { refundId: 'r', amountE4: E4 })).toEqual(['The refund adds up to more than 900 billion. Correct its quantities, or give the amount of the refund.', 'refunded o1 1.00 EUR']);
	});

	test('in parts by amount, until the order is refunded', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		expect(await refund(store, { refundId: 'r1', amountE4: 30 * E4 }, { refundId: 'r2', amountE4: 30 * E4 })).toEqual(['refunded o1 30.00 EUR', 'refunded o1 30.00 EUR']);
		expect(await books(store)).toEqual({ orders: ['o1 placed 100.00'], revenue: ['40.00 EUR'] });
		expect(await refund(store, { refundId: 'r3' })).toEqual(['refunded o1 40.00 EUR']);
		expect(await books(store)).toEqual({ orders: ['o1 refunded 100.00'], revenue: ['0.00 EUR'] });
		expect((await eventsOf(store)).filter((text) => text.startsWith('order_refunded'))).toHaveLength(3);
	});

	test('by lines, at the price they were bought for', async () => {
		const { store } = await open();
		await record(store, order('o1', { lines: [line('shoe', 2, 30), line('shoe', 1, 20), line('sock', 3, 5)] }));
		expect(await refund(store, { lines: [{ productId: 'sock', quantity: 2 }] }, { lines: [{ productId: 'shoe', quantity: 3 }] })).toEqual([expect.stringMatching(/^refunded o1 10\.00 EUR$/), expect.stringMatching(/^refunded o1 80\.00 EUR$/)]);
		expect(await refund(store, { lines: [{ productId: 'hat', quantity: 1 }] })).toEqual(['The order has no product "hat" to take the price from. Give the amount of the refund.']);
		expect((await books(store)).revenue).toEqual(['5.00 EUR']);
	});

	test('the same refund twice changes nothing: by its id, by its content, and whole ones when nothing is left', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		expect(await refund(store, { refundId: 'r1', amountE4: E4 }, { refundId: 'r1', amountE4: E4 })).toEqual(['refunded o1 1.00 EUR', 'unchanged o1 1.00 EUR']);
		expect(await refund(store, { amountE4: 2 * E4 }, { amountE4: 2 * E4 })).toEqual(['refunded o1 2.00 EUR', 'unchanged o1 2.00 EUR']);
		expect(await refund(store, {}, { refundedAt: START_MS + 2 * HOUR })).toEqual(['refunded o1 97.00 EUR', 'unchanged o1 -']);
		expect(await books(store)).toEqual({ orders: ['o1 refunded 100.00'], revenue: ['0.00 EUR'] });
	});

	test('more than was paid is believed', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		expect(await refund(store, { amountE4: 120 * E4 })).toEqual(['refunded o1 120.00 EUR']);
		expect(await books(store)).toEqual({ orders: ['o1 refunded 100.00'], revenue: ['-20.00 EUR'] });
	});

	test('another currency and an unknown order are refused on their items; nothing is half-done', async () => {
		const { store } = await open();
		await record(store, order('o1'));
		expect(await refund(store, { currency: 'USD', amountE4: E4 }, { orderId: 'nope' }, { amountE4: E4 })).toEqual([
			'The refund is in USD but the order was paid in EUR. Give the amount in EUR.',
			expect.stringContaining('No order "nope" is in the store'),
			'refunded o1 1.00 EUR',
		]);
		expect((await books(store)).revenue).toEqual(['99.00 EUR']);
	});

	test('a refund that names no order finds the latest purchase of each of its products', async () => {
		const { store } = await open();
		await record(store, order('o1', { orderedAt: START_MS - DAY }), order('o2', { lines: [line('shoe', 1, 50)] }), order('o3', { orderedAt: START_MS + DAY, lines: [line('shoe', 1, 99)] }), order('x', { ref: { customerId: 'c2' } }));
		const ref = { customerId: 'c1' };
		expect(await refund(store, { orderId: undefined, ref, lines: [{ productId: 'shoe', quantity: 1 }, { productId: 'sock', quantity: 1 }] })).toEqual(['refunded o2 90.00 EUR']);
		expect((await books(store)).orders).toEqual(['o3 placed 99.00', 'o2 refunded 50.00', 'o1 placed 100.00']);
		expect(await refund(store, { orderId: undefined, ref, lines: [{ productId: 'hat', quantity: 1 }] }, { orderId: undefined, ref, amountE4: E4 })).toEqual([
			expect.stringContaining('No purchase of product "hat" by this customer'),
			expect.stringContaining('names no order and no product'),
		]);
		expect((await books(store)).revenue).toEqual(['159.00 EUR']);
	});

	test('an imported order, which says no total, is refunded by its lines', async () => {
		const { store } = await open();
		const row = { ref: { customerId: 'c1' }, orderId: 'i1', orderedAt: START_MS, kind: 'order' as const, productId: 'shoe', quantity: 2, priceE4: 30 * E4, amountE4: 60 * E4, currency: 'EUR', gift: false };
		await store.run('import.orderLines', { run: 'r', source: 'shop', rows: [row, { ...row, quantity: 1, amountE4: 30 * E4 }] });
		expect(await refund(store, { orderId: 'i1', amountE4: 10 * E4 })).toEqual(['refunded i1 10.00 EUR']);
		expect(await books(store)).toEqual({ orders: ['i1 placed 90.00'], revenue: ['80.00 EUR'] });
		expect(await refund(store, { orderId: 'i1' })).toEqual(['refunded i1 80.00 EUR']);
		expect(await books(store)).toEqual({ orders: ['i1 refunded 90.00'], revenue: ['0.00 EUR'] });
	});

	test('two workers that refund the same at once do it once, also where the order has no customer', async () => {
		const { store, again } = await open();
		const others = [store, await again(), await again()];
		for (let round = 0; round < 5; round++) {
			await record(store, order(`o${round}`), order(`a${round}`, { ref: undefined }));
			const items = [`o${round}`, `a${round}`].flatMap((orderId) => [10, 20].map((amount) => ({ orderId, refundId: `${orderId}-${amount}`, amountE4: amount * E4 })));
			const results = (await Promise.all(others.map((one) => refund(one, ...items)))).flat();
			expect(results.filter((text) => text.startsWith('refunded'))).toHaveLength(4);
		}
		expect((await books(store)).revenue).toEqual(['350.00 EUR']);
		expect(await refund(store, { orderId: 'a1' })).toEqual(['refunded a1 70.00 EUR']);
	});

	test('an order cancelled and refunded, and one that the shop calls refunded, are no revenue; as of an instant, later orders are none yet', async () => {
		const { store } = await open();
		await record(store, order('o1'), order('o2', { status: 'refunded' }), order('o3', { orderedAt: START_MS + DAY }));
		await cancel(store);
		await refund(store, { amountE4: 40 * E4 });
		expect((await books(store)).revenue).toEqual(['100.00 EUR']);
		expect((await store.run('customers.record', { ref: { customerId: 'c1' }, at: START_MS })).revenue).toEqual([{ amount: '0.00', currency: 'EUR' }]);
	});

	test('more than 200 orders all count as revenue', async () => {
		const { store } = await open();
		await record(store, ...Array.from({ length: 250 }, (_, index) => order(`o${index}`, { orderedAt: START_MS - index * MINUTE })));
		const { orders, revenue } = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect([orders.length, revenue]).toEqual([200, [{ amount: '25000.00', currency: 'EUR' }]]);
	});
});
