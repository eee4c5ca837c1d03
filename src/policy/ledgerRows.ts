import type { CountedTouch, DecisionRow } from '../store/plans/policyPlans';
import type { Pending, Touch, TouchState } from './facts';
import { pendingOf } from './pending';
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
export function pendingOfRow(row: DecisionRow): Pending {
	const request = JSON.parse(row.request) as ContactRequest;
	return { ...pendingOf(request, { untilMs: row.until_at ?? 0, createdAtMs: row.asked_at, channel: row.channel }), key: row.idem_key, journey: row.journey_key };
}

/** A message of the ledger. */
export function touchOf(row: CountedTouch): Touch {
	return {
		key: row.idem_key,
		ts: row.ts,
		state: row.state as TouchState,
		expiresAt: row.expires_at,
		bounced: row.result_note === 'bounced',
		priority: row.priority,
		channel: row.channel,
		category: row.category,
		tags: listOf(row.tags),
		class: row.class as Touch['class'],
		journey: row.journey_key,
		exempt: listOf(row.exempt),
		counts: row.counts === null ? null : row.counts === 1,
		enrolment: row.enrolment,
		step: row.step_key,
		visit: row.visit,
	};
}

/** Most messages have no tags and no exemptions. */
const listOf = (json: string): string[] => (json === '[]' ? [] : (JSON.parse(json) as string[]));

/** Each customer's messages in the order of time, as the ledger is counted: the index mostly gives them so already. */
export function touchesOf(rows: readonly CountedTouch[]): Map<number, Touch[]> {
	const byCustomer = new Map<number, CountedTouch[]>();
	for (const row of rows) {
		const own = byCustomer.get(row.customer_id);
		if (own) own.push(row);
		else byCustomer.set(row.customer_id, [row]);
	}
	return new Map([...byCustomer].map(([id, own]) => [id, inOrder(own).map(touchOf)]));
}

function inOrder(rows: CountedTouch[]): CountedTouch[] {
	const ascending = rows.every((row, place) => place === 0 || byTime(rows[place - 1], row) < 0);
	return ascending ? rows : rows.sort(byTime);
}

const byTime = (a: CountedTouch, b: CountedTouch) => a.ts - b.ts || a.seq - b.seq;
