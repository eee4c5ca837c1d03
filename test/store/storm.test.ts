import type { CustomerRef } from '../../src/customers/identity';
import { unitHash } from '../../src/core/hash';
import { JourneyError } from '../../src/core/errors';
import type { Store } from '../../src/store/Store';
import { item, pass, savePolicy } from '../policy/ledgerWorld';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

/** Set FC_SEED and STORM_CALLS for others than those of every run. */
const SEED = Number(process.env.FC_SEED ?? 20_261_122);
const CALLS = Number(process.env.STORM_CALLS ?? 400);
const WORKERS = 8;

/** A few people, asked for by all their names, so that everybody stands in everybody's way. */
class Draw {
	private drawn = 0;
	below = (limit: number) => Math.floor(unitHash('storm', SEED, this.drawn++) * limit);
	of = <const T>(...choices: T[]): T => choices[this.below(choices.length)] as T;
	id = () => `c${this.below(6)}`;
	ref = (): CustomerRef => this.of<() => CustomerRef>(() => ({ customerId: this.id() }), () => ({ email: `${this.id()}@example.com` }), () => ({ customerId: this.id(), email: `${this.id()}@example.com` }), () => ({ customerId: this.id(), externalIds: { shop: this.id() } }))();
	some = <T>(make: () => T): T[] => Array.from({ length: 1 + this.below(4) }, make);
}

type Call = (store: Store, draw: Draw) => Promise<unknown>;

const CALL: readonly Call[] = [
	(store, { some, ref, of, below }) => store.run('events.track', { items: some(() => ({ ref: ref(), type: of('go', 'stop', 'ping'), occurredAt: START_MS + below(3) * HOUR, source: 't', properties: { n: below(3), m: below(1_000) } })) }),
	(store, { some, ref, of, below }) => store.run('orders.record', { items: some(() => ({ ref: of(ref(), undefined), source: 's', orderId: `o${below(9)}`, orderedAt: START_MS, updatedAt: START_MS + below(99), currency: 'EUR', status: of('placed', 'paid', 'cancelled'), lines: [{ productId: `p${below(3)}`, quantity: 1, priceE4: 10_000, amountE4: 10_000 }] })) }),
	(store, { ref, below }) => store.run('orders.refund', { items: [{ source: 's', orderId: `o${below(9)}`, refundedAt: START_MS, amountE4: 100 * below(5) }, { ref: ref(), source: 's', refundedAt: START_MS, lines: [{ productId: `p${below(3)}`, quantity: 1 }] }] }),
	(store, { some, below }) => store.run('orders.cancel', { items: some(() => ({ source: 's', orderId: `o${below(9)}`, cancelledAt: START_MS })) }),
	(store, { some, ref, below }) => store.run('customers.upsert', { items: some(() => ({ ref: ref(), firstName: `n${below(3)}`, updatedAt: START_MS + below(99) })) }),
	(store, { some, ref, of, below }) => store.run('consents.set', { items: some(() => ({ ref: ref(), channel: 'email', purpose: 'marketing', status: of('granted', 'denied', 'pending'), at: START_MS - below(9) })) }),
	(store, { some, id, of, below }) => store.run('messages.record', { items: some(() => ({ ref: { email: `${id()}@example.com` }, channel: 'email', result: of('sent', 'delivered', 'opened', 'bounced', 'complained', 'unsubscribed'), bounce: 'soft' as const, at: START_MS - below(5) * MINUTE, providerId: `m${below(20)}` })) }),
	(store, { some, ref, below }) => store.run('subscriptions.upsert', { items: some(() => ({ ref: ref(), source: 's', subscriptionId: `s${below(4)}`, expiresAt: START_MS + below(5) * DAY })) }),
	(store, { ref, below }) => store.run('tasks.create', { items: [{ ref: ref(), title: 'Call', key: `t${below(5)}` }] }),
	(store, { below }) => store.run('tasks.done', { items: [{ key: `t${below(5)}` }] }),
	(store, { some, id, of, below }) => pass(store, some(() => item(id(), { mailingKey: `m${below(3)}`, priority: below(100), onBlock: of('delay', 'drop') })), { workflowId: 'w2', stepKey: 'news', messagesPerRun: 3 }),
	(store, { some, id, below }) => store.run('policy.decide', { dryRun: false, requests: some(() => ({ key: `d${below(5)}`, customer: id(), channel: 'email' })) }),
	(store, { id }) => store.run('customers.merge', { survivor: { customerId: id() }, other: { customerId: id() } }),
	(store, { id }) => store.run('customers.unmerge', { other: { customerId: id() } }),
	async (store, { id, below }) => (below(4) === 0 ? store.run('customers.erase', { ref: { customerId: id() } }) : undefined),
	(store, { id }) => store.run('customers.export', { ref: { customerId: id() } }),
	(store, { id }) => store.run('policy.explain', { ref: { customerId: id() } }),
	async (store, { below }) => store.run('clock.advance', { byMs: below(20) * MINUTE + 1 }),
	release,
];

/** One batch of a step: on to the wait, on to Contact Policy, or judged again there; its execution may fail. */
async function release(store: Store, { of, below }: Draw): Promise<void> {
	const [workflowId, stepKey] = of(['w1', 'entry'], ['w1', 'wait'], ['w1', 'policy'], ['w2', 'news']);
	const { batch } = await store.run('journeys.takeBatch', { workflowId, stepKey, limit: 5 });
	if (!batch) return;
	const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId, stepKey, skipMovedOn: true });
	if (stepKey === 'policy' || stepKey === 'news') await pass(store, items.map((one) => item(one.customer.id, { ...(one.request as object), journey: one.journey, released: true, own: one.own })), { workflowId, stepKey, batch });
	else if (below(2) === 0) await pass(store, items.map((one) => item(one.customer.id, { journey: one.journey, mailingKey: undefined })), { confirm: below(2) === 0 });
	else await store.run('journeys.park', { workflowId, stepKey: 'wait', nodeName: 'Wait', parkings: items.map((one, index) => ({ index, journey: one.journey, own: {}, wait: { kind: 'event' as const, events: [{ eventType: 'ping' }], timeout: { amount: below(3), unit: 'hours' as const }, since: 'entry' as const } })) });
	await store.run('journeys.settleBatch', { ...batch, outcome: of('success', 'success', 'failed') });
}

onEachStore('Everything at once', (open) => {
	test(`whatever comes in whatever order: what is refused is refused in a sentence, and the books agree afterwards (seed ${SEED})`, async () => {
		const { store, location, again } = await open();
		const stores = [store, await again()];
		await savePolicy(store, { rules: [{ id: 'three', scope: { any: true }, limit: 3, window: 'P1D' }], requireConsent: false, channelCapacity: [{ channel: 'email', limit: 50 }] });
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'go', entryKey: { kind: 'property', property: 'n' } }, exits: [{ eventType: 'stop' }], reEntry: { mode: 'parallel', max: 5 } }, workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate' });
		const draw = new Draw();
		const strange: string[] = [];
		let left = CALLS;
		const work = async (own: Store) => {
			while (left-- > 0) {
				const call = draw.of(...CALL);
				await call(own, draw).catch((error: Error) => (error instanceof JourneyError ? undefined : strange.push(`${CALL.indexOf(call)}: ${error.stack}`)));
			}
		};
		await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(stores[worker % stores.length] as Store)));
		expect(strange).toEqual([]);
		const { customer, enrolment, wait, identity, ...tables } = await dumpStore(location);
		const customers = new Map(customer.map((row) => [row.id, row]));
		const enrolments = new Map(enrolment.map((row) => [row.id, row]));
		expect(wait.filter((row) => !['active', 'waiting', 'entering'].includes(String(enrolments.get(row.enrolment_id)?.status)) || enrolments.get(row.enrolment_id)?.customer_id !== row.customer_id)).toEqual([]);
		expect(identity.filter((row) => customers.get(row.customer_id)?.erased_at !== null)).toEqual([]);
		for (const table of ['event', 'orders', 'touch', 'decision', 'subscription', 'task'] as const) expect(tables[table].filter((row) => row.customer_id !== null && customers.get(row.customer_id)?.merged_into !== null)).toEqual([]);
	}, 120_000);
});
