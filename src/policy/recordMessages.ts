import type { ItemAnswer, RecordedMessage, RecordMessages } from '../customers/contract';
import { customerView } from '../customers/profile';
import { idsOf, lockCustomers, lockResolved, resolveCustomers } from '../customers/resolve';
import { hashOf } from '../core/hash';
import { MustRunAgain } from '../core/runAgain';
import { storeOwnEvents, type OwnEvent } from '../ingest/ownEvents';
import type { MessageResultInput } from '../ingest/records';
import { onSoundItems } from '../ingest/soundItems';
import type { CustomerRow } from '../store/plans/customerPlans';
import { touchPlans, type TouchRow } from '../store/plans/policyPlans';
import { write, type Tx } from '../store/port';
import { actOn, actsOnAddress } from './afterReport';
import { findMessage, touchesNamed } from './findMessage';
import { messageEvents } from './messageEvents';

/**
 * Takes in what became of messages: sent, delivered, failed, bounced, opened, clicked, unsubscribed, complained. A message
 * nobody asked the policy about counts all the same when it is reported as sent (P13): a manager's call, another mail system.
 * What customers did with a message becomes an event that journeys hear of, unless it is `backfill`.
 */
export const recordMessages = write(onSoundItems(record));

async function record(tx: Tx, { items, backfill }: RecordMessages): Promise<ItemAnswer<RecordedMessage>[]> {
	const { whoOf, customers } = await lockEverybody(tx, items);
	const answers: ItemAnswer<RecordedMessage>[] = [];
	const told: OwnEvent[] = [];
	for (const [index, item] of items.entries()) answers.push(await recordOne(tx, item, { customer: whoOf.get(item) ?? null, customers }, (touch) => told.push(...messageEvents(item, touch, index))));
	if (told.length > 0) await storeOwnEvents(tx, told, await lockCustomers(tx, told.map(({ customerId }) => customerId)), await tx.now(), backfill === true);
	return answers;
}

/**
 * Locks all customers of the call in id order: two calls that lock one by one, in the order of their items, block each other.
 * Who is made by it is made before: whoever makes customers waits for locks with the right to make them in hand.
 * @returns the customer that each item names, and all who are locked, by number
 */
async function lockEverybody(tx: Tx, items: readonly MessageResultInput[]): Promise<{ whoOf: Map<MessageResultInput, CustomerRow>; customers: Map<number, CustomerRow> }> {
	const outside = items.filter((item) => item.ref && countsAsOutside(item));
	const others = items.filter((item) => item.ref && !countsAsOutside(item));
	const look = () => resolveCustomers(tx, refsOf(others), { create: false, keep: false });
	const owners = (await touchesNamed(tx, items)).map((touch) => touch.customer_id);
	const made = await resolveCustomers(tx, refsOf(outside), { create: true, at: (place) => outside[place].at, along: async () => [...idsOf(await look()), ...owners] });
	const { resolved, customers } = await lockResolved(tx, [...made, ...(await look())], owners);
	const named = [...outside, ...others].flatMap((item, place): [MessageResultInput, CustomerRow][] => {
		const who = resolved[place];
		return who.found ? [[item, customers.get(who.id) as CustomerRow]] : [];
	});
	return { whoOf: new Map(named), customers };
}

const refsOf = (items: readonly MessageResultInput[]) => items.flatMap(({ ref }) => ref ?? []);

interface Whose {
	/** whom the item names */
	customer: CustomerRow | null;
	/** who are locked, by number */
	customers: ReadonlyMap<number, CustomerRow>;
}

async function recordOne(tx: Tx, item: MessageResultInput, { customer, customers }: Whose, tell: (touch: TouchRow) => void): Promise<ItemAnswer<RecordedMessage>> {
	const touch = await findMessage(tx, item, customer);
	if (!touch) {
		if (countsAsOutside(item) && customer && item.channel) return recordOutside(tx, item, customer, item.channel);
		return recordForAddress(tx, item, customer);
	}
	const owner = customers.get(touch.customer_id);
	if (!owner) throw new MustRunAgain('A message went to another customer while the locks were waited for');
	const view = owner.erased_at === null ? customerView(owner) : null;
	// What a mail server says, and its ids, may name the person; of an erased one only the count is kept.
	const added = await tx.each(touchPlans.addResult, [{ touch_seq: touch.seq, result: item.result, at: item.at, note: view && noteOf(item), event_id: view && (item.eventId ?? null) }]);
	if (added.length === 0) return { ok: true, result: 'duplicate', key: touch.idem_key, customer: view };
	const late = await isLate(tx, touch, item.result);
	const state = stateAfter(touch.state, item.result);
	await tx.run(touchPlans.setResult, {
		idem_key: touch.idem_key,
		// A place that was only reserved is taken at the instant of sending.
		ts: state === 'committed' && (touch.state === 'reserved' || touch.state === 'released') ? await sentAt(tx, item) : touch.ts,
		state,
		provider_id: view && (item.providerId ?? null),
		result_at: item.at,
		result_note: item.result === 'bounced' || item.result === 'failed' ? item.result : late ? 'late_commit' : touch.result_note,
	});
	await actOn(tx, item, { channel: touch.channel, messageClass: touch.class, owner });
	tell(touch);
	return { ok: true, result: 'recorded', key: touch.idem_key, customer: view, ...(late ? { late } : {}) };
}

/** A key says that some policy let it out, so it is no mail of elsewhere, though the policy may be another store's. */
function countsAsOutside({ result, key, outside }: MessageResultInput): boolean {
	return (result === 'sent' || result === 'delivered') && key === undefined && outside !== false;
}

function noteOf({ bounce, reason }: MessageResultInput): string | null {
	const kind = bounce && `${bounce} bounce`;
	return [kind, reason].filter((part) => part !== undefined).join(': ') || null;
}

/** Rejected by the provider frees the slot, before it was reported as sent (P65); a later bounce still counts (contact-policy.md section 3). */
function stateAfter(state: string, result: MessageResultInput['result']): string {
	if (result === 'unknown') return state === 'handed_off' || state === 'reserved' ? 'unknown' : state;
	if (result === 'failed') return state === 'committed' ? state : 'released';
	return state === 'released' && result === 'bounced' ? state : 'committed';
}

/** What is reported has gone out: dated ahead, by a sender's clock that is, it would count for no limit of today. */
async function sentAt(tx: Tx, { at }: MessageResultInput): Promise<number> {
	return Math.min(at, await tx.now());
}

/** The truth first: what went out counts, also when its reservation had given its place back before the report came (P58). */
async function isLate(tx: Tx, { state, expires_at }: TouchRow, result: MessageResultInput['result']): Promise<boolean> {
	if (result !== 'sent' && result !== 'delivered') return false;
	return state === 'released' || (state === 'reserved' && expires_at !== null && (await tx.now()) >= expires_at);
}

/** Whoever complains about a mail of another system does not want ours either, and an address that is gone is gone for all. */
async function recordForAddress(tx: Tx, item: MessageResultInput, customer: CustomerRow | null): Promise<ItemAnswer<RecordedMessage>> {
	const view = customer && customerView(customer);
	if (!item.channel || !actsOnAddress(item)) return { ok: true, result: 'unknown_message', key: item.key ?? null, customer: view };
	const changed = await actOn(tx, item, { channel: item.channel, messageClass: 'marketing', owner: customer });
	return { ok: true, result: changed ? 'recorded_for_address' : 'duplicate', key: item.key ?? null, customer: view };
}

async function recordOutside(tx: Tx, item: MessageResultInput, customer: CustomerRow, channel: string): Promise<ItemAnswer<RecordedMessage>> {
	const key = `outside:${hashOf(customer.id, channel, item.at, item.providerId ?? '')}`;
	if ((await tx.all(touchPlans.byKeys, { keys: [key] })).length > 0) return { ok: true, result: 'duplicate', key, customer: customerView(customer) };
	await tx.change(touchPlans.insert, [
		{ customer_id: customer.id, ts: await sentAt(tx, item), channel, category: item.category ?? '', tags: JSON.stringify(item.tags ?? []), class: item.class ?? 'marketing', journey_key: null, state: 'committed', priority: 50, exempt: '[]', counts: null, idem_key: key, enrolment: null, step_key: null, visit: null, expires_at: null, policy_version: 'outside' },
	]);
	const [touch] = await tx.all(touchPlans.byKeys, { keys: [key] });
	await tx.each(touchPlans.addResult, [{ touch_seq: touch.seq, result: item.result, at: item.at, note: noteOf(item), event_id: item.eventId ?? null }]);
	if (item.providerId !== undefined) await tx.run(touchPlans.setResult, { idem_key: touch.idem_key, ts: touch.ts, state: 'committed', provider_id: item.providerId, result_at: item.at, result_note: null });
	return { ok: true, result: 'recorded_outside', key, customer: customerView(customer) };
}
