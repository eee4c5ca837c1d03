import { noteLateRows } from '../customers/merge/lateRows';
import { reactToEvents } from '../journeys/onEvents';
import { noReaction, type Reaction } from '../journeys/react';
import { leadsHear } from '../scoring/rescore';
import type { CustomerRow } from '../store/plans/customerPlans';
import { eventPlans } from '../store/plans/ingestPlans';
import type { Tx } from '../store/port';

/** An event that the store makes itself, e.g. of an order that was recorded. */
export interface OwnEvent {
	/** Index of the input it came from. */
	index: number;
	/** Among the events of one input, lower comes first. */
	order: number;
	customerId: number;
	/** Who the identity that led to the customer belonged to before a merge. */
	via?: number;
	source: string;
	eventId: string;
	type: string;
	/** UTC milliseconds */
	at: number;
	properties: Record<string, unknown>;
}

/**
 * Stores events of the store's own making and lets the journeys react, unless it is history that is filled in. Nothing is
 * written about an erased customer.
 * @returns a reaction per event
 */
export async function tellEvents(tx: Tx, events: readonly OwnEvent[], customers: ReadonlyMap<number, CustomerRow>, now: number, backfill: boolean): Promise<Reaction[]> {
	const told = backfill ? [] : events.filter((event) => customers.get(event.customerId)?.erased_at === null);
	tx.send(
		eventPlans.insert,
		told.map((event) => ({ customer_id: event.customerId, type: event.type, occurred_at: event.at, ingested_at: now, source: event.source, event_id: event.eventId, properties: JSON.stringify(event.properties), note: null })),
	);
	await noteLateRows(tx, 'event', told.map((event) => ({ customer_id: event.customerId, occurred_at: event.at, source: event.source, event_id: event.eventId, via: event.via })));
	// Journeys take what is dated ahead, by a clock that is, as happening now: an entry to come would see no exit before it, a wait no end.
	const heard = told.map((event) => (event.at > now ? { ...event, at: now } : event));
	const reactions = new Map<OwnEvent, Reaction>();
	(await reactToEvents(tx, heard, customers, now)).forEach((reaction, place) => reactions.set(told[place], reaction));
	await storeCrossings(tx, await leadsHear(tx, heard, customers, now), told.map((event) => reactions.get(event) as Reaction), customers, now);
	return events.map((event) => reactions.get(event) ?? noReaction());
}

/**
 * Stores what events made of leads' scores; whoever starts a journey by it entered because of the event that caused it.
 * @param causes the reactions to those events, extended in place
 */
export async function storeCrossings(tx: Tx, crossings: readonly OwnEvent[], causes: readonly Reaction[], customers: ReadonlyMap<number, CustomerRow>, now: number): Promise<void> {
	if (crossings.length === 0) return;
	(await tellEvents(tx, crossings, customers, now, false)).forEach((reaction, place) => {
		const cause = causes[crossings[place].index];
		for (const part of ['entered', 'exited', 'refused', 'late'] as const) (cause[part] as unknown[]).push(...reaction[part]);
	});
}
