/**
 * A process of its own that works on a store, for tests that kill it or let several work at the same time. Started by
 * storeChild.ts with the compiled sources, the store's location and what to do; prints one JSON line per step.
 */
const path = require('node:path');

const { sources, location, action, options } = JSON.parse(process.argv[2]);
const load = (module) => require(path.join(sources, `${module}.js`));
const { openStore } = load('src/store/open');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const actions = {
	/** Lives with a journey until it is killed (journeyProcess.cjs). */
	async journey() {
		const store = await openStore(location, { thread: false, testClock: options.testClock });
		await require('./journeyProcess.cjs').work(store, options, say, load('src/operations').operations);
	},

	/** Releases steps until nothing is left to do, a batch of each at a time; dies at once when a certain customer is among them. */
	async crash() {
		const { workflowId, steps, poison, limit } = options;
		const store = await openStore(location, { thread: false, testClock: options.testClock });
		for (;;) {
			const flights = [];
			const dues = [];
			let now;
			for (const stepKey of steps) {
				const taken = await store.run('journeys.takeBatch', { workflowId, stepKey, limit });
				now = taken.now;
				if (taken.nextDueAt !== null) dues.push(taken.nextDueAt);
				if (taken.cutOff) say({ cutOff: taken.cutOff });
				if (!taken.batch) continue;
				const { id, epoch } = taken.batch;
				const { items } = await store.run('journeys.claimBatch', { id, epoch, workflowId, stepKey, skipMovedOn: true });
				flights.push({ id, epoch, customers: items.map(({ customer }) => customer.id) });
			}
			if (flights.some(({ customers }) => customers.includes(poison))) process.kill(process.pid, 'SIGKILL');
			for (const { id, epoch, customers } of flights) {
				await store.run('journeys.settleBatch', { id, epoch, outcome: 'success' });
				say({ released: customers });
			}
			if (flights.length > 0) continue;
			if (dues.length === 0) break;
			await store.run('clock.advance', { byMs: Math.max(1, Math.min(...dues) - now) });
		}
		await store.close();
		say({ done: true });
	},

	/** Makes or opens the store, once the parent says so. */
	async open() {
		say({ ready: true });
		await new Promise((resolve) => process.stdin.once('data', resolve));
		const store = await openStore(location, { thread: options.thread ?? false, testClock: options.testClock });
		say({ storeId: store.storeId });
		await store.close();
	},

	/** Does an operation as the user `nobody`, as far as this process may become one; says what came of opening and of it. */
	async asNobody() {
		// Everything that is read from the checkout is read before: nobody may have no right to it.
		const { SqliteExecutor } = load('src/store/sqlite/executor');
		await (await SqliteExecutor.open({ file: ':memory:', label: 'first' })).close();
		if (process.getuid() === 0) {
			process.setgid(65534);
			process.setuid(65534);
		}
		const said = {};
		try {
			const store = await openStore(location, { thread: false });
			said.opened = true;
			said.found = (await store.run('customers.find', { limit: 10 })).length;
			await store.run('events.track', { items: [{ ref: { customerId: 'n' }, type: 'x', occurredAt: 1, source: 's', properties: {} }] });
			said.wrote = true;
			await store.close();
		} catch (error) {
			Object.assign(said, { name: error.name, code: error.code, message: error.message });
		}
		say(said);
	},

	/** Tracks events in batches; each batch is named once the store has answered. */
	async track() {
		const store = await openStore(location, { thread: options.thread ?? false });
		for (let batch = 0; batch < options.batches; batch++) {
			const items = Array.from({ length: options.size }, (_, index) => ({
				ref: { customerId: `c${(batch * options.size + index) % 97}` },
				type: 'viewed',
				occurredAt: 1_700_000_000_000 + batch,
				eventId: `${options.name}-${batch}-${index}`,
				source: options.source ?? options.name,
				properties: { text: 'x'.repeat(200) },
			}));
			const answers = await store.run('events.track', { items });
			say({ batch, results: answers.map((answer) => answer.result) });
		}
		await store.close();
	},

	/** Decides, sends and reports beside rivals on the same customers (rivals.ts), from the parent's word on. */
	async compete() {
		const { compete } = require('./rivalProcess.cjs');
		const store = await openStore(location, { thread: options.thread ?? false });
		say({ ready: true });
		await new Promise((resolve) => process.stdin.once('data', resolve));
		say(await compete(store, options));
		await store.close();
	},

	/** Imports an orders file, and tells after each batch. `haltAfter`: goes no further than into the batch after so many. */
	async import() {
		const { readImport } = load('src/ingest/import/readImport');
		const store = await openStore(location, { thread: options.thread ?? false });
		let batches = 0;
		for await (const { rows } of readImport('orders', options.file, options.reading)) {
			if (batches++ > options.haltAfter) await new Promise(() => process.stdin.resume());
			const answer = await store.run('import.orderLines', { run: options.run, source: options.reading.source, rows: rows.flatMap((row) => ('record' in row ? [row.record] : [])) });
			say({ accepted: answer.accepted, duplicates: answer.duplicates });
		}
		await store.run('import.finish', { run: options.run });
		await store.close();
		say({ done: true });
	},
};

process.once('disconnect', () => process.exit(1));
actions[action]().then(
	() => process.exit(0),
	(error) => {
		say({ error: error.message, code: error.code, name: error.name });
		process.exit(1);
	},
);
