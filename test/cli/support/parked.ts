import { openStore } from '../../../src/store/open';

const workflowId = 'w1';
const journeyKey = 'abandoned-cart';
const stepKey = 'wait-for-order';

/** What the nodes of a switched-on workflow do when customer c1 leaves a cart: c1 then waits an hour for an order. */
export async function parkOneCustomer(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		const { now } = await store.run('store.info', {});
		await store.run('journeys.register', {
			settings: { key: journeyKey, name: 'Abandoned cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } } },
			workflowId,
			workflowName: 'Abandoned cart',
			nodeId: 'n1',
			activation: 'activate',
		});
		await store.run('journeys.registerStep', { workflowId, stepKey, nodeId: 'n2', nodeName: 'Wait for an order', kind: 'wait' });
		await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'cart_updated', occurredAt: now, source: 'test', properties: { cart_id: 'k1' } }] });
		const { batch } = await store.run('journeys.takeBatch', { workflowId, stepKey: 'entry', journeyKey });
		if (!batch) throw new Error('The event started nobody');
		const { items } = await store.run('journeys.claimBatch', { id: batch.id, epoch: batch.epoch, workflowId, stepKey: 'entry', skipMovedOn: true });
		const parkings = items.map(({ journey }, index) => ({ index, journey, own: {}, wait: { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } } }));
		const answers = await store.run('journeys.park', { workflowId, stepKey, nodeName: 'Wait for an order', parkings });
		if (answers.length !== 1 || answers[0]!.result !== 'parked') throw new Error(`Expected one customer parked, got ${JSON.stringify(answers)}`);
		await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
	} finally {
		await store.close();
	}
}

/** c1, whose wait is over, fails at every run while another customer gets through: c1 is a dead letter. */
export async function setOneAside(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		const lane = { workflowId, stepKey };
		await store.run('events.track', { items: [{ ref: { customerId: 'c9' }, type: 'cart_updated', occurredAt: (await store.run('store.info', {})).now, source: 'test', properties: { cart_id: 'k9' } }] });
		const entry = (await store.run('journeys.takeBatch', { workflowId, stepKey: 'entry', journeyKey })).batch!;
		const entered = await store.run('journeys.claimBatch', { ...entry, workflowId, stepKey: 'entry', skipMovedOn: true });
		await store.run('journeys.park', { ...lane, nodeName: 'Wait for an order', parkings: [{ index: 0, journey: entered.items[0]!.journey, own: {}, wait: { kind: 'delay', length: { amount: 2, unit: 'hours' } } }] });
		await store.run('journeys.settleBatch', { ...entry, outcome: 'success' });
		await store.run('clock.advance', { byMs: 2 * 3_600_000 });
		for (let runs = 0; runs < 50; runs++) {
			const { batch, now, nextDueAt } = await store.run('journeys.takeBatch', { ...lane, limit: 1 });
			if (!batch && nextDueAt === null) return;
			if (!batch) await store.run('clock.advance', { byMs: Math.max(1, (nextDueAt as number) - now) });
			else {
				const { items } = await store.run('journeys.claimBatch', { ...batch, ...lane, skipMovedOn: true });
				const failed = items[0]?.customer.id === 'c1';
				await store.run('journeys.settleBatch', { ...batch, outcome: failed ? 'failed' : 'success', error: failed ? 'Send Email: the address was refused' : undefined });
			}
		}
		throw new Error('Nobody was set aside');
	} finally {
		await store.close();
	}
}

/** Whatever is run at the step fails, three times. */
export async function pauseTheStep(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		for (let runs = 0; runs < 3; runs++) {
			const { batch } = await store.run('journeys.takeBatch', { workflowId, stepKey });
			await store.run('journeys.settleBatch', { ...batch!, outcome: 'failed', error: 'Send Email: no connection' });
			await store.run('clock.advance', { byMs: 120_000 });
		}
	} finally {
		await store.close();
	}
}

/** What Contact Policy does with a message of customer c1 that may go: it lets it out, and waits to hear what became of it. */
export async function handOver(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		const [answer] = await store.run('policy.pass', {
			workflowId,
			stepKey: 'policy',
			nodeName: 'May we?',
			nodeRules: [],
			messagesPerRun: 100,
			onSecondHandOff: 'block',
			batch: null,
			dryRun: false,
			items: [{ index: 0, customer: { customerId: 'c1' }, mailingKey: 'letter', released: false, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} }],
		});
		if (answer?.result !== 'send') throw new Error(`Expected a message to go out, got ${JSON.stringify(answer)}`);
	} finally {
		await store.close();
	}
}

/** What the same node does when its workflow is switched off. */
export async function switchOff(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		await store.run('journeys.close', { workflowId, nodeId: 'n2', stepKey });
	} finally {
		await store.close();
	}
}

/** What Segment does when an item starts a run through the members of the segment "buyers". */
export async function beginOneRun(file: string): Promise<void> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		await store.run('segments.startRun', { workflowId, stepKey: 'monthly-offer', segment: { name: 'buyers' }, own: {}, ifUnderWay: 'refuse' });
	} finally {
		await store.close();
	}
}
