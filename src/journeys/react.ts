import type { ConsentDbRow, CustomerRow } from '../store/plans/customerPlans';
import { toAmountE4 } from '../core/money';
import { valueAt } from './conditions';
import { dueAt } from './dueAt';
import { judgeEntry } from './entry';
import { ruleMatches, type JourneyEvent } from './rules';
import type { JourneySettings } from './settings';
import { OPEN, type Enrolment, type JourneySlice, type Wait } from './slice';

/** A journey as reactions need it. `on: false`: entries are refused, exits and goals still act (journeys.md section 6). */
export interface LiveJourney {
	settings: JourneySettings;
	version: number;
	on: boolean;
}

export interface Reaction {
	entered: string[];
	exited: string[];
	refused: { journey: string; reason: string }[];
	/** Enrolments whose held messages must be cancelled. */
	ended: Enrolment[];
}

/**
 * What one event of one customer does to all journeys: goals are noted, exits act, waits end, and the customer may enter.
 * Changes the slice in memory; nothing is written here. The order is exit before entry, so that an order which empties
 * one cart and an entry for the next one do not disturb each other.
 */
export function react(
	slice: JourneySlice,
	journeys: readonly LiveJourney[],
	customer: CustomerRow,
	consents: readonly ConsentDbRow[],
	event: JourneyEvent,
	zone: string,
	nowMs: number,
): Reaction {
	const reaction: Reaction = { entered: [], exited: [], refused: [], ended: [] };
	for (const journey of journeys) {
		const { settings } = journey;
		const enrolments = slice.of(customer.id, settings.key);
		for (const enrolment of enrolments) {
			noteGoal(settings, enrolment, event);
			if (mayLeave(enrolment) && exits(settings, enrolment, event)) {
				slice.end(enrolment, 'exited', `event:${event.type}`, nowMs);
				reaction.exited.push(settings.key);
				reaction.ended.push(enrolment);
			}
		}
		for (const enrolment of enrolments) {
			if (OPEN.has(enrolment.status)) endWaits(slice.waitsOf(enrolment), event, nowMs);
		}
		if (settings.entry.eventType === event.type && startsWith(settings, event)) {
			enter(slice, journey, customer, consents, enrolments, event, zone, nowMs, reaction);
		}
	}
	return reaction;
}

/** A failed enrolment could be put back on the journey: what takes a customer out keeps them out (J52). */
function mayLeave(enrolment: Enrolment): boolean {
	return OPEN.has(enrolment.status) || enrolment.status === 'failed';
}

function startsWith(settings: JourneySettings, event: JourneyEvent): boolean {
	return ruleMatches({ eventType: settings.entry.eventType, filter: settings.entry.filter }, event, undefined);
}

function enter(
	slice: JourneySlice,
	journey: LiveJourney,
	customer: CustomerRow,
	consents: readonly ConsentDbRow[],
	enrolments: readonly Enrolment[],
	event: JourneyEvent,
	zone: string,
	nowMs: number,
	reaction: Reaction,
): void {
	const { settings } = journey;
	const refuse = (reason: string) => reaction.refused.push({ journey: settings.key, reason });
	if (!journey.on) return void refuse('journey_off');
	const verdict = judgeEntry(settings, event, customer, consents, enrolments, zone, nowMs);
	if ('refused' in verdict) return void refuse(verdict.refused);
	if ('refresh' in verdict) return refresh(slice, settings, verdict.refresh, event, zone, nowMs);
	if (verdict.restart) {
		slice.end(verdict.restart, 'exited', 'restarted', nowMs);
		reaction.ended.push(verdict.restart);
	}
	slice.enter(
		{ journey_key: settings.key, journey_version: journey.version, customer_id: customer.id, entry_key: verdict.entryKey, generation: verdict.generation },
		entryEvent(event),
		nowMs,
		nowMs + settings.entry.debounceMs,
	);
	reaction.entered.push(settings.key);
}

/** The newest event wins by event time; a held entry is held again, a wait that restarts on entry starts again (J05). */
function refresh(slice: JourneySlice, settings: JourneySettings, enrolment: Enrolment, event: JourneyEvent, zone: string, nowMs: number): void {
	if (enrolment.entryEvent && Date.parse(enrolment.entryEvent.at) > event.at) return;
	enrolment.entryEvent = entryEvent(event);
	enrolment.dirty = true;
	for (const wait of slice.waitsOf(enrolment)) {
		if (wait.spec.kind === 'entry') move(wait, nowMs + settings.entry.debounceMs);
		else if (wait.spec.kind !== 'policy' && wait.spec.restartsOnEntry && wait.spec.outcome.by === 'time') {
			const due = dueAt(wait.spec.request, nowMs, zone);
			if (wait.spec.kind === 'event') wait.spec = { ...wait.spec, since: nowMs, deadline: due };
			move(wait, due);
		}
	}
}

/** An event inside the window ends the wait; of several, the one that happened first decides the branch. */
function endWaits(waits: readonly Wait[], event: JourneyEvent, nowMs: number): void {
	for (const wait of waits) {
		const { spec } = wait;
		if (spec.kind !== 'event' || event.at < spec.since || event.at >= spec.deadline) continue;
		if (spec.matchedAt !== undefined && spec.matchedAt <= event.at) continue;
		const branch = spec.events.findIndex((rule) => ruleMatches(rule, event, wait.enrolment.entryEvent?.properties));
		if (branch < 0) continue;
		wait.spec = { ...spec, matchedAt: event.at, outcome: { by: 'event', branch, event: entryEvent(event) } };
		move(wait, nowMs);
	}
}

function exits(settings: JourneySettings, enrolment: Enrolment, event: JourneyEvent): boolean {
	const enteredWith = enrolment.entryEvent ? Date.parse(enrolment.entryEvent.at) : enrolment.entered_at;
	return settings.exits.some(
		(rule) => ruleMatches(rule, event, enrolment.entryEvent?.properties) && (rule.correlate !== undefined || event.at >= enteredWith),
	);
}

/** Counted once per enrolment, also after its exit, inside the window from entry (J18). */
function noteGoal(settings: JourneySettings, enrolment: Enrolment, event: JourneyEvent): void {
	const { goal } = settings;
	if (!goal || enrolment.goal_at !== null || !ruleMatches(goal.rule, event, enrolment.entryEvent?.properties)) return;
	const from = enrolment.entryEvent ? Math.min(Date.parse(enrolment.entryEvent.at), enrolment.entered_at) : enrolment.entered_at;
	if (event.at < from || event.at > enrolment.entered_at + goal.windowMs) return;
	enrolment.goal_at = event.at;
	enrolment.goal_event_id = event.eventId;
	enrolment.goal_value_e4 = goal.valueField ? (toAmountE4(valueAt(event.properties, goal.valueField)) ?? null) : null;
	const currency = valueAt(event.properties, 'currency');
	enrolment.goal_currency = typeof currency === 'string' ? currency : null;
	enrolment.dirty = true;
}

function move(wait: Wait, dueAtMs: number): void {
	wait.dueAt = dueAtMs;
	wait.changed = true;
}

function entryEvent(event: JourneyEvent): { type: string; at: string; properties: Record<string, unknown> } {
	return { type: event.type, at: new Date(event.at).toISOString(), properties: event.properties };
}
