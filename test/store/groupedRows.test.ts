import { setTimeout as sleep } from 'node:timers/promises';
import { Client, types } from 'pg';
import * as customerPlans from '../../src/store/plans/customerPlans';
import * as policyPlans from '../../src/store/plans/policyPlans';
import type { GroupedRows, Plan, Row } from '../../src/store/port';
import { openStore } from '../../src/store/open';
import { rowsOf } from '../../src/store/postgres/groupedRows';
import { positional } from '../../src/store/postgres/positional';
import { START_MS } from '../support/eachStore';
import { freshPostgres } from '../support/stores';

/** Every statement whose rows PostgreSQL gives in groups: the rows are those that it gives one by one. */
const GROUPED = Object.entries({ ...customerPlans, ...policyPlans }).flatMap(([family, plans]) =>
	Object.entries(plans as unknown as Record<string, Plan>).flatMap(([name, plan]) => (plan.grouped ? [{ name: `${family}.${name}`, plan: plan as Plan & { grouped: GroupedRows } }] : [])),
);

let client: Client;
let other: Client;
beforeAll(async () => {
	const { connectionString, schema } = freshPostgres();
	await (await openStore({ kind: 'postgres', url: connectionString, schema })).close();
	const numbers = { getTypeParser: ((oid: number, format?: 'text') => (oid === 20 ? Number : types.getTypeParser(oid, format))) as typeof types.getTypeParser };
	client = new Client({ connectionString, types: numbers, options: `-c search_path=${schema}` });
	await client.connect();
	other = new Client({ connectionString, options: `-c search_path=${schema}` });
	await other.connect();
	// Texts with everything that a list could stumble over, and every column that may be empty both empty and not.
	await client.query(String.raw`
		CREATE FUNCTION odd(n int) RETURNS text LANGUAGE sql AS $$ SELECT (ARRAY['plain', '', 'NULL', 'null', 'a,b', '"', 'it''s {x}', 'back\slash', E'two\nlines', ' ', 'Ünïcödé ☂', '[1]'])[1 + n % 12] $$;
		INSERT INTO customer (key, email, phone, time_zone, country, stage, vip, created_at, updated_at, erased_at)
			SELECT 'c' || n || odd(n), CASE WHEN n % 3 > 0 THEN odd(n) || '@example.com' END, CASE WHEN n % 4 = 0 THEN '+7' || n END, CASE WHEN n % 5 > 0 THEN odd(n / 13) END, CASE WHEN n % 2 = 0 THEN 'DE' END, CASE WHEN n % 7 > 1 THEN odd(n / 9) END, n % 2, 1, 1, CASE WHEN n % 31 = 0 THEN n END
			FROM generate_series(1, 120) n;
		INSERT INTO identity (type, value, customer_id, origin_id) SELECT 'customer_id', 'c' || n || odd(n), n, CASE WHEN n % 9 = 0 THEN n + 1 END FROM generate_series(1, 120) n;
		INSERT INTO consent (customer_id, channel, purpose, status, at, expires_at, recorded_at) SELECT n, odd(n % 3), 'marketing', odd(n % 2), n * 7, CASE WHEN n % 6 = 0 THEN n * 1000000000000 END, 1 FROM generate_series(1, 120) n;
		INSERT INTO touch (customer_id, ts, channel, category, tags, class, journey_key, state, priority, exempt, counts, idem_key, expires_at, result_note, policy_version)
			SELECT 1 + n % 120, ${START_MS} + n / 200, odd(n % 4), odd(n % 5), CASE WHEN n % 11 = 0 THEN '["a\"b"]' ELSE '[]' END, 'marketing', CASE WHEN n % 2 = 0 THEN odd(n % 3) END, CASE WHEN n % 13 = 0 THEN 'reserved' ELSE 'committed' END, n % 100, '[]', CASE WHEN n % 17 = 0 THEN 1 END, odd(n) || n, NULL, CASE WHEN n % 19 = 0 THEN 'bounced' END, '1'
			FROM generate_series(1, 600) n;`);
}, 120_000);
afterAll(async () => {
	await client.end();
	await other.end();
});

const inOneOrder = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))).sort();

test.each(GROUPED)('$name', async ({ plan }) => {
	const params = { ids: Array.from({ length: 100 }, (_, place) => place + 3), keys: (await client.query<{ value: string }>('SELECT value FROM identity')).rows.map(({ value }) => value).slice(5), since: START_MS + 1, type: 'customer_id' };
	const [plain, grouped] = [positional(plan.postgres, 'plain'), positional(plan.grouped.postgres, 'grouped')];
	const one = await client.query<Row>(plain.sql, plain.values(params));
	const groups = await client.query<unknown[]>({ text: grouped.sql, values: grouped.values(params), rowMode: 'array' });
	expect(one.rows.length).toBeGreaterThan(90);
	expect(groups.rows.length).toBeLessThan(one.rows.length);
	expect(inOneOrder(rowsOf(plan.grouped, groups.rows))).toEqual(inOneOrder(one.rows));
	expect(grouped.locks).toBe(plain.locks);
});

test('whoever waited for a customer reads what the other one wrote, and everybody once', async () => {
	const { grouped } = customerPlans.customerPlans.lockToJudge as unknown as { grouped: GroupedRows };
	const { sql, values } = positional(grouped.postgres, 'grouped');
	const ids = Array.from({ length: 60 }, (_, place) => place + 3);
	await other.query("BEGIN; UPDATE customer SET stage = 'moved on', email = NULL WHERE id IN (9, 40)");
	const asked = client.query<unknown[]>({ text: sql, values: values({ ids }), rowMode: 'array' });
	const isWaiting = async () => (await other.query("SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")).rowCount === 1;
	while (!(await isWaiting())) await sleep(5);
	await other.query('COMMIT');
	const rows = rowsOf(grouped, (await asked).rows) as unknown as { id: number; stage: string | null; email: string | null }[];
	expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids);
	expect(rows.filter(({ stage }) => stage === 'moved on').map(({ id, email }) => ({ id, email })).sort((a, b) => a.id - b.id)).toEqual([{ id: 9, email: null }, { id: 40, email: null }]);
});

test('there are such statements', () => {
	expect(GROUPED.map(({ name }) => name).sort()).toEqual(['consentPlans.standingOf', 'customerPlans.identitiesOfType', 'customerPlans.lockToJudge', 'touchPlans.since']);
});
