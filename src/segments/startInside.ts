import { loadCustomers, lockCustomers } from '../customers/locking';
import { admit } from '../journeys/admit';
import { liveJourneys } from '../journeys/liveJourneys';
import { SEGMENT_ENTERED } from '../journeys/ownEventTypes';
import { noReaction, type Reaction } from '../journeys/react';
import type { JourneyEvent } from '../journeys/rules';
import { Scene } from '../journeys/scene';
import { memberPlans, startPlans } from '../store/plans/memberPlans';
import { write } from '../store/port';
import { segmentOfEntry } from './entrySegment';

const PAGE = 500;
/** A limit of entries an hour is looked at again after this long. */
const PACE_MS = 60_000;

export interface StartedInside {
	entered: number;
	more: boolean;
	/** when to go on, UTC milliseconds; null: done, or nothing was asked for */
	nextAt: number | null;
}

/**
 * Lets those who were in the segment already enter a journey that asks for it, a page at a time, by the same rules as those who
 * come into it: audience, re-entry, entries an hour. Over its hourly limit the others come later. It is told by no event: they
 * did not come in now.
 */
export const startInside = write(async (tx, { journeyKey, limit = PAGE }: { journeyKey: string; limit?: number }): Promise<StartedInside> => {
	const start = await tx.first(startPlans.ofJourney, { journey_key: journeyKey });
	if (!start || start.done === 1) return { entered: 0, more: false, nextAt: null };
	const watch = await tx.first(memberPlans.watch, { name: start.definition });
	const ids = (await tx.all(memberPlans.after, { name: start.definition, after: start.after_id, limit: Math.min(limit, PAGE) })).map(({ customer_id }) => customer_id);
	if (ids.length === 0) {
		// Whoever is found while the segment is filled comes later.
		if (watch?.filled === 1) await tx.run(startPlans.move, { ...start, done: 1, from: start.after_id });
		return { entered: 0, more: false, nextAt: watch?.filled === 1 ? null : (await tx.glance()) + 1_000 };
	}
	await lockCustomers(tx, ids);
	const now = await tx.now();
	const journeys = await liveJourneys(tx, now);
	const journey = journeys.find(({ settings }) => settings.key === journeyKey);
	if (!journey?.on || segmentOfEntry(journey.settings.entry) !== start.definition) return { entered: 0, more: false, nextAt: null };
	const customers = await loadCustomers(tx, ids);
	// Whoever left while the locks were waited for is not inside any more.
	const still = new Set((await tx.all(memberPlans.ofCustomers, { name: start.definition, ids })).map(({ customer_id }) => customer_id));
	const scene = await Scene.load(tx, ids, journeys, [journey], now);
	const reactions: { customerId: number; reaction: Reaction }[] = [];
	let reached = start.after_id;
	let paced = false;
	for (const id of ids) {
		const customer = customers.get(id);
		if (scene.limits.isFull(journey)) {
			paced = true;
			break;
		}
		reached = id;
		if (!customer || customer.erased_at !== null || !still.has(id)) continue;
		const reaction = noReaction();
		const event: JourneyEvent = { type: SEGMENT_ENTERED, at: now, eventId: `inside/${id}/${start.asked_at}/${start.definition}`.slice(0, 255), properties: { segment: start.definition, already_inside: true } };
		admit(scene, journey, scene.subject(customer), event, reaction);
		reactions.push({ customerId: id, reaction });
	}
	if ((await tx.run(startPlans.move, { journey_key: journeyKey, asked_at: start.asked_at, after_id: reached, done: 0, from: start.after_id })) === 0) return { entered: 0, more: true, nextAt: now };
	await scene.save(reactions);
	return { entered: reactions.filter(({ reaction }) => reaction.entered.length > 0).length, more: !paced, nextAt: paced ? now + PACE_MS : now };
});
