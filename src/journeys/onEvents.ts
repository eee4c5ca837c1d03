import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { liveJourneys } from './liveJourneys';
import { noReaction, react, type Reaction } from './react';
import type { JourneyEvent } from './rules';
import { Scene } from './scene';

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
	const journeys = await liveJourneys(tx, nowMs);
	if (journeys.length === 0 || events.length === 0) return events.map(noReaction);
	const types = new Set(events.map((event) => event.type));
	const wanted = journeys.filter(({ settings }) => types.has(settings.entry.eventType));
	const scene = await Scene.load(tx, events.map((event) => event.customerId), journeys, wanted, nowMs);
	const reactions = events.map((event) => {
		const customer = customers.get(event.customerId);
		return { customerId: event.customerId, reaction: !customer || customer.erased_at !== null ? noReaction() : react(scene, scene.subject(customer), event) };
	});
	await scene.save(reactions);
	return reactions.map(({ reaction }) => reaction);
}
