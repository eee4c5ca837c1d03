import { both, per } from '../plan';
import type { EnrolmentRow } from './enrolmentPlans';
import type { WaitRow } from './waitPlans';
import type { DecisionRow, PolicyUsedRow } from './policyPlans';

/** What a forecast reads, page by page. */
export const forecastPlans = {
	/** Newest first. */
	enrolmentsBetween: both<{ first: number; before: number; limit: number }, EnrolmentRow>('SELECT * FROM enrolment WHERE id >= :first AND id < :before ORDER BY id DESC LIMIT :limit'),
	enrolmentsSince: both<{ since: number }, { first: number | null; last: number | null }>('SELECT MIN(id) AS first, MAX(id) AS last FROM enrolment WHERE entered_at >= :since'),
	decisionsSince: per<{ ids: number[]; since: number }, DecisionRow>({
		sqlite: 'SELECT d.* FROM json_each(:ids) j CROSS JOIN decision d ON d.customer_id = j.value AND d.decided_at >= :since',
		postgres: 'SELECT * FROM decision WHERE customer_id = ANY(:ids::bigint[]) AND decided_at >= :since',
	}),
	/** Customers who wait, or entered a journey or were asked about lately: three walks along an index each, merged. */
	customersAfter: both<{ after: number; since: number; limit: number }, { id: number }>(
		`SELECT id FROM (
			SELECT id FROM (SELECT DISTINCT customer_id AS id FROM wait WHERE customer_id > :after ORDER BY customer_id LIMIT :limit) AS waiting
			UNION SELECT id FROM (SELECT DISTINCT customer_id AS id FROM enrolment WHERE customer_id > :after AND entered_at >= :since ORDER BY customer_id LIMIT :limit) AS entered
			UNION SELECT id FROM (SELECT DISTINCT customer_id AS id FROM decision WHERE customer_id > :after AND decided_at >= :since ORDER BY customer_id LIMIT :limit) AS asked) AS customers
		ORDER BY id LIMIT :limit`,
	),
	waitsOf: per<{ ids: number[] }, Omit<WaitRow, 'item'>>({
		sqlite: 'SELECT w.step_id, w.due_at, w.enrolment_id, w.visit, w.customer_id, w.parked_at, w.spec FROM json_each(:ids) j CROSS JOIN wait w ON w.customer_id = j.value',
		postgres: 'SELECT step_id, due_at, enrolment_id, visit, customer_id, parked_at, spec FROM wait WHERE customer_id = ANY(:ids::bigint[])',
	}),
	entriesOf: per<{ ids: number[]; since: number }, { id: number; customer_id: number; journey_key: string; entered_at: number; status: string }>({
		sqlite: "SELECT e.id, e.customer_id, e.journey_key, e.entered_at, e.status FROM json_each(:ids) j CROSS JOIN enrolment e ON e.customer_id = j.value AND e.entered_at >= :since",
		postgres: 'SELECT id, customer_id, journey_key, entered_at, status FROM enrolment WHERE customer_id = ANY(:ids::bigint[]) AND entered_at >= :since',
	}),
	firstEntries: both<object, { journey_key: string; entered_at: number }>('SELECT journey_key, MIN(entered_at) AS entered_at FROM enrolment GROUP BY journey_key'),
	policiesUsed: both<object, Pick<PolicyUsedRow, 'version' | 'body' | 'own_rules'>>('SELECT version, body, own_rules FROM policy_used'),
};
