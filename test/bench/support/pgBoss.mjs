import { PgBoss } from 'pg-boss';
import { cartOf, firstOfBatches, names, underWay } from './parked.mjs';

const QUEUE = 'release';
const BATCH = 1_000;

/** pg-boss: one job a customer, fetched and completed 1,000 at a time, as many batches under way as ours has. */
export class Boss {
	/** @param customers CustomersBesideJobs; without, a job carries what it needs and nothing is done about it */
	static async start(url, { schema = 'pgboss', customers } = {}) {
		const boss = new PgBoss({ connectionString: url, schema, supervise: false, schedule: false });
		boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
		await boss.start();
		await boss.createQueue(QUEUE);
		return new Boss(boss, customers);
	}

	constructor(boss, customers) {
		this.boss = boss;
		this.customers = customers;
	}

	async park(round, customers) {
		for (const first of firstOfBatches(customers)) {
			const batch = names(round, first, customers);
			const data = this.customers ? (await this.customers.add(batch)).map((id) => ({ id })) : batch.map((id) => ({ id, ...cartOf(id) }));
			await this.boss.insert(QUEUE, data.map((one) => ({ data: one })));
		}
	}

	async release(customers, most) {
		let released = 0;
		const fetch = async () => {
			const jobs = await this.boss.fetch(QUEUE, { batchSize: BATCH });
			return jobs.length === 0 ? undefined : jobs;
		};
		await underWay(most, fetch, async (jobs) => {
			if (this.customers) {
				const ids = jobs.map(({ data }) => data.id);
				const items = await this.customers.items(ids);
				if (items.length !== ids.length) throw new Error(`${items.length} customers were found, not ${ids.length}.`);
				await this.customers.finish(ids);
			}
			await this.boss.complete(QUEUE, jobs.map(({ id }) => id));
			released += jobs.length;
			// Each for itself is its fastest: in turn, the others wait for the one who fetches.
			return (await fetch()) ?? null;
		});
		if (released !== customers) throw new Error(`pg-boss released ${released} jobs, not ${customers}.`);
	}

	stop() {
		return this.boss.stop({ graceful: false });
	}
}
