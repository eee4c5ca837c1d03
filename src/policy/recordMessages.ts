import type { ItemAnswer, RecordedMessage, RecordMessages } from '../customers/contract';
import { recordConsents } from '../customers/consents';
import { customerView } from '../customers/profile';
import { lockCustomers, lockResolved, resolveCustomers } from '../customers/resolve';
import { hashOf } from '../core/hash';
import type { MessageResultInput } from '../ingest/records';
import { onSoundItems } from '../ingest/soundItems';
import { customerPlans, suppressionPlans, type CustomerRow } from '../store/plans/customerPlans';
import { touchPlans, type TouchRow } from '../store/plans/policyPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { addressTypeOf, suppressionHash } from './addressHash';

/**
 * Takes in what became of messages: sent, failed, bounced, opened, clicked, unsubscribed, complained. A message nobody
 * asked the policy about counts all the same when it is reported as sent (P13): a manager's call, another mail system.
 */
export const recordMessages = write(onSoundItems(record));

async function record(tx: Tx, { items }: RecordMessages): Promise<ItemAnswer<RecordedMessage>[]> {
	await lockEverybody(tx, items);
	const answers: ItemAnswer<RecordedMessage>[] = [];
	for (const item of items) answers.push(await recordOne(tx, item));
	return answers;
}

/** Locks all customers of the call in id order: two calls that lock one by one, in the order of their items, block each other. */
async function lockEverybody(tx: Tx, items: readonly MessageResultInput[]): Promise<void> {
	if (tx.dialect === 'sqlite') return;
	const found = await resolveCustomers(tx, items.flatMap(({ ref }) => (ref ? [ref] : [])), { create: false, keep: false });
	const touches = await tx.each(touchPlans.byKeys, [...new Set(items.flatMap(({ key }) => key ?? []))].map((idem_key) => ({ idem_key })));
	await lockCustomers(tx, [...found.flatMap((one) => (one.found ? [one.id] : [])), ...touches.map((touch) => touch.customer_id)]);
}

async function recordOne(tx: Tx, item: MessageResultInput): Promise<ItemAnswer<RecordedMessage>> {
	const customer = await customerOf(tx, item);
	const touch = await touchFor(tx, item, customer);
	if (!touch) {
		if (item.result !== 'sent' || !customer || !item.channel) return { ok: true, result: 'unknown_message', key: item.key ?? null, customer: customer && customerView(customer) };
		return recordOutside(tx, item, customer, item.channel);
	}
	const owner = (await lockCustomers(tx, [touch.customer_id])).get(touch.customer_id) as CustomerRow;
	const view = owner.erased_at === null ? customerView(owner) : null;
	// What a mail server says, and its ids, may name the person; of an erased one only the count is kept.
	const note = view && (item.reason ?? null);
	const added = await tx.each(touchPlans.addResult, [{ touch_seq: touch.seq, result: item.result, at: item.at, note }]);
	if (added.length === 0) return { ok: true, result: 'duplicate', key: touch.idem_key, customer: view };
	await tx.run(touchPlans.setResult, {
		seq: touch.seq,
		state: stateAfter(touch.state, item.result),
		provider_id: view && (item.providerId ?? null),
		result_at: item.at,
		result_note: item.result === 'bounced' || item.result === 'failed' ? item.result : touch.result_note,
	});
	await followUp(tx, item, touch.channel, touch.class, owner);
	return { ok: true, result: 'recorded', key: touch.idem_key, customer: view };
}

/** Rejected by the provider frees the slot; a later bounce still counts (contact-policy.md section 3). */
function stateAfter(state: string, result: MessageResultInput['result']): string {
	if (result === 'failed') return state === 'committed' ? state : 'released';
	return state === 'released' && result === 'bounced' ? state : 'committed';
}

/** An unsubscription withdraws the consent; a complaint and a hard bounce also close the address. */
async function followUp(tx: Tx, item: MessageResultInput, channel: string, messageClass: string, owner: CustomerRow): Promise<void> {
	const now = await tx.now();
	const hard = item.result === 'bounced' && !/\b(soft|transient|temporary|deferred|4\.\d\.\d)\b/i.test(item.reason ?? '');
	if (item.result === 'complained' || hard) {
		const type = addressTypeOf(channel);
		const identities = (await tx.all(customerPlans.identitiesOf, { customer_id: owner.id })).filter((identity) => identity.type === type);
		const secret = (await readMeta(tx, 'secret')) ?? '';
		const reason = item.result === 'complained' ? 'complained' : 'hard_bounce';
		await tx.each(suppressionPlans.insert, identities.map((identity) => ({ address_hash: suppressionHash(secret, identity), channel, reason, at: now })));
	}
	if (item.result === 'unsubscribed' || item.result === 'complained') {
		const purpose = messageClass === 'transactional' ? 'marketing' : messageClass;
		const consent = { ref: { customerId: owner.key }, channel, purpose, status: 'denied' as const, at: item.at, source: `message_${item.result}` };
		await recordConsents(tx, [consent], [{ found: true, id: owner.id, created: false, warnings: [] }]);
	}
}

async function customerOf(tx: Tx, item: MessageResultInput): Promise<CustomerRow | null> {
	if (!item.ref) return null;
	const found = await resolveCustomers(tx, [item.ref], { create: item.key === undefined && item.result === 'sent', at: () => item.at });
	const { resolved, customers } = await lockResolved(tx, found);
	return resolved[0].found ? (customers.get(resolved[0].id) ?? null) : null;
}

async function touchFor(tx: Tx, item: MessageResultInput, customer: CustomerRow | null): Promise<TouchRow | undefined> {
	if (item.key !== undefined) return (await tx.each(touchPlans.byKeys, [{ idem_key: item.key }]))[0];
	if (item.providerId !== undefined) {
		const known = await tx.first(touchPlans.byProvider, { provider_id: item.providerId });
		if (known) return known;
	}
	if (item.result === 'sent' || !customer || !item.channel) return undefined;
	return tx.first(touchPlans.latest, { customer_id: customer.id, channel: item.channel, before: item.at });
}

async function recordOutside(tx: Tx, item: MessageResultInput, customer: CustomerRow, channel: string): Promise<ItemAnswer<RecordedMessage>> {
	const key = `outside:${hashOf(customer.id, channel, item.at, item.providerId ?? '')}`;
	if ((await tx.each(touchPlans.byKeys, [{ idem_key: key }])).length > 0) return { ok: true, result: 'duplicate', key, customer: customerView(customer) };
	await tx.each(touchPlans.insert, [
		{ customer_id: customer.id, ts: item.at, channel, category: '', tags: '[]', class: 'marketing', journey_key: null, state: 'committed', priority: 50, exempt: '[]', counts: null, idem_key: key, enrolment: null, step_key: null, visit: null, expires_at: null, policy_version: 'outside' },
	]);
	if (item.providerId !== undefined) {
		const [touch] = await tx.each(touchPlans.byKeys, [{ idem_key: key }]);
		await tx.run(touchPlans.setResult, { seq: touch.seq, state: 'committed', provider_id: item.providerId, result_at: item.at, result_note: null });
	}
	return { ok: true, result: 'recorded_outside', key, customer: customerView(customer) };
}
