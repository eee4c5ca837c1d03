/**
 * Release of due waits, 1,000 customers a batch: taken, claimed and settled through the store, against job queues on the
 * same PostgreSQL. Several rounds, everybody after one another in each, after one that is not counted: a server has run for a while.
 *
 *   node scripts/run.mjs scripts/bench.mjs release [--customers 20000] [--rounds 7]
 *
 * A release of ours hands over who the customer is and what brought them here as it is now, and writes down who has come to
 * the end. Whoever builds that on a job queue does it beside the queue. So each is measured twice, with jobs that nothing is
 * done about (*bare*) and *with customers*, and the promise is held against both. Not even so do they know which visits have
 * ended, lock customers against events that come at the same time, or tell who stands elsewhere too.
 * What anybody commits is on the disk: PostgreSQL with fsync as it is shipped, SQLite with synchronous FULL.
 */
import { parseArgs } from 'node:util';
import { CustomersBesideJobs } from './support/customersBesideJobs.mjs';
import { GraphileWorker } from './support/graphileWorker.mjs';
import { load, measured, middle, number, promised, ratioOf, say } from './support/figures.mjs';
import { claim, openJourney, park, STEP, take, underWay } from './support/parked.mjs';
import { Boss } from './support/pgBoss.mjs';
import { Places } from './support/places.mjs';

/** Batches that a node's release loop has under way at most (src/n8n/releaseLoop.ts). */
const MOST_UNDER_WAY = 4;
const WIDTH = 'graphile-worker, with customers'.length;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '7' } } });
const customers = Number(values.customers);

await Places.with(async (places) => {
	const server = await places.postgres();
	const postgres = await openJourney(places, 'PostgreSQL', 'release');
	const sqlite = await openJourney(places, 'SQLite', 'release');
	const customersOfJobs = await CustomersBesideJobs.open(server.url);
	places.onClose(() => customersOfJobs.close());
	const queues = {};
	for (const [kind, beside] of Object.entries({ bare: undefined, 'with customers': customersOfJobs })) {
		const suffix = beside ? '_customers' : '';
		const graphile = new GraphileWorker(server.url, { schema: `graphile_worker${suffix}`, customers: beside });
		await graphile.prepare();
		const boss = await Boss.start(server.url, { schema: `pgboss${suffix}`, customers: beside });
		places.onClose(() => boss.stop());
		// A worker that runs day and night starts once.
		const starts = [];
		for (let round = 0; round < 3; round++) starts.push(await measured(1, () => graphile.release(0), server));
		queues[`graphile-worker, ${kind}`] = { park: (round) => graphile.park(round, customers), release: () => graphile.release(customers), server, besides: middle(starts) };
		queues[`pg-boss, ${kind}`] = { park: (round) => boss.park(round, customers), release: () => boss.release(customers, MOST_UNDER_WAY), server };
	}

	const runners = {
		...queues,
		PostgreSQL: { park: (round) => park(postgres, round, customers), release: () => releaseAll(postgres), server },
		SQLite: { park: (round) => park(sqlite, round, customers), release: () => releaseAll(sqlite) },
	};
	const rounds = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
	say(`${number(customers)} due customers a round (${load()})`);
	for (let round = 0; round <= Number(values.rounds); round++) {
		for (const [name, runner] of Object.entries(runners)) {
			await runner.park(`r${round}`);
			await server.query('VACUUM ANALYZE');
			const figures = await measured(customers, runner.release, runner.server, runner.besides);
			if (round === 0) continue;
			rounds[name].push(figures);
			say(`  round ${round}  ${name.padEnd(WIDTH)} ${number(figures.perSecond).padStart(8)} customers/s  ${number(figures.perCpuSecond).padStart(8)} per second of processor time`);
		}
	}
	for (const [name, figures] of Object.entries(rounds)) say(`${name.padEnd(WIDTH)} ${number(middle(figures).perSecond).padStart(8)} customers/s`);
	for (const [ours, anchor, wanted] of [['PostgreSQL', 'graphile-worker', 1.5], ['PostgreSQL', 'pg-boss', 2], ['SQLite', 'graphile-worker', 1.3]]) {
		for (const kind of ['bare', 'with customers']) {
			const { wall, cpu } = ratioOf(rounds[ours], rounds[`${anchor}, ${kind}`]);
			say(`${ours} is ${wall.toFixed(2)} times as fast as ${anchor}, ${kind}, ${cpu.toFixed(2)} times by processor time (${load()})`);
			promised(`${wanted} times ${anchor}, ${kind}`, wall >= wanted);
		}
	}

	async function releaseAll(store) {
		let count = 0;
		await underWay(
			MOST_UNDER_WAY,
			() => take(store, STEP),
			async (batch) => {
				const { items, settleAndTake } = await claim(store, STEP, batch);
				const next = await settleAndTake();
				count += items.length;
				return next;
			},
		);
		if (count !== customers) throw new Error(`${count} customers were released, not ${customers}.`);
	}
});
