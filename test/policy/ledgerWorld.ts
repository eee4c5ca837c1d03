import type { PassAnswer, PassItem, PassRequest } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { DAY, START_MS } from '../support/eachStore';

/** What the policy tests that run on a store do over and over. */

/** Nothing forbids anything, but marketing needs consent. */
export const OPEN_POLICY = { storeZone: 'UTC', rules: [], quietHours: [], requireConsent: true };

export async function savePolicy(store: Store, body: object = {}, name = 'default'): Promise<void> {
	await store.run('policy.save', { name, body: { ...OPEN_POLICY, ...body } });
}

/** Customers who can be reached and agreed to everything, by email and sms. */
export async function people(store: Store, ...ids: string[]): Promise<void> {
	await store.run('customers.upsert', { items: ids.map((id, index) => ({ ref: { customerId: id, email: `${id}@example.com`, phone: `+4420718387${String(50 + index).padStart(2, '0')}` } })) });
	await store.run('consents.set', {
		items: ids.flatMap((id) => ['email', 'sms'].map((channel) => ({ ref: { customerId: id }, channel, purpose: 'marketing', status: 'granted' as const, at: START_MS - DAY }))),
	});
}

export function item(customerId: string, more: Partial<PassItem> = {}): PassItem {
	return {
		index: 0, customer: { customerId }, released: false, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [],
		onBlock: 'delay', fallbackChannels: [], own: {}, mailingKey: 'news', ...more,
	};
}

export async function pass(store: Store, items: PassItem[], more: Partial<PassRequest> = {}): Promise<PassAnswer[]> {
	return store.run('policy.pass', {
		workflowId: 'w1', stepKey: 'policy', nodeName: 'Contact Policy', nodeRules: [], messagesPerRun: 1000, onSecondHandOff: 'block', batch: null, dryRun: false,
		items: items.map((one, index) => ({ ...one, index })), ...more,
	});
}

/** Lets customers into the journey `j`; the items are ready to arrive at Contact Policy. @param settings more of the journey */
export async function entered(store: Store, ids: string[], settings: object = {}, more: Partial<PassItem> = {}): Promise<PassItem[]> {
	await store.run('journeys.register', {
		settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'go', entryKey: { kind: 'property', property: 'n' } }, exits: [{ eventType: 'stop' }], reEntry: { mode: 'parallel', max: 100 }, ...settings },
		workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate',
	});
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: ids.map((id, n) => ({ ref: { customerId: id }, type: 'go', occurredAt: now, source: 't', properties: { id, n } })) });
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	return items.map((one) => item(one.customer.id, { journey: one.journey, mailingKey: undefined, event: one.event, ...more }));
}

/** What the node's own trigger does with held messages: take, claim, pass again, settle. */
export async function releaseHeld(store: Store, more: Partial<PassRequest> = {}): Promise<PassAnswer[]> {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
	if (!batch) return [];
	const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
	const again = items.map((one) => item(one.customer.id, { ...(one.request as Partial<PassItem>), journey: one.journey, released: true, own: one.own, event: one.event }));
	const answers = await pass(store, again, { batch, ...more });
	await store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
	return answers;
}

/** "send", "blocked cap:x", "held quiet-hours", "passed_before" ... */
export function said(answer: PassAnswer): string {
	if (answer.result === 'blocked') return `blocked ${answer.policy.reason}`;
	if (answer.result === 'held') return `held ${answer.rule}`;
	if (answer.result === 'refused') return `refused ${answer.code}`;
	return answer.result;
}

/** Decides requests by `policy.decide`; lines as "send", "delay <iso> <rule>", "drop <reason>". */
export async function decideLines(store: Store, requests: object[], policy?: object): Promise<string[]> {
	const lines = await store.run('policy.decide', { policy: policy && { version: 'test', ...OPEN_POLICY, ...policy }, requests, dryRun: false });
	return lines.map((line) => {
		if (!('decision' in line)) return `error ${line.error}`;
		if (line.decision === 'send') return 'send';
		return line.decision === 'delay' ? `delay ${String(line.until)} ${String(line.rule)}` : `drop ${String(line.reason)}`;
	});
}
