import { cancelEnrolmentMessages } from '../policy/withdraw';
import { consentPlans, type CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { customerZone } from './customerZone';
import { liveJourneys } from './liveJourneys';
import { react, type Reaction } from './react';
import type { JourneyEvent } from './rules';
import { JourneySlice } from './slice';

/** An event that was just stored, with its customer (locked by the caller). */
export interface StoredEvent extends JourneyEvent {
	customerId: number;
}

/**
 * Lets all journeys react to events, in order, in the transaction that stored them (store.md, Ingest): entries, exits,
 * goals, ended waits and cancelled messages stand or fall with the events.
 * @returns a reaction per event
 */
export async function reactToEvents(tx: Tx, events: readonly StoredEvent[], customers: ReadonlyMap<number, CustomerRow>, nowMs: number): Promise<Reaction[]> {
	const nothing = () => ({ entered: [], exited: [], refused: [], ended: [] });
	const journeys = await liveJourneys(tx, nowMs);
	if (journeys.length === 0 || events.length === 0) return events.map(nothing);
	const ids = [...new Set(events.map((event) => event.customerId))];
	const slice = await JourneySlice.load(tx, ids);
	const needsConsent = journeys.some((journey) => journey.settings.audience.consentChannel);
	const consents = needsConsent ? await tx.all(consentPlans.ofMany, { ids }) : [];
	const storeZone = (await readMeta(tx, 'zone')) ?? 'UTC';
	const reactions = events.map((event) => {
		const customer = customers.get(event.customerId);
		if (!customer || customer.erased_at !== null) return nothing();
		const own = consents.filter((row) => row.customer_id === customer.id);
		return react(slice, journeys, customer, own, event, customerZone(customer, storeZone), nowMs);
	});
	await slice.save(nowMs);
	await cancelEnrolmentMessages(tx, reactions.flatMap((reaction) => reaction.ended.map(({ id }) => id)), nowMs);
	return reactions;
}
