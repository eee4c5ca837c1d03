import { Client } from 'pg';
import { operations, type OperationName } from '../../src/operations';
import { openStore } from '../../src/store/open';
import type { Operation, Plan, Tx } from '../../src/store/port';
import { beginOf } from '../../src/store/postgres/begin';
import { positional } from '../../src/store/postgres/positional';
import { DAY, HOUR, MINUTE, START_MS } from '../support/eachStore';
import { freshPostgres } from '../support/stores';
import { enterAndWait, fail, register, registerStep, succeed, take, WORKFLOW_ID } from '../journeys/support/steps';

/** Operations whose plans PostgreSQL keeps: whatever they ask must be right for tables of any size, also when it was planned while they were empty. */
const ALL = operations as unknown as Record<OperationName, Operation<unknown, unknown>>;
const BY_KEY = (Object.keys(ALL) as OperationName[]).filter((name) => ALL[name].byKey);

/** Tables that grow with the shop. */
const BIG = 'customer|identity|tombstone|consent|suppression|enrolment|enrolment_history|wait|release_batch|dead_letter|touch|decision|decision_history|assignment|exposure';

/** Every statement that these operations make while `work` runs. */
async function statementsOf(work: () => Promise<void>): Promise<Set<Plan>> {
	const plans = new Set<Plan>();
	const real = Object.fromEntries(BY_KEY.map((name) => [name, ALL[name]]));
	for (const name of BY_KEY) {
		const heard = (tx: Tx): Tx =>
			new Proxy(tx, {
				get: (target, method: keyof Tx) => {
					const call = target[method];
					return typeof call !== 'function' ? call : (...given: unknown[]) => (noted(given[0]), (call as (...all: unknown[]) => unknown).apply(target, given));
				},
			});
		ALL[name] = { ...real[name], run: (tx, input) => real[name].run(heard(tx), input) };
	}
	const noted = (plan: unknown) => typeof plan === 'object' && plan !== null && 'postgres' in plan && plans.add(plan as Plan);
	try {
		await work();
	} finally {
		Object.assign(ALL, real);
	}
	return plans;
}

test('what is kept is found by index, in its order, though it was planned in an empty store', async () => {
	expect(BY_KEY.sort()).toEqual(['journeys.claimBatch', 'journeys.renewBatch', 'journeys.settleBatch', 'journeys.takeBatch', 'policy.decide']);
	const { connectionString, schema } = freshPostgres();
	const store = await openStore({ kind: 'postgres', url: connectionString, schema }, { testClock: { mode: 'frozen', atMs: START_MS } });
	const advance = (byMs: number) => store.run('clock.advance', { byMs });
	const plans = await statementsOf(async () => {
		await register(store, { whenResumed: { mode: 'shift' } });
		await registerStep(store);
		await enterAndWait(store, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
		await advance(HOUR);
		const [first, second] = [(await take(store, 'wait', 2))!, (await take(store, 'wait', 2))!];
		await store.run('journeys.settleBatch', { ...first.ref, outcome: 'success', next: { workflowId: WORKFLOW_ID, stepKey: 'wait', limit: 1 } });
		await store.run('journeys.renewBatch', second.ref);
		// Runs that are cut off and that fail, until the step is paused; then it is tried with one customer.
		for (let run = 0; run < 12; run++) {
			await advance(10 * MINUTE);
			const taken = await take(store, 'wait', 3);
			if (taken && run !== 0) await fail(store, taken);
		}
		await advance(DAY);
		const probe = await take(store, 'wait');
		if (probe) await succeed(store, probe);
		// A pause that makes waits longer.
		await enterAndWait(store, ['i', 'j']);
		await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
		await advance(DAY);
		await register(store, { whenResumed: { mode: 'shift' } });
		await registerStep(store);
		await take(store, 'wait');
		// Decisions of all kinds: held and judged again, by step, with a control group, a suppressed address and a slow channel.
		const policy = { version: 'kept', storeZone: 'UTC', requireConsent: true, controlPercent: 50, channelCapacity: [{ channel: 'email', limit: 1, window: 'PT1M' }], rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'day' }] };
		await store.run('messages.record', { items: [{ ref: { customerId: 'a', email: 'a@example.com' }, channel: 'email', result: 'unsubscribed', at: START_MS }] });
		const ask = (key: string, customer: string) => ({ key, customer, channel: 'email', enrolment: key, step: 's', visit: 1, journey: 'j', class: 'service' });
		const requests = Array.from({ length: 24 }, (_, place) => ask(`k${place}`, place < 22 ? 'abcdefghij'[place % 10] : `stranger${place}`));
		for (let day = 0; day < 3; day++) {
			await store.run('policy.decide', { policy, requests, dryRun: false });
			await store.run('policy.decide', { policy, requests: [ask(`one${day}`, 'b')], dryRun: false });
			await advance(DAY);
		}
		await store.run('policy.decide', { requests: [ask('company', 'c')], dryRun: false });
	});
	await store.close();
	expect(plans.size).toBeGreaterThan(25);

	const empty = freshPostgres();
	await (await openStore({ kind: 'postgres', url: empty.connectionString, schema: empty.schema })).close();
	const db = new Client({ connectionString: empty.connectionString, options: `-c search_path=${empty.schema} -c random_page_cost=1.1` });
	await db.connect();
	try {
		await db.query(beginOf({ mode: 'write', byKey: true }));
		const seen: string[] = [];
		const texts = [...plans].flatMap(({ postgres, grouped }) => [postgres, ...(grouped ? [grouped.postgres] : [])]);
		for (const postgres of texts) {
			const { rows } = await db.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${positional(postgres, 'x').sql}`);
			const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
			if (new RegExp(`(Seq|Bitmap Heap) Scan on (${BIG})\\b`).test(plan)) seen.push(`${postgres}\n${plan}`);
			// Of the millions who wait at a step, those who are due come out of the index sorted.
			if (/DELETE FROM wait WHERE ctid/.test(postgres)) expect(plan).toMatch(/Limit[^\n]*\n\s+->\s+LockRows[^\n]*\n\s+->\s+Index Scan using wait_pkey/);
		}
		expect(seen).toEqual([]);
	} finally {
		await db.end();
	}
});
