/**
 * Tables whose rows follow their customer through a merge and back, with the column that tells a row. What needs more care
 * has statements of its own: identities, waits and enrolments below, assignments in `uniteAssignments`.
 */
export const FOLLOWS: Readonly<Record<string, string>> = {
	event: 'seq', orders: 'id', note: 'seq', task: 'id', subscription: 'id', touch: 'seq', decision: 'idem_key', decision_history: 'seq', exposure: 'seq', refusal_log: 'seq', consent: 'seq', offer: 'id', coupon: 'id',
};

/** Rows that are of an enrolment rather than of a customer go where it goes. */
export const FOLLOWS_ENROLMENT = ['wait', 'dead_letter'] as const;
