import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { loadMigrations } from '../../src/store/migrate';
import type { StoreLocation } from '../../src/store/open';
import { dumpStore } from '../support/dumpStore';
import { onEachStore } from '../support/eachStore';
import { freshPostgres } from '../support/stores';
import { bringIn, importFileOf } from './importing';

const HEAD = 'order_id,ordered_at,customer_id,product_id,quantity,price\n';
const line = (order: string, product: string, quantity: number, price: number) => `${order},2025-12-01 10:00,ann,${product},${quantity},${price}\n`;

/** What is kept of each order, and what its lines come to, in units of the currency. */
async function sums(location: StoreLocation): Promise<Record<string, { kept: number | null; lines: number }>> {
	const { orders, order_line } = await dumpStore(location);
	return Object.fromEntries(orders.map((order) => [
		order.order_id as string,
		{ kept: order.lines_e4 === null ? null : Number(order.lines_e4) / 10_000, lines: order_line.filter((row) => String(row.order_ref) === String(order.id)).reduce((sum, row) => sum + Number(row.amount_e4) * Number(row.times), 0) / 10_000 },
	]));
}

onEachStore('What the lines of an order come to', (open) => {
	test('is kept with an order that says no total, however its lines come in', async () => {
		const { store, location } = await open();
		const bring = (text: string, batchRows?: number) => bringIn(store, 'orders', importFileOf(HEAD + text), batchRows === undefined ? {} : { batchRows });
		await bring(line('1', 'shoe', 1, 30) + line('1', 'sock', 2, 5) + line('2', 'hat', 1, 9) + line('1', 'sock', 2, 5), 1);
		expect(await sums(location)).toEqual({ 1: { kept: 50, lines: 50 }, 2: { kept: 9, lines: 9 } });
		// The same lines again are no new ones; a further line is.
		await bring(line('1', 'shoe', 1, 30) + line('2', 'hat', 1, 9) + line('2', 'belt', 1, 12.5));
		expect(await sums(location)).toEqual({ 1: { kept: 50, lines: 50 }, 2: { kept: 21.5, lines: 21.5 } });
		await bring(line('C3', 'hat', -1, 9));
		expect((await sums(location)).C3).toEqual({ kept: 9, lines: 9 });
	});

	test('is not kept with an order that has a total, whichever came first', async () => {
		const { store, location } = await open();
		const recorded = (orderId: string) => ({ ref: { customerId: 'ann' }, source: 'shop', orderId, orderedAt: Date.parse('2025-12-01T10:00:00Z'), currency: 'GBP', status: 'paid' as const, totalE4: 400_000, lines: [{ productId: 'shoe', quantity: 1, priceE4: 300_000, amountE4: 300_000 }] });
		await store.run('orders.record', { items: [recorded('1')] });
		await bringIn(store, 'orders', importFileOf(HEAD + line('1', 'sock', 1, 5) + line('2', 'sock', 1, 5)));
		await store.run('orders.record', { items: [recorded('2')] });
		expect(await sums(location)).toEqual({ 1: { kept: null, lines: 35 }, 2: { kept: null, lines: 30 } });
	});

	test('conditions, records and revenue go by it', async () => {
		const { store } = await open();
		await bringIn(store, 'orders', importFileOf(HEAD + line('1', 'shoe', 1, 30) + line('1', 'sock', 2, 5) + line('2', 'hat', 1, 9)));
		const inside = async (value: number, measure = 'amount') => (await store.run('segments.check', { segment: { rules: { match: 'all', rules: [{ about: 'bought', measure, compare: { is: 'exactly', value } }] } }, items: [{ index: 0, customer: { customerId: 'ann' } }] }))[0].inside;
		expect([await inside(49), await inside(48), await inside(24.5, 'average'), await inside(2, 'orders')]).toEqual([true, false, true, true]);
		const record = await store.run('customers.record', { ref: { customerId: 'ann' } });
		expect(record?.orders.map(({ amount }) => amount).sort()).toEqual(['40.00', '9.00']);
		const [cancelled] = await store.run('orders.cancel', { items: [{ source: 'shop', orderId: '1', cancelledAt: Date.parse('2025-12-02T00:00:00Z') }] });
		expect(cancelled).toMatchObject({ ok: true, result: 'cancelled' });
		expect([await inside(9), await inside(1, 'orders')]).toEqual([true, true]);
	});
});

/** Order 1 has a total, 2 none; 3 has no lines, and 4 absurd ones. */
const BEFORE = `INSERT INTO orders (id, total_e4) VALUES (1, 70), (2, NULL), (3, NULL), (4, NULL);
	INSERT INTO order_line VALUES (1, 30, 1), (2, 30, 1), (2, 5, 3), (4, 9007199254740991, 2000);`;
const AFTER = [[1, null], [2, 45], [3, null], [4, Number.MAX_SAFE_INTEGER]];
const migration = (dialect: 'sqlite' | 'postgres') => loadMigrations(dialect).find(({ name }) => name.endsWith('sums-of-lines'))!.sql;
const TABLES = (id: string) => `CREATE TABLE orders (id ${id}, customer_id BIGINT, ordered_at BIGINT, kind TEXT, status TEXT, currency TEXT, total_e4 BIGINT, refunded_e4 BIGINT); CREATE INDEX orders_customer ON orders (customer_id, ordered_at);
	CREATE TABLE order_line (order_ref BIGINT, amount_e4 BIGINT, times BIGINT); CREATE TABLE event (seq BIGINT, customer_id BIGINT, occurred_at BIGINT, type TEXT); CREATE INDEX event_customer ON event (customer_id, occurred_at);`;

test('a SQLite store that is upgraded has it of the orders that were there', () => {
	const database = new DatabaseSync(':memory:');
	database.exec(TABLES('INTEGER PRIMARY KEY') + BEFORE + migration('sqlite'));
	expect(database.prepare('SELECT id, lines_e4 FROM orders ORDER BY id').all().map((row) => Object.values(row))).toEqual(AFTER);
	database.close();
});

test('a PostgreSQL store that is upgraded has it of the orders that were there', async () => {
	const { connectionString, schema } = freshPostgres();
	const client = new Client({ connectionString, options: `-c search_path=${schema}` });
	await client.connect();
	try {
		await client.query(`CREATE SCHEMA ${schema}; ${TABLES('BIGINT PRIMARY KEY')} ${BEFORE}`);
		await client.query(migration('postgres'));
		const { rows } = await client.query<{ id: string; lines_e4: string | null }>('SELECT id, lines_e4 FROM orders ORDER BY id');
		expect(rows.map(({ id, lines_e4 }) => [Number(id), lines_e4 === null ? null : Number(lines_e4)])).toEqual(AFTER);
	} finally {
		await client.end();
	}
});
