import { toAmountE4 } from '../core/money';
import { CONTROL } from '../experiments/assign';
import { valueAt } from './conditions';
import { ruleMatches, type JourneyEvent } from './rules';
import type { JourneySettings } from './settings';
import type { Enrolment } from './slice';

/** Events by which an order, and what was reached with it, is taken back. */
const GIVEN_BACK: ReadonlySet<string> = new Set(['order_refunded', 'order_cancelled']);

type Goal = NonNullable<JourneySettings['goal']>;

/** Whether an event may change what the goal of an enrolment is: then it is counted anew from the history. */
export function touchesGoal(goal: Goal | undefined, enrolment: Enrolment, event: JourneyEvent): boolean {
	if (!goal) return false;
	if (GIVEN_BACK.has(event.type) && enrolment.goal_ref !== null && refOf(event) === enrolment.goal_ref) return true;
	if (event.at < startOf(enrolment) || !ruleMatches(goal.rule, event, enrolment.entryEvent?.properties)) return false;
	return enrolment.goal_at === null || event.at < enrolment.goal_at;
}

/**
 * The goal of an enrolment, from the ordered history and not by adding up, so that the order in which events come in does
 * not matter (journeys.md sections 4 and 5, J18, J22): the first event inside the window that fits and whose order was
 * not given back as a whole. It counts once per enrolment, also after the exit and in the control group.
 * @param events of the customer since the entry, by event time, then by arrival
 * @param messages instants at which this enrolment's messages left, UTC milliseconds
 */
export function countGoal(goal: Goal, enrolment: Enrolment, events: readonly JourneyEvent[], messages: readonly number[]): void {
	let reversed: { ref: string; at: number } | undefined;
	for (const event of events) {
		if (!ruleMatches(goal.rule, event, enrolment.entryEvent?.properties) || !inWindow(goal, enrolment, event.at, messages)) continue;
		const ref = refOf(event);
		const back = ref === undefined ? NOTHING_BACK : givenBack(ref, event, events);
		if (ref !== undefined && back.wholeAt !== undefined) {
			reversed ??= { ref, at: back.wholeAt };
			continue;
		}
		const value = goal.valueField ? toAmountE4(valueAt(event.properties, goal.valueField)) : undefined;
		const currency = valueAt(event.properties, 'currency');
		return set(enrolment, {
			goal_at: event.at,
			goal_event_id: event.eventId,
			goal_value_e4: value === undefined ? null : Math.max(0, value - back.amountE4),
			goal_currency: typeof currency === 'string' ? currency : null,
			goal_ref: ref ?? null,
			goal_refunded_e4: back.amountE4 === 0 ? null : back.amountE4,
			goal_reversed_at: reversed?.at ?? null,
		});
	}
	set(enrolment, { goal_at: null, goal_event_id: null, goal_value_e4: null, goal_currency: null, goal_ref: reversed?.ref ?? null, goal_refunded_e4: null, goal_reversed_at: reversed?.at ?? null });
}

/** The first instant at which an event may count for the enrolment. */
export function startOf(enrolment: Enrolment): number {
	return enrolment.entryEvent ? Math.min(Date.parse(enrolment.entryEvent.at), enrolment.entered_at) : enrolment.entered_at;
}

function inWindow(goal: Goal, enrolment: Enrolment, at: number, messages: readonly number[]): boolean {
	if (at < startOf(enrolment)) return false;
	// The control group gets no messages: its window can only begin with the entry.
	if (goal.from === 'entry' || enrolment.variant === CONTROL) return at <= enrolment.entered_at + goal.windowMs;
	return messages.some((sentAt) => sentAt <= at && at <= sentAt + goal.windowMs);
}

const NOTHING_BACK = { amountE4: 0, wholeAt: undefined };

/** What was given back of an order, whenever it came in. Without an amount it is all of it. */
function givenBack(ref: string, bought: JourneyEvent, events: readonly JourneyEvent[]): { amountE4: number; wholeAt: number | undefined } {
	let amountE4 = 0;
	for (const event of events) {
		if (!GIVEN_BACK.has(event.type) || refOf(event) !== ref) continue;
		const amount = event.type === 'order_cancelled' ? undefined : toAmountE4(valueAt(event.properties, 'amount'));
		if (amount === undefined) return { amountE4, wholeAt: event.at };
		amountE4 += amount;
		const total = toAmountE4(valueAt(event.properties, 'total')) ?? toAmountE4(valueAt(bought.properties, 'total'));
		if (total !== undefined && amountE4 >= total) return { amountE4, wholeAt: event.at };
	}
	return { amountE4, wholeAt: undefined };
}

function refOf(event: JourneyEvent): string | undefined {
	const ref = valueAt(event.properties, 'order_id');
	return typeof ref === 'string' || typeof ref === 'number' ? String(ref).slice(0, 255) : undefined;
}

type GoalColumns = Pick<Enrolment, 'goal_at' | 'goal_event_id' | 'goal_value_e4' | 'goal_currency' | 'goal_ref' | 'goal_refunded_e4' | 'goal_reversed_at'>;

function set(enrolment: Enrolment, goal: GoalColumns): void {
	const columns = Object.keys(goal) as (keyof GoalColumns)[];
	if (columns.every((column) => enrolment[column] === goal[column])) return;
	Object.assign(enrolment, goal);
	enrolment.dirty = true;
}
