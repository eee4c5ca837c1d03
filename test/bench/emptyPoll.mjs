/**
 * What it costs to ask whether anybody is due while millions wait and nobody is: what every live step asks twice a second.
 *
 *   node scripts/run.mjs scripts/bench.mjs emptyPoll [--parked 10000000] [--polls 2000]
 *
 * The waits are written by SQL, 1 GB a million customers on PostgreSQL at most; the temporary files go at the end. A poll
 * is timed in the thread that owns the store's file (SQLite), and over a connection (PostgreSQL).
 */
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load, median, number, percentile, promised, say } from './support/figures.mjs';
import { openJourney, STEP, WORKFLOW } from './support/parked.mjs';
import { Places } from './support/places.mjs';

const CHUNK = 500_000;
const PROMISED_MS = { PostgreSQL: 1, SQLite: 0.05 };
const { values } = parseArgs({ options: { parked: { type: 'string', default: '10000000' }, polls: { type: 'string', default: '2000' } } });
const [parked, polls] = [Number(values.parked), Number(values.polls)];
const require = createRequire(import.meta.url);

await Places.with(async (places) => {
	const sqlite = await openJourney(places, 'SQLite', 'polls');
	const { now } = await sqlite.run('store.info', {});
	const file = path.join(places.folder, 'polls.sqlite');
	await reserveLane(sqlite);
	const database = new DatabaseSync(file);
	await fill('SQLite', (sql) => database.exec(sql), (first, last) => `(WITH RECURSIVE n(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM n WHERE n < ${last}) SELECT n FROM n)`, now);
	database.close();
	await sqlite.close();
	// Without the way through the thread: a poll's own cost.
	const { SqliteInlineStore } = require('../../dist/src/store/sqlite/inlineStore.js');
	const inline = await SqliteInlineStore.open({ file, label: 'polls' });
	places.onClose(() => inline.close());
	await poll('SQLite', inline);

	const server = await places.postgres();
	const postgres = await openJourney(places, 'PostgreSQL', 'polls');
	await reserveLane(postgres);
	await server.query('SET search_path TO polls');
	await fill('PostgreSQL', (sql) => server.query(sql), (first, last) => `generate_series(${first}::bigint, ${last}::bigint) AS n(n)`, now);
	await server.query('VACUUM ANALYZE wait');
	await poll('PostgreSQL', postgres);
});

/** A customer who stands at the step makes its lane. */
async function reserveLane(store) {
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: [{ ref: { customerId: 'first' }, type: 'cart_left', occurredAt: now, eventId: 'first', source: 'bench', properties: {} }] });
	const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW, stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { workflowId: WORKFLOW, stepKey: 'entry', id: batch.id, epoch: batch.epoch, skipMovedOn: true });
	await store.run('journeys.park', { workflowId: WORKFLOW, stepKey: STEP, nodeName: 'Wait', parkings: [{ index: 0, journey: items[0].journey, own: {}, wait: { kind: 'delay', length: { amount: 400, unit: 'days' } } }] });
	await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
}

async function fill(name, run, numbers, now) {
	const startedAt = performance.now();
	for (let first = 1; first <= parked; first += CHUNK) {
		const last = Math.min(parked, first + CHUNK - 1);
		await run(`INSERT INTO wait (step_id, due_at, enrolment_id, visit, customer_id, parked_at, spec, item)
			SELECT (SELECT id FROM journey_step WHERE step_key = '${STEP}'), ${now} + 86400000 + n * 100, 1000 + n, 1, 1000 + n, ${now}, '{"kind":"time","outcome":{"by":"time"}}', '{}' FROM ${numbers(first, last)}`);
	}
	say(`${name}: ${number(parked)} customers parked in ${number((performance.now() - startedAt) / 1000)} s (${load()})`);
}

async function poll(name, store) {
	const took = [];
	for (let index = 0; index < polls; index++) {
		const startedAt = performance.now();
		const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW, stepKey: STEP });
		took.push(performance.now() - startedAt);
		if (batch) throw new Error('Somebody was due.');
	}
	const each = median(took);
	say(`${name}: an empty poll takes ${number(each * 1000)} µs, p99 ${number(percentile(took, 0.99) * 1000)} µs (${load()})`);
	promised(`${number(PROMISED_MS[name] * 1000)} µs`, each <= PROMISED_MS[name]);
}
