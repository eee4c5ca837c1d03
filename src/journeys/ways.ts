import { formatAmountE4 } from '../core/money';
import { enrolmentPlans, refusalPlans } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import type { JourneySlice } from './slice';
import type { WaitOutcome } from './waitRequest';

/** A customer's way through one journey, as `customer` and *Journey > List* show it. Instants are UTC milliseconds. */
export interface JourneyWay {
	journey: string;
	status: string;
	step: string;
	variant: string | null;
	enteredAt: number;
	endedAt: number | null;
	endReason: string | null;
	dueAt: number | null;
	goalAt: number | null;
	goalValue: { amount: string; currency: string | null } | null;
	/** When what the goal was reached with was given back. */
	goalReversedAt: number | null;
	/** Events that were waited for and came when the time was up (J20). */
	lateMatches: { step: string; event: { type: string; at: string; properties: Record<string, unknown> } }[];
}

/** An entry that a journey refused, with the reason. */
export interface RefusedEntry {
	journey: string;
	at: number;
	reason: string;
}

const REFUSALS_SHOWN = 50;

/** @param slice of the customers in question */
export async function waysOf(tx: Tx, slice: JourneySlice, asOf: number): Promise<(JourneyWay & { enrolment: number; customerId: number })[]> {
	const enrolments = slice.enrolments.filter((one) => one.entered_at <= asOf);
	const late = enrolments.length === 0 ? [] : await tx.all(enrolmentPlans.lateMatches, { ids: enrolments.map(({ id }) => id) });
	return enrolments.map((one) => ({
		enrolment: one.id,
		customerId: one.customer_id,
		journey: one.journey_key,
		status: one.status,
		step: one.step_key,
		variant: one.variant,
		enteredAt: one.entered_at,
		endedAt: one.ended_at,
		endReason: one.end_reason,
		dueAt: slice.waitsOf(one)[0]?.dueAt ?? null,
		goalAt: one.goal_at,
		goalValue: one.goal_value_e4 === null ? null : { amount: formatAmountE4(one.goal_value_e4), currency: one.goal_currency },
		goalReversedAt: one.goal_reversed_at,
		lateMatches: late.filter((row) => row.enrolment_id === one.id).map((row) => ({ step: row.step_key, event: (JSON.parse(row.late_match) as Extract<WaitOutcome, { by: 'event' }>).event })),
	}));
}

/** The newest refusals of a customer. */
export async function refusedEntries(tx: Tx, customerId: number): Promise<RefusedEntry[]> {
	return (await tx.all(refusalPlans.ofCustomer, { customer_id: customerId, limit: REFUSALS_SHOWN })).map(({ journey_key, at, reason }) => ({ journey: journey_key, at, reason }));
}
