import type { JsonObject } from '../../../src/ingest/json';
import type { ReleasedItem } from '../../../src/journeys/contract';
import type { JourneySettingsInput } from '../../../src/journeys/settings';
import type { WaitRequestInput } from '../../../src/journeys/waitRequest';
import type { Store } from '../../../src/store/Store';

/** What the nodes of a workflow `w1` say to the store, for tests without nodes: Journey Trigger, and waits by step key. */
export const WORKFLOW_ID = 'w1';

export const JOURNEY: JourneySettingsInput = { key: 'j', name: 'Journey', entry: { eventType: 'start', entryKey: { kind: 'event' } }, guardMs: 0, exits: [{ eventType: 'leave' }] };
export const ONE_HOUR: WaitRequestInput = { kind: 'delay', length: { amount: 1, unit: 'hours' } };

export async function register(store: Store, settings: Partial<JourneySettingsInput> = {}, activation: 'activate' | 'init' | 'update' = 'activate') {
	return await store.run('journeys.register', { settings: { ...JOURNEY, ...settings }, workflowId: WORKFLOW_ID, workflowName: 'Workflow', nodeId: 'trigger', activation });
}

export async function registerStep(store: Store, stepKey = 'wait'): Promise<void> {
	await store.run('journeys.registerStep', { workflowId: WORKFLOW_ID, stepKey, nodeId: `n-${stepKey}`, nodeName: `Node ${stepKey}`, kind: 'wait' });
}

export async function track(store: Store, type: string, customerId: string, properties: JsonObject = {}, at?: number) {
	const occurredAt = at ?? (await store.run('store.settings', {})).now;
	const [answer] = await store.run('events.track', { items: [{ ref: { customerId }, type, occurredAt, source: 'test', properties }] });
	if (!answer.ok) throw new Error(answer.message);
	return answer;
}

export interface Taken {
	ref: { id: number; epoch: number };
	items: ReleasedItem[];
}

/** Takes and claims the next batch of a step; as its loop does, it asks again at once where the answer says so. */
export async function take(store: Store, stepKey: string, limit?: number): Promise<Taken | null> {
	const { batch, now, nextDueAt } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey, limit });
	if (!batch) return nextDueAt === now ? await take(store, stepKey, limit) : null;
	const ref = { id: batch.id, epoch: batch.epoch };
	const { items } = await store.run('journeys.claimBatch', { ...ref, workflowId: WORKFLOW_ID, stepKey, skipMovedOn: true });
	return { ref, items };
}

export async function succeed(store: Store, { ref }: Taken) {
	return await store.run('journeys.settleBatch', { ...ref, outcome: 'success' });
}

export async function fail(store: Store, { ref }: Taken, error = 'mail server down') {
	return await store.run('journeys.settleBatch', { ...ref, outcome: 'failed', error });
}

/** Everything due at a step, as executions that succeed. */
export async function releaseAll(store: Store, stepKey: string): Promise<ReleasedItem[]> {
	const items: ReleasedItem[] = [];
	for (let taken = await take(store, stepKey); taken; taken = await take(store, stepKey)) {
		items.push(...taken.items);
		await succeed(store, taken);
	}
	return items;
}

export async function park(store: Store, items: readonly ReleasedItem[], stepKey = 'wait', wait: WaitRequestInput = ONE_HOUR) {
	return await store.run('journeys.park', {
		workflowId: WORKFLOW_ID,
		stepKey,
		nodeName: `Node ${stepKey}`,
		parkings: items.map((item, index) => ({ index, journey: item.journey, own: item.own, wait })),
	});
}

/** Customers enter and wait at a step, in one execution. */
export async function enterAndWait(store: Store, customers: readonly string[], stepKey = 'wait', wait: WaitRequestInput = ONE_HOUR): Promise<void> {
	const occurredAt = (await store.run('store.settings', {})).now;
	await store.run('events.track', { items: customers.map((customerId) => ({ ref: { customerId }, type: 'start', occurredAt, source: 'test', eventId: `start-${customerId}-${occurredAt}`, properties: { cart: customerId } })) });
	for (let taken = await take(store, 'entry'); taken; taken = await take(store, 'entry')) {
		await park(store, taken.items, stepKey, wait);
		await succeed(store, taken);
	}
}

export const customersOf = (items: readonly ReleasedItem[]) => items.map((item) => item.customer.id);

export async function journeysOf(store: Store, customerId: string) {
	return (await store.run('customers.record', { ref: { customerId } })).journeys;
}

/** The passenger list's line of a step. */
export async function lineOf(store: Store, stepKey: string) {
	const line = (await store.run('journeys.waiting', {})).find((row) => row.step === stepKey);
	if (!line) throw new Error(`No step ${stepKey}`);
	return line;
}
