import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { operations } from '../../src/operations';
import { openStore } from '../../src/store/open';
import { bulk } from '../../src/store/plan';
import { registryPlans } from '../../src/store/plans/registryPlans';
import { write, type Operation, type Tx } from '../../src/store/port';
import { metaPlans } from '../../src/store/storeClock';
import type { Store } from '../../src/store/Store';
import { freshPostgres } from '../support/stores';

/** Two processes on one PostgreSQL: each remembers how the shop is set up, and each sees at once what the other changed. */
let store: Store;
let other: Store;
let rival: Client;
let location: { kind: 'postgres'; url: string; schema: string };

beforeEach(async () => {
	const { connectionString, schema } = freshPostgres();
	location = { kind: 'postgres', url: connectionString, schema };
	[store, other] = [await openStore(location), await openStore(location)];
	rival = new Client({ connectionString, options: `-c search_path=${schema}` });
	await rival.connect();
});

afterEach(async () => {
	jest.restoreAllMocks();
	await rival.end();
	await store.close();
	await other.close();
});

const DAY = 86_400_000;
const journey = (key: string, eventType = 'start') => ({ settings: { key, name: key, guardMs: 0, entry: { eventType, entryKey: { kind: 'event' as const } } }, workflowId: `w-${key}`, workflowName: 'W', nodeId: 't', activation: 'activate' as const });
let events = 0;
const enteredBy = async (through: Store) => {
	const [answer] = await through.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'start', occurredAt: Date.now(), eventId: `e${events++}`, source: 's', properties: {} }] });
	return answer.ok ? answer.entered : [];
};

/** Runs work in a transaction of a store, as its operations are run. */
async function inTransaction<T>(through: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
	const name = `test.${events++}`;
	(operations as unknown as Record<string, Operation<unknown, unknown>>)[name] = write(work);
	return (await through.run(name as 'store.info', {})) as T;
}

const journeysIn = async (tx: Tx) => (await tx.shopRows(registryPlans.journeys, {})).map(({ key }) => key);

/** Until a connection of the store waits for a lock that the rival holds. */
async function oneWaits(): Promise<void> {
	for (let tries = 0; tries < 1_000; tries++) {
		const { rows } = await rival.query<{ waiting: number }>('SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))');
		if (rows[0].waiting > 0) return;
		await sleep(10);
	}
	throw new Error('A connection of the store should wait for the lock');
}

/** Statements that go out while something is done. */
async function statements(work: () => Promise<unknown>): Promise<string[]> {
	const query = jest.spyOn(Client.prototype, 'query');
	await work();
	const texts = (query.mock.calls as unknown[][]).map(([asked]) => (typeof asked === 'string' ? asked : (asked as { text: string }).text));
	query.mockRestore();
	return texts;
}

describe('How the shop is set up', () => {
	test('is read once by those who take events in, and not again while nobody changes it', async () => {
		await store.run('journeys.register', journey('j'));
		await enteredBy(store);
		const texts = await statements(() => enteredBy(store));
		expect(texts.filter((text) => text.includes('INSERT INTO event'))).toHaveLength(1);
		expect(texts.filter((text) => text.includes('FROM journey AS') || text.startsWith('SELECT * FROM journey ') || text.includes('FROM lead_score ORDER'))).toEqual([]);
	});

	test('is seen at once when another process changes it: a new journey, another event, an end', async () => {
		expect(await enteredBy(store)).toEqual([]);
		await other.run('journeys.register', journey('j'));
		expect(await enteredBy(store)).toEqual(['j']);
		await other.run('journeys.register', journey('j', 'another'));
		expect(await enteredBy(store)).toEqual([]);
		await other.run('journeys.register', journey('j'));
		await other.run('journeys.register', journey('k'));
		expect((await enteredBy(store)).filter((key) => key === 'k')).toEqual(['k']);
	});

	test('is seen at once when rows are written behind its back, and as before once that is rolled back', async () => {
		await store.run('journeys.register', journey('j'));
		expect(await inTransaction(store, journeysIn)).toEqual(['j']);
		await rival.query("BEGIN; UPDATE journey SET key = 'renamed'");
		expect(await inTransaction(store, journeysIn)).toEqual(['j']);
		await rival.query('ROLLBACK');
		expect(await inTransaction(store, journeysIn)).toEqual(['j']);
		await rival.query("UPDATE journey SET key = 'renamed'");
		expect(await inTransaction(store, journeysIn)).toEqual(['renamed']);
		await rival.query('DELETE FROM journey');
		expect(await inTransaction(store, journeysIn)).toEqual([]);
	});

	test('is for a transaction what it has written itself; of what it rolls back nothing is left', async () => {
		await store.run('journeys.register', journey('j'));
		const own = inTransaction(store, async (tx) => {
			const before = await journeysIn(tx);
			await tx.run(metaPlans.set, { key: 'zone', value: 'Asia/Tokyo' });
			const zone = (await tx.shopRows(metaPlans.get, { key: 'zone' }))[0]?.value;
			throw new Error(`${before.join()} ${zone}`);
		});
		await expect(own).rejects.toThrow('j Asia/Tokyo');
		expect(await inTransaction(store, async (tx) => (await tx.shopRows(metaPlans.get, { key: 'zone' }))[0]?.value)).toBeUndefined();
	});

	test('is looked at again after a lock, which others may have held', async () => {
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' } }] });
		await rival.query("BEGIN; SELECT 1 FROM customer FOR UPDATE; INSERT INTO journey SELECT 'late', 'L', 'w', 'W', 'n', '{}', 1, 0, 0, NULL");
		const seen = inTransaction(store, async (tx) => {
			const before = await journeysIn(tx);
			await tx.all({ sqlite: '', postgres: 'SELECT id FROM customer FOR UPDATE' }, {});
			return [before, await journeysIn(tx)];
		});
		await oneWaits();
		await rival.query('COMMIT');
		expect(await seen).toEqual([[], ['late']]);
	});

	test('is not to be changed by those who read it', async () => {
		await store.run('journeys.register', journey('j'));
		await expect(inTransaction(store, async (tx) => Object.assign((await tx.shopRows(registryPlans.journeys, {}))[0], { key: 'x' }))).rejects.toThrow(TypeError);
	});
});

describe('A write that nobody waits for', () => {
	const note = bulk<{ id: number; body: string }>({ id: 'bigint', body: 'text' }, { sqlite: '', postgres: 'INSERT INTO meta (key, value) SELECT body, id::text FROM rows' });
	const noted = async () => (await rival.query("SELECT key FROM meta WHERE key LIKE 'sent%' ORDER BY key")).rows.map(({ key }) => key as string);

	test('takes its place among the others and is committed with them', async () => {
		const seen = await inTransaction(store, async (tx) => {
			tx.send(note, [{ id: 1, body: 'sent 1' }]);
			return await tx.first(metaPlans.get, { key: 'sent 1' });
		});
		expect(seen).toEqual({ value: '1' });
		expect(await noted()).toEqual(['sent 1']);
	});

	test.each([
		['the next statement that is waited for', async (tx: Tx) => void (await tx.glance())],
		['the end of the transaction', async () => undefined],
	])('throws its own error at %s, and nothing is committed', async (_where, afterwards) => {
		const work = inTransaction(store, async (tx) => {
			tx.send(note, [{ id: 1, body: 'sent 1' }]);
			tx.send(note, [{ id: 2, body: 'sent 1' }]);
			tx.send(note, [{ id: 3, body: 'sent 3' }]);
			await afterwards(tx);
		});
		await expect(work).rejects.toMatchObject({ code: '23505' });
		expect(await noted()).toEqual([]);
		// The connection is as good as new.
		await inTransaction(store, async (tx) => tx.send(note, [{ id: 4, body: 'sent 4' }]));
		expect(await noted()).toEqual(['sent 4']);
	});

	test('is refused after the end of its transaction', async () => {
		let kept: Tx | undefined;
		await inTransaction(store, async (tx) => void (kept = tx));
		await expect((kept as Tx).first(metaPlans.get, { key: 'zone' })).rejects.toThrow('after the end of its transaction');
		(kept as Tx).send(note, [{ id: 5, body: 'sent 5' }]);
		expect(await noted()).toEqual([]);
	});
});

test('the lines of an order that two record at once for the first time are those of the later one', async () => {
	const order = (amountE4: number) => ({ source: 's', orderId: 'o1', orderedAt: DAY, currency: 'EUR', status: 'placed' as const, lines: [{ productId: 'p', quantity: 1, priceE4: amountE4, amountE4 }] });
	await rival.query("BEGIN; INSERT INTO orders (source, order_id, kind, status, ordered_at, currency, updated_at) VALUES ('s', 'o1', 'order', 'placed', 1, 'EUR', 1)");
	await rival.query("INSERT INTO order_line (order_ref, product_id, quantity, price_e4, amount_e4) SELECT id, 'p', 1, 7, 7 FROM orders");
	const recorded = store.run('orders.record', { items: [order(500)] });
	await oneWaits();
	await rival.query('COMMIT');
	await recorded;
	expect((await rival.query('SELECT amount_e4 FROM order_line')).rows.map((row) => Number(row.amount_e4))).toEqual([500]);
});
