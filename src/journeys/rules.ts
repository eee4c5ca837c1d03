import { matchesAll, sameValue, valueAt, type JsonObject } from './conditions';
import type { EventRule } from './settings';

/** An event as journeys see it. `at` is its event time, UTC milliseconds. */
export interface JourneyEvent {
	type: string;
	at: number;
	properties: JsonObject;
	eventId: string;
}

/**
 * Whether an event is the one a rule waits for: type, filter, and the same cart (order, product ...) as at the entry.
 * A missing field on either side matches nothing (J13); of a list, such as the products of an order, one that is the same is enough.
 * @param entryProperties properties of the event that the customer entered with
 */
export function ruleMatches(rule: EventRule, event: JourneyEvent, entryProperties: JsonObject | undefined): boolean {
	if (rule.eventType !== event.type || !matchesAll(rule.filter, event.properties)) return false;
	if (!rule.correlate) return true;
	const mine = valueAt(event.properties, rule.correlate.eventField);
	const theirs = valueAt(entryProperties ?? {}, rule.correlate.entryField);
	return listOf(mine).some((one) => !isMissing(one) && listOf(theirs).some((other) => !isMissing(other) && sameValue(one, other)));
}

/** An order has several products: a list is the same as another value when one of it is. */
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

export const isMissing = (value: unknown) => value === undefined || value === null || value === '';
