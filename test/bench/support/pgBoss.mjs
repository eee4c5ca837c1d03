import { PgBoss } from 'pg-boss';
import { cartOf, firstOfBatches, names } from './parked.mjs';

const QUEUE = 'release';
const BATCH = 1_000;

/** pg-boss: one job a customer, fetched and completed 1,000 at a time by as many loops as ours has. */
export class Boss {
	static async start(url, schema = 'pgboss') {
		const boss = new PgBoss({ connectionString: url, schema, supervise: false, schedule: false });
		boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
		await boss.start();
		await boss.createQueue(QUEUE);
		return new Boss(boss);
	}

	constructor(boss) {
		this.boss = boss;
	}

	async park(round, customers) {
		for (const first of firstOfBatches(customers)) await this.boss.insert(QUEUE, names(round, first, customers).map((id) => ({ data: { id, ...cartOf(id) } })));
	}

	async release(customers, loops) {
		let released = 0;
		const loop = async () => {
			for (;;) {
				const jobs = await this.boss.fetch(QUEUE, { batchSize: BATCH });
				if (jobs.length === 0) return;
				await this.boss.complete(QUEUE, jobs.map(({ id }) => id));
				released += jobs.length;
			}
		};
		await Promise.all(Array.from({ length: loops }, loop));
		if (released !== customers) throw new Error(`pg-boss released ${released} jobs, not ${customers}.`);
	}

	stop() {
		return this.boss.stop({ graceful: false });
	}
}
