import type { DecisionRow, TouchRow } from '../store/plans/policyPlans';
import type { Pending, Touch, TouchState } from './facts';
import type { ContactRequest } from './request';

/** How rows of the store read as facts of the policy. */

/** One visit of a step of an enrolment, as the store's columns name it. */
export interface Step {
	enrolment: string;
	step_key: string;
	visit: number;
}

export function stepOf({ enrolment, step, visit }: ContactRequest): Step | undefined {
	return enrolment === undefined || step === undefined || visit === undefined ? undefined : { enrolment, step_key: step, visit };
}

export const stepName = (step: Step) => `${step.enrolment}\u0000${step.step_key}\u0000${step.visit}`;

/** A held message. */
export function pendingOf(row: DecisionRow): Pending {
	const request = JSON.parse(row.request) as ContactRequest;
	return {
		key: row.idem_key,
		priority: request.priority,
		untilMs: row.until_at ?? 0,
		createdAtMs: row.asked_at,
		deadlineMs: request.deadline ?? null,
		value: request.value ?? null,
		step: request.step ?? null,
		digest: request.onBlock === 'digest',
		channel: row.channel,
		category: request.category,
		tags: request.tags,
		class: request.class,
		journey: row.journey_key,
		exempt: request.exempt,
		counts: request.counts ?? null,
	};
}

/** A message of the ledger. */
export function touchOf(row: TouchRow): Touch {
	return {
		key: row.idem_key,
		ts: row.ts,
		state: row.state as TouchState,
		expiresAt: row.expires_at,
		bounced: row.result_note === 'bounced',
		priority: row.priority,
		channel: row.channel,
		category: row.category,
		tags: JSON.parse(row.tags) as string[],
		class: row.class as Touch['class'],
		journey: row.journey_key,
		exempt: JSON.parse(row.exempt) as string[],
		counts: row.counts === null ? null : row.counts === 1,
		enrolment: row.enrolment,
		step: row.step_key,
		visit: row.visit,
	};
}
