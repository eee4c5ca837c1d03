import type { ConsentDbRow, CustomerRow } from '../store/plans/customerPlans';
import { admit } from './admit';
import { endWaits, noteLate } from './endWaits';
import { touchesGoal } from './goals';
import { ruleMatches, type JourneyEvent } from './rules';
import type { Scene } from './scene';
import type { JourneySettings } from './settings';
import { OPEN, type Enrolment } from './slice';

/** A journey as reactions need it. `on: false`: entries are refused, exits and goals still act (journeys.md section 6). */
export interface LiveJourney {
	settings: JourneySettings;
	version: number;
	on: boolean;
}

/** A customer with what the rules of entry look at. */
export interface Subject {
	customer: CustomerRow;
	consents: readonly ConsentDbRow[];
	/** IANA */
	zone: string;
}

export interface Reaction {
	entered: string[];
	exited: string[];
	refused: { journey: string; reason: string }[];
	/** Journeys in which the event came after the time that was waited for it (J20). */
	late: string[];
	/** Enrolments whose held messages must be cancelled. */
	ended: Enrolment[];
}

export const noReaction = (): Reaction => ({ entered: [], exited: [], refused: [], late: [], ended: [] });

/**
 * What one event of one customer does to all journeys: goals are noted, exits act, waits end, and the customer may enter.
 * Changes the scene in memory; nothing is written here. The order is exit before entry, so that an order which empties
 * one cart and an entry for the next one do not disturb each other.
 */
export function react(scene: Scene, subject: Subject, event: JourneyEvent): Reaction {
	const { slice, nowMs } = scene;
	const reaction = noReaction();
	for (const journey of scene.journeys) {
		const { settings } = journey;
		for (const enrolment of slice.of(subject.customer.id, settings.key)) {
			if (touchesGoal(settings.goal, enrolment, event)) enrolment.goalTouched = true;
			if (!mayLeave(enrolment)) continue;
			// Noted before the exit that the same event may be.
			if (event.at >= nowMs - settings.maxTriggerAgeMs && noteLate(slice, enrolment, event)) reaction.late.push(settings.key);
			if (exits(settings, enrolment, event)) {
				slice.end(enrolment, 'exited', `event:${event.type}`, nowMs);
				reaction.exited.push(settings.key);
				reaction.ended.push(enrolment);
			} else endWaits(slice.waitsOf(enrolment), event, nowMs);
		}
		const entry = startsWith(settings, event) ? readied(scene, settings, subject, event) : undefined;
		if (entry) admit(scene, journey, subject, entry, reaction);
	}
	return reaction;
}

/** A failed enrolment could be put back on the journey: what takes a customer out keeps them out (J52). */
function mayLeave(enrolment: Enrolment): boolean {
	return OPEN.has(enrolment.status) || enrolment.status === 'failed';
}

export function startsWith(settings: JourneySettings, event: JourneyEvent): boolean {
	return settings.entry.date === undefined && ruleMatches({ eventType: settings.entry.eventType, filter: settings.entry.filter }, event, undefined);
}

/** The event with why it makes the customer ready, where the journey asks for that; undefined: it does not. */
function readied(scene: Scene, { entry }: JourneySettings, { customer }: Subject, event: JourneyEvent): JourneyEvent | undefined {
	if (!entry.ready) return event;
	const ready = scene.readiness.readyBy(entry.ready, customer.id, event);
	return ready && { ...event, properties: { ...event.properties, ready } };
}

function exits(settings: JourneySettings, enrolment: Enrolment, event: JourneyEvent): boolean {
	const enteredWith = enrolment.entryEvent ? Date.parse(enrolment.entryEvent.at) : enrolment.entered_at;
	return settings.exits.some(
		(rule) => ruleMatches(rule, event, enrolment.entryEvent?.properties) && (rule.correlate !== undefined || event.at >= enteredWith),
	);
}
