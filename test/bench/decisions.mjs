/**
 * Decisions of the contact policy under four caps, 1,000 customers a call over a big ledger, against four limiters of
 * rate-limiter-flexible on Redis for as many customers at once, by two callers as a queue of n8n has them. Ours are atomic
 * and come with reasons. Measured at the same durability: what was answered outlives a power cut, in PostgreSQL with fsync,
 * SQLite with synchronous FULL, and Redis with appendfsync always; a Redis that keeps its counters in memory only stands
 * beside it. Everybody works in short rounds, one after the other and each time in another order, after a round that is not
 * counted: a server has run for a while. What counts is the middle of the ratios of the rounds. Then the time of single
 * decisions.
 *
 *   node scripts/run.mjs scripts/bench.mjs decisions [--customers 100000] [--touches 1000000] [--calls 10] [--rounds 5]
 */
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RateLimiterRedis, RateLimiterUnion } from 'rate-limiter-flexible';
import { load, measured, middle, number, percentile, promised, ratioOf, say } from './support/figures.mjs';
import { FOUR_CAPS, fillLedger, know, NOW } from './support/ledger.mjs';
import { Places } from './support/places.mjs';
import { startRedis } from './support/redis.mjs';

const BATCH = 1_000;
const CALLERS = 2;
const SINGLES = 1_000;
const PROMISED_RATIO = 3;
const PROMISED_SINGLE_MS = 10;
const { values } = parseArgs({
	options: { customers: { type: 'string', default: '100000' }, touches: { type: 'string', default: '1000000' }, calls: { type: 'string', default: '10' }, rounds: { type: 'string', default: '5' } },
});
const [customers, touches, calls] = [Number(values.customers), Number(values.touches), Number(values.calls)];
const DAY_SECONDS = 86_400;

await Places.with(async (places) => {
	const server = await places.postgres();
	const stores = { PostgreSQL: await places.store('PostgreSQL', 'decisions', { mode: 'frozen', atMs: NOW }), SQLite: await places.store('SQLite', 'decisions', { mode: 'frozen', atMs: NOW }) };
	const file = new DatabaseSync(path.join(places.folder, 'decisions.sqlite'));
	for (const store of Object.values(stores)) await know(store, customers);
	await fillLedger((sql) => server.query(`SET search_path TO decisions; ${sql.replace('ANALYZE', 'ANALYZE touch')}`), 'postgres', customers, touches);
	await fillLedger((sql) => file.exec(sql), 'sqlite', customers, touches);
	file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	file.close();
	await settle(server);
	const redis = await startRedis(places.folder, { durable: true });
	places.onClose(() => redis.stop());
	const inMemory = await startRedis(places.folder, { durable: false });
	places.onClose(() => inMemory.stop());

	const runners = {
		Redis: { decide: consumeOn(redis.client), server: redis },
		'Redis, in memory': { decide: consumeOn(inMemory.client), server: inMemory },
		PostgreSQL: { decide: (first, round) => decide(stores.PostgreSQL, first, round), server },
		SQLite: { decide: (first, round) => decide(stores.SQLite, first, round) },
	};
	const rounds = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
	say(`${number(customers)} customers, ${number(touches)} messages in the ledger, ${number(BATCH)} customers a call (${load()})`);
	for (const name of Object.keys(runners)) await callsOf(runners[name].decide, 0);
	for (let round = 1; round <= Number(values.rounds); round++) {
		for (const name of turned(Object.keys(runners), round)) {
			const { decide: one, server: helper } = runners[name];
			const figures = await measured(calls * BATCH, () => callsOf(one, round), helper);
			rounds[name].push(figures);
			say(`  round ${round}  ${name.padEnd(16)} ${number(figures.perSecond).padStart(8)} decisions/s  ${number(figures.perCpuSecond).padStart(8)} per second of processor time`);
		}
	}
	for (const [name, figures] of Object.entries(rounds)) say(`${name.padEnd(16)} ${number(middle(figures).perSecond).padStart(8)} decisions/s`);
	for (const name of Object.keys(stores)) {
		const ratio = compare(name, 'Redis');
		promised(`${PROMISED_RATIO} times`, ratio >= PROMISED_RATIO);
		compare(name, 'Redis, in memory');
	}
	for (const [name, store] of Object.entries(stores)) await singles(name, store);

	function compare(name, anchor) {
		const { wall, cpu } = ratioOf(rounds[name], rounds[anchor]);
		say(`${name} is ${wall.toFixed(2)} times as fast as rate-limiter-flexible on ${anchor}, ${cpu.toFixed(2)} times by processor time (${load()})`);
		return wall;
	}
});

/** A ledger of years was looked through by the server's autovacuum long ago, and lies on the disk: neither is to happen while we measure. */
async function settle(server) {
	for (const table of ['customer', 'identity', 'consent', 'touch']) await server.query(`VACUUM ANALYZE decisions.${table}`);
	await server.query('CHECKPOINT');
}

/** The same list from another place on. */
function turned(list, places) {
	const first = places % list.length;
	return [...list.slice(first), ...list.slice(0, first)];
}

/** Every call asks for other customers. */
async function callsOf(one, round) {
	let next = 0;
	const caller = async () => {
		while (next < calls) await one(((round * calls + next++) * BATCH) % customers, round);
	};
	await Promise.all(Array.from({ length: CALLERS }, caller));
}

function names(first) {
	return Array.from({ length: BATCH }, (_, index) => `c${(first + index) % customers}`);
}

async function decide(store, first, round) {
	const requests = names(first).map((customer) => ({ key: `bench-${round}-${first}-${customer}`, customer, channel: 'email', category: 'promo', class: 'marketing', at: new Date(NOW).toISOString() }));
	const answers = await store.run('policy.decide', { policy: FOUR_CAPS, requests, dryRun: false });
	const failed = answers.find((answer) => 'error' in answer);
	if (failed) throw new Error(`A request was not decided: ${JSON.stringify(failed)}`);
}

async function singles(name, store) {
	const took = [];
	for (let index = 0; index < SINGLES; index++) {
		const customer = `c${(index * 97) % customers}`;
		const startedAt = performance.now();
		await store.run('policy.decide', { policy: FOUR_CAPS, requests: [{ key: `single-${index}`, customer, channel: 'email', category: 'promo', class: 'marketing', at: new Date(NOW).toISOString() }], dryRun: false });
		took.push(performance.now() - startedAt);
	}
	const p99 = percentile(took, 0.99);
	say(`${name}: one decision at a time, median ${percentile(took, 0.5).toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${load()})`);
	promised(`p99 ${PROMISED_SINGLE_MS} ms`, p99 <= PROMISED_SINGLE_MS);
}

/** The same caps as FOUR_CAPS, as far as fixed windows can say them. */
function consumeOn(storeClient) {
	const one = (keyPrefix, points, days) => new RateLimiterRedis({ storeClient, keyPrefix, points, duration: days * DAY_SECONDS });
	const limiter = new RateLimiterUnion(one('any-day', 1, 1), one('any-7d', 3, 7), one('email-7d', 3, 7), one('promo-7d', 2, 7));
	return (first) => Promise.all(names(first).map((name) => limiter.consume(name).catch(() => undefined)));
}
