import { DAY, START_MS } from '../support/eachStore';
import { openScene, type Scene } from './support/rival';

/**
 * Two calls that take the same locks in different orders wait for each other until the server gives one up. So everybody takes
 * customers by their numbers, then orders by theirs: who waits for a lower one holds no higher one.
 */
let scene: Scene;
beforeEach(async () => {
	scene = await openScene({ mode: 'frozen', atMs: START_MS });
	// The rival is refused what somebody holds, instead of waiting for it.
	await scene.rival.query("SET lock_timeout = '200ms'");
	await scene.store.run('customers.upsert', { items: [{ ref: { customerId: 'first' } }, { ref: { customerId: 'second' } }] });
});
afterEach(() => scene.close());

const order = (orderId: string, ref?: { customerId: string; email?: string }) => ({ ref, source: 's', orderId, orderedAt: START_MS, currency: 'EUR', status: 'placed' as const, lines: [{ productId: 'p', quantity: 1, priceE4: 100, amountE4: 100 }] });
/** A customer who is known, with an address that is not: somebody has to be locked before it is written down. */
const second = { customerId: 'second', email: 'new@example.com' };
const event = (customerId: string, eventId: string, email?: string) => ({ ref: { customerId, email }, type: 'x', occurredAt: START_MS, source: 's', eventId, properties: {} });

/** The call waits for what the rival holds; meanwhile nobody holds what comes after it. */
async function waitsEmptyHanded(hold: string, call: () => Promise<unknown>, free: string): Promise<void> {
	await scene.rival.query(`BEGIN; ${hold}`);
	const called = call();
	await scene.blocked(1);
	await scene.rival.query(free);
	await scene.rival.query('ROLLBACK');
	await called;
}

describe('who waits for a customer holds none that comes after', () => {
	const customer = (key: string) => `SELECT 1 FROM customer WHERE key = '${key}' FOR UPDATE`;
	const calls: Record<string, { before?: () => Promise<unknown>; call: () => Promise<unknown> }> = {
		'reports of messages': {
			before: () => scene.store.run('messages.record', { items: [{ ref: { customerId: 'first' }, channel: 'email', result: 'sent', at: START_MS, providerId: 'm1' }] }),
			call: () => scene.store.run('messages.record', { items: [{ ref: second, channel: 'email', result: 'sent', at: START_MS }, { channel: 'email', result: 'opened', at: START_MS, providerId: 'm1' }] }),
		},
		'events seen before': {
			before: () => scene.store.run('events.track', { items: [event('first', 'e1')] }),
			call: () => scene.store.run('events.track', { items: [event('second', 'e2', 'new@example.com'), event('first', 'e1')] }),
		},
		orders: {
			before: () => scene.store.run('orders.record', { items: [order('o1', { customerId: 'first' })] }),
			call: () => scene.store.run('orders.record', { items: [order('o2', second), { ...order('o1'), status: 'paid' as const }] }),
		},
		subscriptions: {
			before: () => scene.store.run('subscriptions.upsert', { items: [{ ref: { customerId: 'first' }, source: 's', subscriptionId: 's1' }] }),
			call: () => scene.store.run('subscriptions.upsert', { items: [{ ref: second, source: 's', subscriptionId: 's2' }, { source: 's', subscriptionId: 's1', expiresAt: START_MS + DAY }] }),
		},
	};
	test.each(Object.keys(calls))('%s', async (name) => {
		await calls[name].before?.();
		await waitsEmptyHanded(customer('first'), calls[name].call, customer('second'));
	});
});

describe('who waits for an order of nobody holds none that comes after', () => {
	const lock = (orderId: string) => `SELECT 1 FROM orders WHERE order_id = '${orderId}' FOR UPDATE`;
	beforeEach(() => scene.store.run('orders.record', { items: [order('a'), order('b')] }));

	test('cancelling', () => waitsEmptyHanded(lock('a'), () => scene.store.run('orders.cancel', { items: ['b', 'a'].map((orderId) => ({ source: 's', orderId, cancelledAt: START_MS })) }), lock('b')));

	test('refunding', () => waitsEmptyHanded(lock('a'), () => scene.store.run('orders.refund', { items: ['b', 'a'].map((orderId) => ({ source: 's', orderId, refundedAt: START_MS, amountE4: 10 })) }), lock('b')));
});

describe('what two workers make at once they make in one order', () => {
	const insert = (table: string, columns: string, values: string) => `INSERT INTO ${table} (${columns}) VALUES (${values})`;

	test('orders of nobody', () => {
		const made = (orderId: string) => insert('orders', 'source, order_id, kind, status, ordered_at, currency, updated_at', `'s', '${orderId}', 'order', 'placed', 1, 'EUR', 1`);
		return waitsEmptyHanded(made('a'), () => scene.store.run('orders.record', { items: [order('b'), order('a')] }), made('b'));
	});

	test('subscriptions of different customers', () => {
		const made = (id: string) => insert('subscription', 'source, subscription_id, customer_id, status, attributes, field_times, updated_at', `'s', '${id}', (SELECT id FROM customer WHERE key = 'first'), 'active', '{}', '{}', 1`);
		const item = (subscriptionId: string) => ({ ref: { customerId: 'second' }, source: 's', subscriptionId });
		return waitsEmptyHanded(made('a'), () => scene.store.run('subscriptions.upsert', { items: [item('b'), item('a')] }), made('b'));
	});
});
