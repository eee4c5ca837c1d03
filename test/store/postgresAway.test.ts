import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Store } from '../../src/store/Store';
import { PostgresStore } from '../../src/store/postgres/postgresStore';
import { dumpStore } from '../support/dumpStore';
import { freshPostgres, testPostgresUrl } from '../support/stores';
import { TcpProxy } from './support/tcpProxy';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function openThroughProxy(more: { poolSize?: number; connectTimeoutMs?: number; lookEveryMs?: number } = {}) {
	const { connectionString, schema } = freshPostgres();
	const proxy = await TcpProxy.to(connectionString);
	closing.push(() => proxy.close());
	const store = await PostgresStore.open({ url: proxy.url, schema, ...more });
	closing.push(() => store.close());
	return { store, proxy, schema, location: { kind: 'postgres' as const, url: connectionString, schema } };
}

const event = (id: string, customerId = 'c1') => ({ ref: { customerId }, type: 'x', occurredAt: 1_700_000_000_000, eventId: id, source: 't', properties: {} });
const track = (store: Store, ids: string[]) => store.run('events.track', { items: ids.map((id) => event(id)) });

const AWAY = { code: 'store_unavailable', message: expect.stringMatching(/^The customer store PostgreSQL "test_\w+" at 127\.0\.0\.1:\d+ cannot be reached \(.+\)\. Nothing was half-written; check that the server is running and try again\.$/) };

/** A transaction of somebody else that holds a customer, so that the store waits in the middle of its own. */
async function holdCustomer(schema: string, key: string): Promise<() => Promise<void>> {
	const client = new Client({ connectionString: testPostgresUrl() });
	await client.connect();
	await client.query('BEGIN');
	await client.query(`SELECT 1 FROM ${schema}.customer WHERE key = $1 FOR UPDATE`, [key]);
	return async () => {
		await client.query('ROLLBACK');
		await client.end();
	};
}

async function waitUntil(holds: () => Promise<boolean> | boolean): Promise<void> {
	for (let tries = 0; tries < 1_000; tries++) {
		if (await holds()) return;
		await sleep(10);
	}
	throw new Error('It did not come to that');
}

async function isWaitingForLock(schema: string): Promise<boolean> {
	const client = new Client({ connectionString: testPostgresUrl() });
	await client.connect();
	const { rowCount } = await client.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%customer%' AND application_name = 'customer-journeys' AND pid IN (SELECT pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)", [schema]);
	await client.end();
	return (rowCount ?? 0) > 0;
}

describe('A PostgreSQL that goes away', () => {
	test('gives a clear error, leaves nothing half-written, and later calls work by themselves', async () => {
		const { store, proxy, location } = await openThroughProxy();
		await track(store, ['e1']);
		await proxy.cut();
		await expect(track(store, ['e2', 'e3'])).rejects.toMatchObject(AWAY);
		await expect(store.run('store.info', {})).rejects.toMatchObject(AWAY);
		await proxy.restore();
		expect(await track(store, ['e2'])).toMatchObject([{ result: 'accepted' }]);
		expect((await dumpStore(location)).event.map((row) => row.event_id)).toEqual(['e1', 'e2']);
	});

	test('for a moment only is bridged: the call waits and goes through', async () => {
		const { store, proxy } = await openThroughProxy();
		await track(store, ['e1']);
		await proxy.cut();
		const call = track(store, ['e2']);
		await sleep(300);
		await proxy.restore();
		expect(await call).toMatchObject([{ result: 'accepted' }]);
	});

	test('in the middle of a transaction: everything of it is undone, and done once when it is back', async () => {
		const { store, proxy, schema, location } = await openThroughProxy();
		await track(store, ['e1']);
		const release = await holdCustomer(schema, 'c1');
		const call = track(store, ['e2', 'e3']);
		const failed = expect(call).rejects.toMatchObject(AWAY);
		await waitUntil(() => isWaitingForLock(schema));
		await proxy.cut();
		await failed;
		await release();
		await proxy.restore();
		expect((await dumpStore(location)).seen).toHaveLength(1);
		expect(await track(store, ['e2', 'e3'])).toMatchObject([{ result: 'accepted' }, { result: 'accepted' }]);
	});

	test('between two statements of a transaction it ends neither the process nor the store', async () => {
		const { store, schema } = await openThroughProxy();
		await track(store, ['e1']);
		const admin = new Client({ connectionString: testPostgresUrl() });
		await admin.connect();
		closing.push(() => admin.end());
		const calls = Array.from({ length: 40 }, (_, index) => track(store, [`k${index}`]));
		const kills = Array.from({ length: 10 }, () => admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'customer-journeys' AND pid IN (SELECT pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)", [schema]));
		await Promise.all(kills);
		const outcomes = await Promise.allSettled(calls);
		for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(AWAY);
		const missing = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [`k${index}`] : []));
		await track(store, missing);
		expect((await store.run('store.info', {})).counts.events).toBe(41);
	});

	test('without a word is noticed while a call waits; a query that only takes long is left alone', async () => {
		const { store, proxy, schema } = await openThroughProxy({ lookEveryMs: 150, connectTimeoutMs: 1_000 });
		await track(store, ['e1']);
		const release = await holdCustomer(schema, 'c1');
		const slow = track(store, ['e2']);
		await sleep(1_500);
		await release();
		expect(await slow).toMatchObject([{ result: 'accepted' }]);

		const held = await holdCustomer(schema, 'c1');
		const startedAt = performance.now();
		const failed = expect(track(store, ['e3'])).rejects.toMatchObject(AWAY);
		await waitUntil(() => isWaitingForLock(schema));
		proxy.silence();
		await failed;
		expect(performance.now() - startedAt).toBeLessThan(10_000);
		await expect(track(store, ['e3'])).rejects.toMatchObject(AWAY);
		await held();
		await proxy.restore();
		expect(await track(store, ['e3'])).toMatchObject([{ result: 'accepted' }]);
	});

	test('before the store was opened: the error names it, and opening again works', async () => {
		const { connectionString, schema } = freshPostgres();
		const proxy = await TcpProxy.to(connectionString);
		closing.push(() => proxy.close());
		await proxy.cut();
		await expect(PostgresStore.open({ url: proxy.url, schema })).rejects.toMatchObject(AWAY);
		await proxy.restore();
		const store = await PostgresStore.open({ url: proxy.url, schema });
		closing.push(() => store.close());
		expect(await track(store, ['e1'])).toMatchObject([{ result: 'accepted' }]);
	});
});

describe('A busy store on PostgreSQL', () => {
	test('lets calls wait in line for longer than connecting may take, on as few connections as it was given', async () => {
		const { store, proxy, schema } = await openThroughProxy({ poolSize: 2, connectTimeoutMs: 400 });
		await track(store, ['first']);
		const release = await holdCustomer(schema, 'c1');
		const calls = Array.from({ length: 60 }, (_, index) => track(store, [`e${index}`]));
		await sleep(1_500);
		expect(proxy.connections).toBeLessThanOrEqual(2);
		await release();
		expect((await Promise.all(calls)).flat().every((answer) => answer.ok && answer.result === 'accepted')).toBe(true);
	});

	test('calls that touch the same customers in opposite orders do not block each other', async () => {
		const { store } = await openThroughProxy();
		const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
		await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId } })) });
		const results = (order: string[], at: number) => store.run('messages.record', { items: order.map((customerId) => ({ ref: { customerId }, channel: 'email', result: 'sent' as const, at })) });
		const rounds = await Promise.all(Array.from({ length: 12 }, (_, index) => results(index % 2 ? ids : ids.toReversed(), index)));
		expect(rounds.flat().every((answer) => answer.ok && answer.result === 'recorded_outside')).toBe(true);
		expect((await store.run('store.info', {})).counts.touches).toBe(240);
	});

	test('two transactions that block each other are tried again', async () => {
		const { store, schema } = await openThroughProxy();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'a' } }, { ref: { customerId: 'b' } }] });
		const rival = new Client({ connectionString: testPostgresUrl() });
		await rival.connect();
		closing.push(() => rival.end());
		await rival.query('BEGIN');
		await rival.query(`SELECT 1 FROM ${schema}.customer WHERE key = 'b' FOR UPDATE`);
		const call = store.run('events.track', { items: [event('e1', 'a'), event('e2', 'b')] });
		await waitUntil(() => isWaitingForLock(schema));
		// One of the two is ended by the server; the rival gives way in either case.
		await rival.query(`SELECT 1 FROM ${schema}.customer WHERE key = 'a' FOR UPDATE`).catch(() => undefined);
		await rival.query('ROLLBACK');
		expect(await call).toMatchObject([{ result: 'accepted' }, { result: 'accepted' }]);
	});

	test('closing lets calls that are under way end, and refuses those that come after', async () => {
		const { store } = await openThroughProxy();
		const call = track(store, ['e1']);
		const closed = store.close();
		expect(await call).toMatchObject([{ result: 'accepted' }]);
		await closed;
		await store.close();
		await expect(track(store, ['e2'])).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/was closed\.$/) });
	});
});
