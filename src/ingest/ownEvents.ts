import type { Reaction } from '../journeys/react';
import { segmentsChanged } from '../segments/changed';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { tellEvents, type OwnEvent } from './tellEvents';

export type { OwnEvent };

/**
 * Stores events of the store's own making and lets the journeys react, unless it is history that is filled in; then looks
 * which segments the customers of these events came into or left by what they tell of.
 * @returns a reaction per event
 */
export async function storeOwnEvents(tx: Tx, events: readonly OwnEvent[], customers: ReadonlyMap<number, CustomerRow>, now: number, backfill: boolean): Promise<Reaction[]> {
	const reactions = await tellEvents(tx, events, customers, now, backfill);
	await segmentsChanged(tx, events.map(({ customerId }) => customerId), now, backfill);
	return reactions;
}
