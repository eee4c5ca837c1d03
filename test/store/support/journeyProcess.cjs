/**
 * What n8n does with a journey, done by a process that may be killed at any moment (kills.ts): takes events in, lets
 * customers enter, parks them, releases them, asks Contact Policy, hands messages to the mail server, settles.
 */
const MINUTE = 60_000;
const WORKFLOW = { workflowId: 'w' };

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed) {
	let state = (seed % 2147483646) + 1;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const steps = {
	/** Events that start the journey, events that end it, and orders; some of them told before, by this process or another. */
	async ingest(store, { chance, say, options }) {
		const { now } = await store.run('store.settings', {});
		const numbers = Array.from({ length: 8 }, () => Math.floor(chance() * options.events));
		const events = [...new Set(numbers)].map((n) => ({ ref: { customerId: `c${n % options.customers}` }, type: n % 9 === 0 ? 'stop' : 'go', occurredAt: now, eventId: `e${n}`, source: 'shop', properties: { n: `e${n}` } }));
		const tracked = await store.run('events.track', { items: events });
		// Where another process has just set the clock back, an event of `now` may lie too far ahead: it is set aside, and that is said.
		say({ tracked: events.filter((_, place) => tracked[place].ok && tracked[place].result !== 'quarantined').map(({ eventId }) => eventId) });
		const n = numbers[0];
		await store.run('orders.record', { items: [{ ref: { customerId: `c${n % options.customers}` }, source: 'shop', orderId: `o${n}`, orderedAt: now, currency: 'EUR', status: 'placed', lines: [{ productId: 'p', quantity: 1, priceE4: n * 10_000, amountE4: n * 10_000 }] }] });
		say({ ordered: `o${n}` });
	},

	enter: (store, world) =>
		release(store, 'entry', undefined, async (items) => {
			await park(store, items);
			await world.pause();
		}),

	goOn: (store, world) =>
		release(store, 'wait', 50, async (items) => {
			await pass(store, world, items.map((item) => ({ ...item, released: false })), null);
		}),

	judge: (store, world) =>
		release(store, 'policy', world.options.messagesPerRun, async (items, batch) => {
			await pass(store, world, items.map((item) => ({ ...item, released: true })), batch);
		}),

	/** Time goes on, sometimes by more than a lease while others are at work, and jumps: hours ahead, minutes back. */
	async wait(store, { chance }) {
		const jump = chance();
		const byMs = jump < 0.1 ? -Math.floor(chance() * 5 * MINUTE) : jump < 0.2 ? Math.floor(chance() * 180 * MINUTE) : Math.floor(chance() * 20 * MINUTE);
		await store.run('clock.advance', { byMs });
	},
};

/** A batch, and the next one, which is taken as the first is settled: as a node's loop does. */
async function release(store, stepKey, limit, use) {
	const take = { ...WORKFLOW, stepKey, ...(limit && { limit }) };
	const second = await releaseOne(store, take, (await store.run('journeys.takeBatch', take)).batch, { use, next: take });
	await releaseOne(store, take, second, { use });
}

/** @returns the batch that was taken with the end of this one */
async function releaseOne(store, { limit: _, ...step }, batch, { use, next }) {
	if (!batch) return undefined;
	const { claimed, items } = await store.run('journeys.claimBatch', { id: batch.id, epoch: batch.epoch, ...step, skipMovedOn: true });
	if (!claimed) return undefined;
	await use(items, { id: batch.id, epoch: batch.epoch });
	const { taken } = await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success', ...(next && { next }) });
	return taken?.batch;
}

async function park(store, items) {
	const parkings = items.map(({ journey }, index) => ({ index, journey, own: {}, wait: { kind: 'delay', length: { amount: 30, unit: 'minutes' } } }));
	await store.run('journeys.park', { ...WORKFLOW, stepKey: 'wait', nodeName: 'Wait', parkings });
}

async function pass(store, world, items, batch) {
	const answers = await store.run('policy.pass', {
		...WORKFLOW, stepKey: 'policy', nodeName: 'Contact Policy', nodeRules: [], messagesPerRun: world.options.messagesPerRun, onSecondHandOff: 'block', batch, dryRun: false,
		items: items.map(({ customer, journey, released }, index) => ({ index, customer: { customerId: customer.id }, journey, released, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} })),
	});
	const refused = answers.filter(({ result }) => result === 'refused');
	if (refused.length > 0) throw new Error(`refused: ${refused[0].message}`);
	const keys = answers.flatMap((answer) => (answer.result === 'send' ? [answer.policy.key] : []));
	if (keys.length === 0) return;
	// A pipe is written at once: what stands there was sent, whatever happens next.
	world.say({ mailed: keys });
	await world.pause();
	const { now } = await store.run('store.settings', {});
	await store.run('messages.record', { items: keys.filter(() => world.chance() < 0.8).map((key) => ({ key, result: 'sent', at: now })) });
}

exports.steps = steps;

/** Works until somebody ends the process. @param failAt `{ operation, statement }`: kills itself there, `statement` being a number, `commit` or `answer` */
exports.work = async (store, options, say, operations) => {
	const chance = sequence(options.seed);
	if (options.failAt) killAt(store, operations, options.failAt, say);
	const pause = () => new Promise((resolve) => setTimeout(resolve, Math.floor(chance() * 4)));
	const world = { chance, say, options, pause };
	const often = ['ingest', 'enter', 'enter', 'goOn', 'goOn', 'judge', 'judge', 'judge', 'wait'];
	say({ working: true });
	for (;;) {
		const name = often[Math.floor(chance() * often.length)];
		await steps[name](store, world);
	}
};

/**
 * Puts a fail point into an operation: its transaction is handed on as it is, and counted. A commit or an answer of Contact
 * Policy is one that lets somebody out.
 */
function killAt(store, operations, { operation, statement, call }, say) {
	let calls = 0;
	const die = () => {
		say({ failPoint: `${operation}/${statement}` });
		process.kill(process.pid, 'SIGKILL');
	};
	const matters = (answer) => operation !== 'policy.pass' || answer.some(({ result }) => result === 'send');
	const isCall = (answer) => matters(answer) && ++calls >= call;
	if (statement === 'answer') {
		// Committed, and nobody heard of it.
		const run = store.run.bind(store);
		store.run = async (name, input) => {
			const answer = await run(name, input);
			if (name === operation && isCall(answer)) die();
			return answer;
		};
		return;
	}
	const real = operations[operation];
	operations[operation] = {
		...real,
		async run(tx, input) {
			if (statement === 'commit') {
				const answer = await real.run(tx, input);
				// The commit is under way when the process dies, or just over.
				if (isCall(answer)) setImmediate(die);
				return answer;
			}
			if (++calls < call) return await real.run(tx, input);
			let left = statement;
			const count = (method) => async (...given) => {
				if (left-- === 0) die();
				return await tx[method](...given);
			};
			return await real.run({ ...tx, ...Object.fromEntries(['all', 'first', 'run', 'change', 'each'].map((method) => [method, count(method)])) }, input);
		},
	};
}
