import type { ItemAnswer, TrackedEvent, TrackEvents } from '../customers/contract';
import { identitiesOf } from '../customers/identity';
import { noteLateRows } from '../customers/merge/lateRows';
import { customerView } from '../customers/profile';
import { lockResolved, resolveCustomers } from '../customers/resolve';
import { refusal } from '../customers/refusal';
import { canonicalJson, hashOf } from '../core/hash';
import { reactToEvents, type StoredEvent } from '../journeys/onEvents';
import { eventPlans } from '../store/plans/ingestPlans';
import type { CustomerRow } from '../store/plans/customerPlans';
import { write, type Tx } from '../store/port';
import type { EventInput } from './records';
import { onSoundItems } from './soundItems';

/** Events dated further ahead than this are quarantined (journeys.md section 5, J23). */
const FUTURE_LIMIT_MS = 5 * 60_000;

/** Takes events in exactly once and lets the journeys react (store.md, Ingest). */
export const trackEvents = write(onSoundItems(track));

async function track(tx: Tx, { items, backfill }: TrackEvents): Promise<ItemAnswer<TrackedEvent>[]> {
	const found = await resolveCustomers(tx, items.map((item) => item.ref), { create: true, at: (index) => items[index].occurredAt });
	const { resolved, customers } = await lockResolved(tx, found);
	const now = await tx.now();
	const answers: ItemAnswer<TrackedEvent>[] = [];
	const candidates: Candidate[] = [];
	items.forEach((item, index) => {
		const who = resolved[index];
		if (!who.found) return void (answers[index] = refusal(who.why));
		const quarantined = item.occurredAt > now + FUTURE_LIMIT_MS;
		answers[index] = { ok: true, result: quarantined ? 'quarantined' : 'accepted', customer: customerView(customers.get(who.id) as CustomerRow), entered: [], exited: [], refused: [] };
		if (!quarantined) candidates.push(candidate(item, index, who.id, who.via));
	});
	const fresh = await newOnly(tx, candidates, now, (one, result) => {
		const answer = answers[one.index];
		if (answer.ok) answer.result = result;
	});
	await tx.each(
		eventPlans.insert,
		fresh.map((one) => ({ customer_id: one.event.customerId, type: one.event.type, occurred_at: one.event.at, ingested_at: now, source: one.source, event_id: one.event.eventId, properties: JSON.stringify(one.event.properties), note: null })),
	);
	await noteLateRows(tx, 'event', fresh.map(({ event, source, via }) => ({ customer_id: event.customerId, occurred_at: event.at, source, event_id: event.eventId, via })));
	if (!backfill) {
		const reactions = await reactToEvents(tx, fresh.map((one) => one.event), customers, now);
		reactions.forEach((reaction, place) => {
			const answer = answers[fresh[place].index];
			if (answer.ok) Object.assign(answer, { entered: reaction.entered, exited: reaction.exited, refused: reaction.refused });
		});
	}
	return answers;
}

interface Candidate {
	index: number;
	source: string;
	bodyHash: string;
	event: StoredEvent;
	/** Who the identity that led to the customer belonged to before a merge. */
	via: number | undefined;
}

/** The id of an event without one is a hash of what it says, so that the same statement twice is one event. */
function candidate(item: EventInput, index: number, customerId: number, via: number | undefined): Candidate {
	const body = canonicalJson({ type: item.type, at: item.occurredAt, properties: item.properties, who: identitiesOf(item.ref) });
	const eventId = item.eventId ?? `hash:${hashOf(body)}`;
	return { index, via, source: item.source, bodyHash: hashOf(body), event: { customerId, type: item.type, at: item.occurredAt, properties: item.properties, eventId } };
}

/**
 * Keeps the candidates that were never seen before, in their order. The same id with another content is logged as a
 * conflict (J24) and, like a duplicate, changes nothing.
 */
async function newOnly(tx: Tx, candidates: readonly Candidate[], now: number, tell: (one: Candidate, result: 'duplicate' | 'conflict') => void): Promise<Candidate[]> {
	const nameOf = (source: string, eventId: string) => `${source}\u0000${eventId}`;
	const first = new Map<string, Candidate>();
	for (const one of candidates) {
		const name = nameOf(one.source, one.event.eventId);
		if (!first.has(name)) first.set(name, one);
	}
	const seen = (one: Candidate) => ({ source: one.source, event_id: one.event.eventId, body_hash: one.bodyHash, at: now });
	const inserted = new Set((await tx.each(eventPlans.see, [...first.values()].map(seen))).map((row) => nameOf(row.source, row.event_id)));
	const old = [...first.entries()].filter(([name]) => !inserted.has(name)).map(([, one]) => ({ source: one.source, event_id: one.event.eventId }));
	const bodies = new Map((await tx.each(eventPlans.seen, old)).map((row) => [nameOf(row.source, row.event_id), row.body_hash]));
	const conflicts: Candidate[] = [];
	const fresh = candidates.filter((one) => {
		const name = nameOf(one.source, one.event.eventId);
		if (inserted.has(name) && first.get(name) === one) return true;
		const same = (bodies.get(name) ?? first.get(name)?.bodyHash) === one.bodyHash;
		if (!same) conflicts.push(one);
		tell(one, same ? 'duplicate' : 'conflict');
		return false;
	});
	await tx.each(eventPlans.conflict, conflicts.map(seen));
	return fresh;
}
