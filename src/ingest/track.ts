import type { ItemAnswer, TrackedEvent, TrackEvents } from '../customers/contract';
import { identitiesOf } from '../customers/identity';
import { customerView } from '../customers/profile';
import { noteLateRows } from '../customers/merge/lateRows';
import { idsOf, lockResolved, resolveCustomers, viaOf, type Resolved } from '../customers/resolve';
import { refusal } from '../customers/refusal';
import { noteFilledIn } from '../features/changes';
import { CLOCK_AHEAD_MS } from '../core/clock';
import { canonicalJson, hashOf } from '../core/hash';
import { reactToEvents, type StoredEvent } from '../journeys/onEvents';
import { leadsHear, leadsRewritten } from '../scoring/rescore';
import { segmentsChanged } from '../segments/changed';
import { inOneOrder } from '../store/inOneOrder';
import { eventPlans, setAsidePlans } from '../store/plans/ingestPlans';
import type { CustomerRow } from '../store/plans/customerPlans';
import { write, type Tx } from '../store/port';
import { storeCrossings } from './tellEvents';
import type { EventInput } from './records';
import { onSoundItems } from './soundItems';

/** Takes events in exactly once and lets the journeys react (store.md, Ingest). */
export const trackEvents = write(onSoundItems(track));

async function track(tx: Tx, { items, backfill, future = 'setAside' }: TrackEvents): Promise<ItemAnswer<TrackedEvent>[]> {
	// What was seen before must not even make or extend a customer, so that is asked first.
	const { fresh, results } = await sift(tx, items);
	const others = items.flatMap((item, index) => (results[index] === 'accepted' ? [] : [{ index, ref: item.ref }]));
	const look = () => resolveCustomers(tx, others.map(({ ref }) => ref), { create: false, keep: false });
	const who = await resolveCustomers(tx, fresh.map((one) => one.item.ref), { create: true, at: (place) => fresh[place].item.occurredAt, along: async () => idsOf(await look()) });
	const known = await look();
	// One after the other, without waiting in between: the clock is read once the locks are held.
	const [{ resolved, customers }, now] = await Promise.all([lockResolved(tx, [...who, ...known]), tx.now(), tx.lookAtShop()]);
	const customerOf = new Map<number, Resolved>([...fresh, ...others].map(({ index }, place) => [index, resolved[place]]));
	const answers = items.map((_, index): ItemAnswer<TrackedEvent> => {
		const one = customerOf.get(index) as Resolved;
		if (!one.found && (results[index] === 'accepted' || one.why === 'customer_erased')) return refusal(one.why);
		return { ok: true, result: results[index], customer: one.found ? customerView(customers.get(one.id) as CustomerRow) : null, entered: [], exited: [], refused: [], late: [] };
	});
	const isRefused = ({ index }: { index: number }) => !answers[index].ok;
	tx.send(eventPlans.unsee, fresh.filter(isRefused).map(nameOfSeen));
	await setAside(tx, items.flatMap((item, index) => (future === 'setAside' && results[index] === 'quarantined' && answers[index].ok ? [item] : [])), now);
	const accepted = fresh.filter((one) => !isRefused(one));
	const events = accepted.map(({ index, item, eventId }): StoredEvent => ({ customerId: (customerOf.get(index) as { id: number }).id, type: item.type, at: item.occurredAt, properties: item.properties, eventId }));
	tx.send(
		eventPlans.insert,
		events.map((event, place) => ({ customer_id: event.customerId, type: event.type, occurred_at: event.at, ingested_at: now, source: accepted[place].item.source, event_id: event.eventId, properties: JSON.stringify(event.properties), note: null })),
	);
	await noteLateRows(tx, 'event', accepted.map(({ index, item, eventId }) => ({ customer_id: (customerOf.get(index) as { id: number }).id, occurred_at: item.occurredAt, source: item.source, event_id: eventId, via: viaOf(customerOf.get(index) as Resolved) })));
	if (!backfill) {
		const reactions = await reactToEvents(tx, events, customers, now);
		await storeCrossings(tx, await leadsHear(tx, events, customers, now), reactions, customers, now);
		reactions.forEach(({ entered, exited, refused, late }, place) => Object.assign(answers[accepted[place].index], { entered, exited, refused, late }));
	} else {
		await leadsRewritten(tx, events.map(({ customerId }) => customerId));
		await noteFilledIn(tx, events.map(({ customerId }) => customerId));
	}
	await segmentsChanged(tx, events.map(({ customerId }) => customerId), now, backfill === true);
	return answers;
}

interface Candidate {
	index: number;
	item: EventInput;
	eventId: string;
	bodyHash: string;
}

/** The id of an event without one is a hash of what it says, so that the same statement twice is one event. */
function candidate(item: EventInput, index: number): Candidate {
	const body = canonicalJson({ type: item.type, at: item.occurredAt, properties: item.properties, who: identitiesOf(item.ref) });
	return { index, item, eventId: item.eventId ?? `hash:${hashOf(body)}`, bodyHash: hashOf(body) };
}

const nameOf = (source: string, eventId: string) => `${source}\u0000${eventId}`;
const nameOfSeen = ({ item, eventId }: Candidate) => ({ source: item.source, event_id: eventId });

/**
 * Tells apart what is new, what was seen before, what has the id of another event (logged as a conflict, J24), and what is
 * dated too far ahead (J23). Only what is new is to be taken in; its ids count as seen from here on.
 */
async function sift(tx: Tx, items: readonly EventInput[]): Promise<{ fresh: Candidate[]; results: TrackedEvent['result'][] }> {
	const now = await tx.glance();
	const results = items.map((item): TrackedEvent['result'] => (item.occurredAt > now + CLOCK_AHEAD_MS ? 'quarantined' : 'accepted'));
	const candidates = items.flatMap((item, index) => (results[index] === 'quarantined' ? [] : [candidate(item, index)]));
	const first = new Map<string, Candidate>();
	for (const one of candidates) if (!first.has(nameOf(one.item.source, one.eventId))) first.set(nameOf(one.item.source, one.eventId), one);
	const seen = (one: Candidate) => ({ source: one.item.source, event_id: one.eventId, body_hash: one.bodyHash, at: now });
	const rows = inOneOrder([...first.values()], (one) => nameOf(one.item.source, one.eventId));
	const inserted = new Set((await tx.each(eventPlans.see, rows.map(seen))).map((row) => nameOf(row.source, row.event_id)));
	const old = [...first.entries()].filter(([name]) => !inserted.has(name)).map(([, one]) => nameOfSeen(one));
	const bodies = new Map((await tx.each(eventPlans.seen, old)).map((row) => [nameOf(row.source, row.event_id), row.body_hash]));
	const conflicts: Candidate[] = [];
	const fresh = candidates.filter((one) => {
		const name = nameOf(one.item.source, one.eventId);
		if (inserted.has(name) && first.get(name) === one) return true;
		const same = (bodies.get(name) ?? first.get(name)?.bodyHash) === one.bodyHash;
		if (!same) conflicts.push(one);
		results[one.index] = same ? 'duplicate' : 'conflict';
		return false;
	});
	await tx.each(eventPlans.conflict, conflicts.map(seen));
	return { fresh, results };
}

/** Kept as it came, where a person can let it in (`events set-aside`). Nobody is made or extended by it. */
async function setAside(tx: Tx, items: readonly EventInput[], now: number): Promise<void> {
	const rows = items.map((item, index) => ({ source: item.source, event_id: candidate(item, index).eventId, type: item.type, occurred_at: item.occurredAt, received_at: now, item: JSON.stringify(item) }));
	await tx.each(setAsidePlans.add, [...new Map(rows.map((row) => [nameOf(row.source, row.event_id), row])).values()]);
}
