const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BATCH = 1_000;
export const WORKFLOW = 'bench';
export const STEP = 'wait';

/** A store whose clock is moved, with a journey of one wait. */
export async function openJourney(places, kind, name) {
	const store = await places.store(kind, name, { mode: 'frozen', atMs: Date.parse('2027-03-01T09:30:00Z') });
	await store.run('journeys.register', { settings: { key: 'bench', name: 'Bench', entry: { eventType: 'cart_left', entryKey: { kind: 'event' } } }, workflowId: WORKFLOW, workflowName: 'Bench', nodeId: 'enter', activation: 'activate' });
	await store.run('journeys.registerStep', { workflowId: WORKFLOW, stepKey: STEP, nodeId: 'node', nodeName: 'Wait', kind: 'wait' });
	return store;
}

/** New customers enter the journey and wait for a day; then the clock moves on and all are due. */
export async function park(store, round, customers) {
	for (const first of firstOfBatches(customers)) {
		const { now } = await store.run('store.info', {});
		const items = names(round, first, customers).map((id) => ({ ref: { customerId: id, email: `${id}@example.com` }, type: 'cart_left', occurredAt: now, eventId: `left-${id}`, source: 'bench', properties: cartOf(id) }));
		await store.run('events.track', { items });
		for (;;) {
			const entry = await release(store, 'entry');
			if (!entry) break;
			const parkings = entry.items.map((item, index) => ({ index, journey: item.journey, own: {}, wait: { kind: 'delay', length: { amount: 24, unit: 'hours' } } }));
			const refused = (await store.run('journeys.park', { workflowId: WORKFLOW, stepKey: STEP, nodeName: 'Wait', parkings })).find((answer) => answer.result !== 'parked');
			if (refused) throw new Error(`A customer was not parked: ${JSON.stringify(refused)}`);
			await entry.settle();
		}
	}
	await store.run('clock.advance', { byMs: DAY });
}

/** What a customer of the bench carries: also the payload of the anchors' jobs. */
export const cartOf = (id) => ({ cart_id: `cart-${id}`, total: '40.00', currency: 'EUR' });

/** @returns the names of up to 1,000 customers of a round, from the given place on */
export function names(round, first, customers) {
	return Array.from({ length: Math.min(BATCH, customers - first) }, (_, index) => `${round}-${first + index}`);
}

export function firstOfBatches(customers) {
	return Array.from({ length: Math.ceil(customers / BATCH) }, (_, batch) => batch * BATCH);
}

/** Takes and claims one batch, as a node's trigger and its execution do; undefined when nobody is due. */
export async function release(store, stepKey) {
	const batch = await take(store, stepKey);
	return batch && (await claim(store, stepKey, batch));
}

/** As a node's trigger does; undefined when nobody is due. */
export async function take(store, stepKey) {
	const { batch } = await store.run('journeys.takeBatch', takingAt(stepKey));
	return batch ?? undefined;
}

const takingAt = (stepKey) => ({ workflowId: WORKFLOW, stepKey });

/** As the execution does to which the trigger has handed the batch; once it has ended, the trigger settles it and may take the next with it. */
export async function claim(store, stepKey, { id, epoch }) {
	const { items } = await store.run('journeys.claimBatch', { workflowId: WORKFLOW, stepKey, id, epoch, skipMovedOn: true });
	return {
		items,
		settle: () => store.run('journeys.settleBatch', { id, epoch, outcome: 'success' }),
		settleAndTake: async () => {
			const { taken } = await store.run('journeys.settleBatch', { id, epoch, outcome: 'success', next: takingAt(stepKey) });
			return taken.batch ?? undefined;
		},
	};
}

/**
 * As many as `most` batches are worked on, until there is none: so does a release loop.
 * @param work may give back the next batch, or null when there is none; else one is taken
 */
export async function underWay(most, takeOne, work) {
	let taking = Promise.resolve();
	const takeInTurn = () => (taking = taking.then(takeOne));
	const worker = async () => {
		let batch = await takeInTurn();
		while (batch) {
			const next = await work(batch);
			batch = next === undefined ? await takeInTurn() : next;
		}
	};
	await Promise.all(Array.from({ length: most }, worker));
}
