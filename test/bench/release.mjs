/**
 * Release of due waits, 1,000 customers a batch: taken, claimed and settled through the store, against job queues on the
 * same PostgreSQL that hand out and complete one job a customer. Several rounds, everybody after one another in each.
 *
 *   node scripts/run.mjs scripts/bench.mjs release [--customers 20000] [--rounds 3]
 *
 * Ours does more for a customer: it locks and reads the customer and the enrolment, and writes down who went on and who
 * has come to the end. What anybody commits is on the disk: PostgreSQL with fsync as it is shipped, SQLite with synchronous FULL.
 */
import { parseArgs } from 'node:util';
import { GraphileWorker } from './support/graphileWorker.mjs';
import { load, measured, middle, number, promised, ratioOf, say } from './support/figures.mjs';
import { openJourney, park, release, STEP } from './support/parked.mjs';
import { Boss } from './support/pgBoss.mjs';
import { Places } from './support/places.mjs';

/** What a node's release loop has under way at most. */
const LOOPS = 4;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '3' } } });
const customers = Number(values.customers);

await Places.with(async (places) => {
	const server = await places.postgres();
	const postgres = await openJourney(places, 'PostgreSQL', 'release');
	const sqlite = await openJourney(places, 'SQLite', 'release');
	const graphile = new GraphileWorker(server.url);
	await graphile.prepare();
	const boss = await Boss.start(server.url);
	places.onClose(() => boss.stop());

	const runners = {
		'graphile-worker': { park: (round) => graphile.park(round, customers), release: () => graphile.release(customers), server },
		'pg-boss': { park: (round) => boss.park(round, customers), release: () => boss.release(customers, LOOPS), server },
		PostgreSQL: { park: (round) => park(postgres, round, customers), release: () => releaseAll(postgres), server },
		SQLite: { park: (round) => park(sqlite, round, customers), release: () => releaseAll(sqlite) },
	};
	const rounds = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
	say(`${number(customers)} due customers a round (${load()})`);
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const [name, runner] of Object.entries(runners)) {
			await runner.park(`r${round}`);
			await server.query('VACUUM ANALYZE');
			const figures = await measured(customers, runner.release, runner.server);
			rounds[name].push(figures);
			say(`  round ${round + 1}  ${name.padEnd(16)} ${number(figures.perSecond).padStart(8)} customers/s  ${number(figures.perCpuSecond).padStart(8)} per second of processor time`);
		}
	}
	const idle = await measured(1, () => graphile.release(0));
	say(`  graphile-worker needs ${number(idle.seconds * 1000)} ms of that to start and to stop`);
	for (const [name, figures] of Object.entries(rounds)) say(`${name.padEnd(16)} ${number(middle(figures).perSecond).padStart(8)} customers/s`);
	compare('PostgreSQL', 'graphile-worker', 1.5);
	compare('PostgreSQL', 'pg-boss', 2);
	compare('SQLite', 'graphile-worker', 1.3);

	function compare(ours, anchor, wanted) {
		const { wall, cpu } = ratioOf(rounds[ours], rounds[anchor]);
		say(`${ours} is ${wall.toFixed(2)} times as fast as ${anchor}, ${cpu.toFixed(2)} times by processor time (${load()})`);
		promised(`${wanted} times ${anchor}`, wall >= wanted);
	}

	async function releaseAll(store) {
		let count = 0;
		const loop = async () => {
			for (;;) {
				const batch = await release(store, STEP);
				if (!batch) return;
				await batch.settle();
				count += batch.items.length;
			}
		};
		await Promise.all(Array.from({ length: LOOPS }, loop));
		if (count !== customers) throw new Error(`${count} customers were released, not ${customers}.`);
	}
});
