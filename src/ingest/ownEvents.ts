import { reactToEvents } from '../journeys/onEvents';
import type { Reaction } from '../journeys/react';
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
	source: string;
	eventId: string;
	type: string;
	/** UTC milliseconds */
	at: number;
	properties: Record<string, unknown>;
}

/** Stores events of the store's own making and lets the journeys react, unless it is history that is filled in. */
export async function storeOwnEvents(tx: Tx, events: readonly OwnEvent[], customers: ReadonlyMap<number, CustomerRow>, now: number, backfill: boolean): Promise<Reaction[]> {
	if (backfill) return events.map(() => ({ entered: [], exited: [], refused: [], ended: [] }));
	await tx.each(
		eventPlans.insert,
		events.map((event) => ({ customer_id: event.customerId, type: event.type, occurred_at: event.at, ingested_at: now, source: event.source, event_id: event.eventId, properties: JSON.stringify(event.properties), note: null })),
	);
	return reactToEvents(tx, events, customers, now);
}
