import { ruleMatches, type JourneyEvent } from './rules';
import type { Enrolment, JourneySlice, Wait } from './slice';
import type { WaitSpec } from './waitSpec';
import type { WaitOutcome } from './waitRequest';

type EventSpec = Extract<WaitSpec, { kind: 'event' }>;

/** An event inside the window ends the wait, or stands as the best so far. */
export function endWaits(waits: readonly Wait[], event: JourneyEvent, nowMs: number): void {
	for (const wait of waits) {
		if (wait.spec.kind !== 'event') continue;
		const spec = matched(wait.spec, event, wait.enrolment.entryEvent?.properties);
		if (!spec) continue;
		wait.spec = spec;
		wait.dueAt = spec.pick === 'best' ? wait.dueAt : nowMs;
		wait.changed = true;
	}
}

/**
 * What a wait becomes by an event; undefined when the event changes nothing. Of several events the one that happened
 * first decides, then the one stored first; of several branches that one event fits, the first (J12). A wait that holds
 * for the best branch takes a higher one instead of a lower one.
 */
export function matched(spec: EventSpec, event: JourneyEvent, entryProperties: Record<string, unknown> | undefined): EventSpec | undefined {
	if (event.at < spec.since || event.at >= spec.deadline) return undefined;
	const branch = spec.events.findIndex((rule) => ruleMatches(rule, event, entryProperties));
	if (branch < 0) return undefined;
	if (spec.matchedAt !== undefined) {
		const before = spec.outcome.by === 'event' ? spec.outcome.branch : Number.POSITIVE_INFINITY;
		const better = spec.pick === 'best' ? branch < before || (branch === before && event.at < spec.matchedAt) : event.at < spec.matchedAt;
		if (!better) return undefined;
	}
	return { ...spec, matchedAt: event.at, outcome: byEvent(branch, event) };
}

function byEvent(branch: number, event: JourneyEvent): WaitOutcome {
	return { by: 'event', branch, event: { type: event.type, at: new Date(event.at).toISOString(), properties: event.properties } };
}

/**
 * An event that would have ended a wait whose time is up already is noted there; the branch is not taken again (journeys.md
 * section 3, J20). @returns whether it was noted
 */
export function noteLate(slice: JourneySlice, enrolment: Enrolment, event: JourneyEvent): boolean {
	let noted = false;
	for (const listened of slice.listenedOf(enrolment)) {
		if (listened.late || event.at < listened.since || event.at >= listened.deadline) continue;
		const branch = listened.events.findIndex((rule) => ruleMatches(rule, event, enrolment.entryEvent?.properties));
		if (branch < 0) continue;
		listened.late = byEvent(branch, event);
		noted = true;
	}
	return noted;
}
