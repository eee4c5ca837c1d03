import type { JsonObject } from '../../../src/ingest/json';
import type { ParkAnswer, ReleasedItem } from '../../../src/journeys/contract';
import type { JourneySettingsInput } from '../../../src/journeys/settings';
import type { WaitRequestInput } from '../../../src/journeys/waitRequest';
import type { Store } from '../../../src/store/Store';

export const WORKFLOW = 'w1';

/** Switches a journey on, as its Journey Trigger does. */
export async function register(store: Store, settings: JourneySettingsInput, workflowId = WORKFLOW): Promise<void> {
	await store.run('journeys.register', { settings, workflowId, workflowName: settings.name, nodeId: `trigger-${settings.key}`, activation: 'activate' });
}

/** An event that happens now, or `at`. */
export async function track(store: Store, type: string, customerId: string, properties: JsonObject = {}, more: { at?: number; eventId?: string } = {}) {
	const [answer] = await store.run('events.track', {
		items: [{ ref: { customerId }, type, occurredAt: more.at ?? (await store.run('store.settings', {})).now, source: 'test', properties, ...(more.eventId ? { eventId: more.eventId } : {}) }],
	});
	if (!answer.ok) throw new Error(answer.message);
	return answer;
}

/** Takes and claims everything that is due at a step; `settle` ends it as an execution that succeeded. */
export async function release(store: Store, stepKey: string, { settle = true, journeyKey, workflowId = WORKFLOW }: { settle?: boolean; journeyKey?: string; workflowId?: string } = {}): Promise<ReleasedItem[]> {
	const items: ReleasedItem[] = [];
	for (;;) {
		const { batch } = await store.run('journeys.takeBatch', { workflowId, stepKey, journeyKey });
		if (!batch) return items;
		items.push(...(await store.run('journeys.claimBatch', { ...batch, workflowId, stepKey, skipMovedOn: true })).items);
		if (settle) await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
	}
}

/** Lets the customers who are due at a step go on into a wait. */
export async function goOn(store: Store, from: string, wait: WaitRequestInput, to = 'wait', restartsOnEntry?: 'always' | 'never'): Promise<ParkAnswer[]> {
	const answers: ParkAnswer[] = [];
	for (;;) {
		const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW, stepKey: from });
		if (!batch) return answers;
		const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: WORKFLOW, stepKey: from, skipMovedOn: true });
		answers.push(...(await store.run('journeys.park', { workflowId: WORKFLOW, stepKey: to, nodeName: 'Wait', parkings: items.map((item, index) => ({ index, journey: item.journey, own: item.own, wait, restartsOnEntry })) })));
		await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
	}
}

/** The customer's ways through journeys, as their record shows them. */
export async function journeysOf(store: Store, customerId: string, at?: number) {
	return (await store.run('customers.record', { ref: { customerId }, at })).journeys;
}
