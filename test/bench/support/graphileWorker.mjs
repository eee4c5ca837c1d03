import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { cartOf, firstOfBatches, names } from './parked.mjs';

/** As its page on performance has it: 24 jobs at a time, jobs fetched 500 at a time, completions written together. */
const FAST = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const silent = new Logger(() => () => undefined);

/** graphile-worker on PostgreSQL: one job a customer, all due, and a task that does nothing. */
export class GraphileWorker {
	constructor(url) {
		this.options = { connectionString: url, schema: 'graphile_worker', logger: silent };
	}

	async prepare() {
		const utils = await makeWorkerUtils(this.options);
		await utils.migrate();
		await utils.release();
	}

	async park(round, customers) {
		const utils = await makeWorkerUtils(this.options);
		for (const first of firstOfBatches(customers)) {
			await utils.addJobs(names(round, first, customers).map((id) => ({ identifier: 'release', payload: { id, ...cartOf(id) } })));
		}
		await utils.release();
	}

	/** From the first fetch until the last completion is written. */
	async release(customers) {
		let left = customers;
		let finish;
		const finished = new Promise((resolve) => (finish = resolve));
		const runner = await run({
			preset: { worker: { ...FAST, connectionString: this.options.connectionString, schema: this.options.schema } },
			logger: silent,
			noHandleSignals: true,
			taskList: { release: () => void (--left === 0 && finish()) },
		});
		if (customers > 0) await finished;
		await runner.stop();
	}
}
