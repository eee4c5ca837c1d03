import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { together } from './customersBesideJobs.mjs';
import { cartOf, firstOfBatches, names } from './parked.mjs';

/** As its page on performance has it: 24 jobs at a time, jobs fetched 500 at a time, completions written together. */
const FAST = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
/** With customers beside them more at a time are faster: those who are asked for together are read together. */
const TOGETHER = { ...FAST, concurrentJobs: 500 };
const silent = new Logger(() => () => undefined);

/** graphile-worker on PostgreSQL: one job a customer, all due. */
export class GraphileWorker {
	/** @param customers CustomersBesideJobs; without, a job carries what it needs and its task does nothing */
	constructor(url, { schema = 'graphile_worker', customers } = {}) {
		this.options = { connectionString: url, schema, logger: silent };
		this.customers = customers;
	}

	async prepare() {
		const utils = await makeWorkerUtils(this.options);
		await utils.migrate();
		await utils.release();
	}

	async park(round, customers) {
		const utils = await makeWorkerUtils(this.options);
		for (const first of firstOfBatches(customers)) {
			const batch = names(round, first, customers);
			const payloads = this.customers ? (await this.customers.add(batch)).map((id) => ({ id })) : batch.map((id) => ({ id, ...cartOf(id) }));
			await utils.addJobs(payloads.map((payload) => ({ identifier: 'release', payload })));
		}
		await utils.release();
	}

	/** From the first fetch until the last completion is written. */
	async release(customers) {
		let left = customers;
		let finish;
		const finished = new Promise((resolve) => (finish = resolve));
		const beside = this.customers;
		const carry = beside && together(async (ids) => {
			const items = await beside.items(ids);
			if (items.length !== ids.length) throw new Error(`${items.length} customers were found, not ${ids.length}.`);
			await beside.finish(ids);
		});
		const runner = await run({
			preset: { worker: { ...(beside ? TOGETHER : FAST), connectionString: this.options.connectionString, schema: this.options.schema } },
			logger: silent,
			noHandleSignals: true,
			taskList: {
				release: async ({ id }) => {
					if (carry) await carry(id);
					if (--left === 0) finish();
				},
			},
		});
		if (customers > 0) await finished;
		await runner.stop();
	}
}
