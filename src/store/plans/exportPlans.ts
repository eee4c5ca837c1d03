import { both, per } from '../plan';
import type { Row } from '../port';

/** Tables whose rows of a customer an export holds, with the name of their part of the document. */
export const EXPORTED: Readonly<Record<string, string>> = {
	identity: 'identities', consent: 'consents', orders: 'orders', event: 'events', subscription: 'subscriptions', note: 'notes', task: 'tasks', enrolment: 'journeys', wait: 'waiting', dead_letter: 'failed',
	refusal_log: 'notEntered', touch: 'messages', decision: 'decisions', decision_history: 'earlierAnswers', assignment: 'experiments', exposure: 'withheldByExperiments', offer: 'offers', coupon: 'coupons', feature: 'figures', lead: 'leadScores', segment_member: 'segments',
};

/** In no order: a database that sorts by the table's own key may read all of it. */
export const exportRows: Readonly<Record<string, ReturnType<typeof rowsOf>>> = Object.fromEntries(Object.keys(EXPORTED).map((table) => [table, rowsOf(table)]));

function rowsOf(table: string) {
	return per<{ ids: number[] }, Row>({
		sqlite: `SELECT t.* FROM json_each(:ids) j CROSS JOIN ${table} t ON t.customer_id = j.value`,
		postgres: `SELECT * FROM ${table} WHERE customer_id = ANY(:ids::bigint[])`,
	});
}

export const exportPlans = {
	results: both<{ customer_id: number }, Row & { touch_seq: number }>('SELECT r.* FROM touch t JOIN touch_result r ON r.touch_seq = t.seq WHERE t.customer_id = :customer_id ORDER BY r.at, r.seq'),
};
