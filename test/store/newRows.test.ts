import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/store/Store';
import { openStore } from '../../src/store/open';
import { START_MS } from '../support/eachStore';
import { freshPostgres } from '../support/stores';

/**
 * PostgreSQL writes rows that are new as far as anybody knows without looking for them (`Tx.add`). Here somebody else has
 * written one of them all the same, and the call runs again: everybody is answered as if they had asked one after the other.
 */
let store: Store;
let other: Client;
beforeEach(async () => {
	const { connectionString, schema } = freshPostgres();
	store = await openStore({ kind: 'postgres', url: connectionString, schema }, { testClock: { mode: 'frozen', atMs: START_MS } });
	other = new Client({ connectionString, options: `-c search_path=${schema}` });
	await other.connect();
	await store.run('customers.upsert', { items: ['c1', 'c2'].map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
	expect(await decide('other', 'c2')).toMatchObject([{ decision: 'send' }]);
});
afterEach(async () => {
	await store.close();
	await other.end();
});

const POLICY = { version: 'one', storeZone: 'UTC', requireConsent: false };
const ask = (key: string, customer: string) => ({ key, customer, channel: 'email' });
const decide = (key: string, customer: string) => decideAll([ask(key, customer)]);
const decideAll = (requests: object[]) => store.run('policy.decide', { policy: POLICY, requests, dryRun: false });
const rows = async (sql: string) => (await other.query(sql)).rows;

/** Whom a key belongs to after somebody answered it for c2, and has not committed yet. */
const answerForOther = async (key: string) => {
	await other.query('BEGIN');
	for (const table of ['decision', 'touch']) await other.query(`INSERT INTO ${table} OVERRIDING USER VALUE SELECT (jsonb_populate_record(t, '{"idem_key":"${key}"}')).* FROM ${table} t WHERE idem_key = 'other'`);
};

/** Until the call waits for what the other one does. */
async function waiting(call: Promise<unknown>): Promise<void> {
	let isOver = false;
	void call.catch(() => undefined).finally(() => (isOver = true));
	for (;;) {
		if (isOver) throw new Error('It did not wait');
		const { rowCount } = await other.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'customer-journeys' AND pg_backend_pid() = ANY(pg_blocking_pids(pid))");
		if (rowCount) return;
		await sleep(5);
	}
}

describe.each([1, 30])('Of %i requests, one has a key that another call answers for somebody else at the same moment', (count) => {
	const asked = () => decideAll(Array.from({ length: count }, (_, place) => ask(place === 0 ? 'k' : `own-${place}`, 'c1')));

	test('P60: it is a conflict, and the others are decided', async () => {
		await answerForOther('k');
		const call = asked();
		await waiting(call);
		await other.query('COMMIT');
		const [first, ...rest] = await call;
		expect(first).toMatchObject({ key: 'k', error: 'idempotency_conflict' });
		expect(rest.map((line) => ('decision' in line ? line.decision : line.error))).toEqual(rest.map(() => 'send'));
		expect(await rows("SELECT c.key FROM decision d JOIN customer c ON c.id = d.customer_id WHERE idem_key = 'k'")).toEqual([{ key: 'c2' }]);
		expect(await rows('SELECT count(*)::int AS touches FROM touch')).toEqual([{ touches: count + 1 }]);
	});

	test('where the other call comes to nothing, all are decided at once', async () => {
		await answerForOther('k');
		const call = asked();
		await waiting(call);
		await other.query('ROLLBACK');
		expect((await call).map((line) => ('decision' in line ? line.decision : line.error))).toEqual(Array.from({ length: count }, () => 'send'));
		expect(await rows("SELECT c.key FROM touch t JOIN customer c ON c.id = t.customer_id WHERE idem_key = 'k'")).toEqual([{ key: 'c1' }]);
	});
});

test('a message that is in the ledger without an answer is taken as this one', async () => {
	await other.query("INSERT INTO touch OVERRIDING USER VALUE SELECT (jsonb_populate_record(t, '{\"idem_key\":\"k\",\"state\":\"released\",\"ts\":1}')).* FROM touch t WHERE idem_key = 'other'");
	expect(await decide('k', 'c2')).toMatchObject([{ decision: 'send' }]);
	expect(await rows("SELECT state, ts FROM touch WHERE idem_key = 'k'")).toEqual([{ state: 'committed', ts: String(START_MS) }]);
});
