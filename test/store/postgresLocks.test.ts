import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { freshPostgres } from '../support/stores';

/** Two workers at the same point, every time: a transaction of somebody else holds them there and lets them go together. */
let store: Store;
let rival: Client;
let schema: string;
let location: { kind: 'postgres'; url: string; schema: string };

beforeEach(async () => {
	const fresh = freshPostgres();
	schema = fresh.schema;
	location = { kind: 'postgres', url: fresh.connectionString, schema };
	store = await openStore(location);
	rival = new Client({ connectionString: fresh.connectionString, options: `-c search_path=${schema}` });
	await rival.connect();
});

afterEach(async () => {
	await rival.end();
	await store.close();
});

/** Until so many connections of the store wait for a lock. */
async function waiting(count: number): Promise<void> {
	for (let tries = 0; tries < 500; tries++) {
		const { rows } = await rival.query<{ count: string }>("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)", [schema]);
		if (Number(rows[0].count) >= count) return;
		await sleep(10);
	}
	throw new Error(`${count} calls should wait for the lock`);
}

const order = (orderId: string) => ({ source: 's', orderId, orderedAt: 1, currency: 'EUR', status: 'placed' as const, lines: [{ productId: 'p', quantity: 1, priceE4: 100, amountE4: 100 }] });
const line = { orderId: 'o1', orderedAt: 1, kind: 'order' as const, productId: 'p', quantity: 1, priceE4: 100, amountE4: 100, currency: 'EUR', gift: false };

test('the same refund of an order without customer, twice at once, is one refund', async () => {
	await store.run('orders.record', { items: [order('o1')] });
	await rival.query("BEGIN; SELECT 1 FROM orders WHERE order_id = 'o1' FOR UPDATE");
	const calls = [0, 1].map(() => store.run('orders.refund', { items: [{ source: 's', orderId: 'o1', refundId: 'r', refundedAt: 1, amountE4: 40 }] }));
	await waiting(2);
	await rival.query('COMMIT');
	expect((await Promise.all(calls)).flat().map((answer) => answer.ok && answer.result).sort()).toEqual(['refunded', 'unchanged']);
	expect((await dumpStore(location)).orders.map((row) => Number(row.refunded_e4)).sort()).toEqual([0, 40]);
});

test('the same cancellation of an order without customer, twice at once, is one cancellation', async () => {
	await store.run('orders.record', { items: [order('o1')] });
	await rival.query("BEGIN; SELECT 1 FROM orders WHERE order_id = 'o1' FOR UPDATE");
	const calls = [0, 1].map(() => store.run('orders.cancel', { items: [{ source: 's', orderId: 'o1', cancelledAt: 1 }] }));
	await waiting(2);
	await rival.query('COMMIT');
	expect((await Promise.all(calls)).flat().map((answer) => answer.ok && answer.result).sort()).toEqual(['cancelled', 'unchanged']);
});

test('an import sees the lines of an order that another import made while it waited', async () => {
	await rival.query("BEGIN; INSERT INTO orders (source, order_id, kind, status, ordered_at, currency, import_run, updated_at) VALUES ('s', 'o1', 'order', 'placed', 1, 'EUR', 'other', 1)");
	await rival.query("INSERT INTO order_line (order_ref, product_id, quantity, price_e4, times, amount_e4, times_in_run) SELECT id, 'p', 1, 100, 3, 100, 3 FROM orders");
	const call = store.run('import.orderLines', { run: 'mine', source: 's', rows: [line, line] });
	await waiting(1);
	await rival.query('COMMIT');
	expect(await call).toEqual({ accepted: 0, duplicates: 2, rejected: [] });
	expect((await dumpStore(location)).order_line.map((row) => Number(row.times))).toEqual([3]);
});

test('a new customer of two workers at once is one customer', async () => {
	await rival.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.customer'))");
	const calls = ['a', 'b'].map((customerId) => store.run('customers.upsert', { items: [{ ref: { customerId, email: 'ann@example.com' } }] }));
	await waiting(2);
	await rival.query('COMMIT');
	const answers = (await Promise.all(calls)).flat();
	expect(answers.map((answer) => answer.ok && answer.customer.email).sort()).toEqual(['ann@example.com', null]);
	expect(answers.filter((answer) => answer.ok && answer.warnings.length === 1)).toHaveLength(1);
	const { identity } = await dumpStore(location);
	expect(identity.map((row) => `${row.type as string} ${row.value as string}`).sort()).toEqual(['customer_id a', 'customer_id b', 'email ann@example.com']);
});

test('the clock is read after the locks: whoever waited is later', async () => {
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' } }] });
	await rival.query("BEGIN; SELECT 1 FROM customer WHERE key = 'c1' FOR UPDATE");
	const call = store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'x', occurredAt: 1, source: 's', properties: {} }, { ref: { customerId: 'new' }, type: 'x', occurredAt: 1, source: 's', properties: {} }] });
	await waiting(1);
	await sleep(50);
	const { rows } = await rival.query<{ ms: string }>('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms');
	await rival.query('COMMIT');
	await call;
	for (const row of (await dumpStore(location)).event) expect(Number(row.ingested_at)).toBeGreaterThanOrEqual(Number(rows[0].ms));
});

describe('a merge is taken back from whoever has the customer when the locks are held', () => {
	const customer = (customerId: string) => ({ ref: { customerId }, email: `${customerId}@example.com` });
	const merge = (survivor: string, other: string) => store.run('customers.merge', { survivor: { customerId: survivor }, other: { customerId: other } });
	const takenBack = async (meanwhile: () => Promise<unknown>) => {
		await store.run('customers.upsert', { items: ['first', 'absorbed', 'second', 'another'].map(customer) });
		await merge('first', 'absorbed');
		await merge('second', 'another');
		await rival.query("BEGIN; SELECT 1 FROM customer WHERE key = 'first' FOR UPDATE");
		await meanwhile();
		const { customer: left, other } = await store.run('customers.unmerge', { other: { customerId: 'absorbed' } });
		return [left.id, other.id];
	};

	test('the survivor was merged into somebody in the meantime', async () => {
		let merged: Promise<unknown> | undefined;
		const names = takenBack(async () => {
			merged = merge('second', 'first');
			await waiting(1);
			void waiting(2).then(() => rival.query('COMMIT'));
		});
		expect(await names).toEqual(['second', 'absorbed']);
		await merged;
	});

	test('the customer went to somebody else in the meantime', async () => {
		const second = "(SELECT id FROM customer WHERE key = 'second')";
		const moved = `UPDATE customer_merge SET survivor_id = ${second} WHERE absorbed_id = 2; UPDATE identity SET customer_id = ${second} WHERE origin_id = 2; UPDATE customer SET merged_into = ${second} WHERE id = 2`;
		const names = takenBack(async () => void waiting(1).then(() => rival.query(`${moved}; COMMIT`)));
		expect(await names).toEqual(['second', 'absorbed']);
	});
});
