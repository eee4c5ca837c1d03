import type { PassItem } from '../../../src/policy/contract';
import type { Store } from '../../../src/store/Store';
import { park, register, registerStep, succeed, take, WORKFLOW_ID } from './steps';

const ROUNDS = 5;
const MINUTE = 60_000;

export interface Overdue {
	/** Round of each customer let out, in the order in which they came out. */
	order: number[];
	/** Messages that left, by customer. */
	sent: Map<string, number>;
	/** Messages that left, by enrolment. */
	perEnrolment: Map<string, number>;
	held: number;
	batches: number;
	seconds: number;
}

/**
 * Every customer waits five times over, each wait a minute after the one before; n8n is down for a day; then everything is
 * overdue and passes Contact Policy with one message a day. Every seventh execution is cut off before it ends.
 */
export async function afterDowntime(store: Store, customers: number): Promise<Overdue> {
	const ids = Array.from({ length: customers }, (_, index) => `c${index}`);
	const chunks = Array.from({ length: Math.ceil(customers / 1000) }, (_, index) => ids.slice(index * 1000, (index + 1) * 1000));
	await register(store, { reEntry: { mode: 'parallel', max: 9 } });
	await registerStep(store);
	const at = (await store.run('store.settings', {})).now;
	for (const chunk of chunks) {
		await store.run('customers.upsert', { items: chunk.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		await store.run('consents.set', { items: chunk.map((customerId) => ({ ref: { customerId }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: at - 1 })) });
	}
	for (let round = 0; round < ROUNDS; round++) {
		const occurredAt = (await store.run('clock.advance', { byMs: MINUTE })).now;
		for (const chunk of chunks) await store.run('events.track', { items: chunk.map((customerId) => ({ ref: { customerId }, type: 'start', occurredAt, source: 'test', eventId: `${round}-${customerId}`, properties: { round } })) });
		for (let taken = await take(store, 'entry'); taken; taken = await take(store, 'entry')) {
			await park(store, taken.items);
			await succeed(store, taken);
		}
	}
	await store.run('clock.advance', { byMs: 86_400_000 });
	const result: Overdue = { order: [], sent: new Map(), perEnrolment: new Map(), held: 0, batches: 0, seconds: 0 };
	const started = process.hrtime.bigint();
	for (;;) {
		const taken = await take(store, 'wait');
		if (!taken) {
			const { nextDueAt, now } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' });
			if (nextDueAt === null) break;
			await store.run('clock.advance', { byMs: Math.max(1, nextDueAt - now) });
			continue;
		}
		const first = taken.ref.epoch === 1;
		if (first) result.order.push(...taken.items.map((item) => item.event?.properties.round as number));
		await passAll(store, taken.items.map((item, index) => ({ index, customer: { customerId: item.customer.id }, journey: item.journey, released: false, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} })), result);
		result.batches++;
		if (!first || result.batches % 7 !== 0) await succeed(store, taken);
	}
	result.seconds = Number(process.hrtime.bigint() - started) / 1e9;
	return result;
}

async function passAll(store: Store, items: PassItem[], result: Overdue): Promise<void> {
	const rules = [{ id: 'one-a-day', scope: { any: true }, limit: 1, window: 'P1D' }];
	const answers = await store.run('policy.pass', { workflowId: WORKFLOW_ID, stepKey: 'policy', nodeName: 'Policy', nodeRules: rules, messagesPerRun: 1000, onSecondHandOff: 'block', batch: null, dryRun: false, items });
	for (const answer of answers) {
		if (answer.result === 'held') result.held++;
		if (answer.result !== 'send') continue;
		const { customer, journey } = items[answer.index];
		const name = customer.customerId as string;
		result.sent.set(name, (result.sent.get(name) ?? 0) + 1);
		const enrolment = journey?.enrolment as string;
		result.perEnrolment.set(enrolment, (result.perEnrolment.get(enrolment) ?? 0) + 1);
	}
}
