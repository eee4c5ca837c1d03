import { both, insertMany, per, takeMany } from '../plan';

export interface WaitRow {
	step_id: number;
	due_at: number;
	enrolment_id: number;
	visit: number;
	customer_id: number;
	parked_at: number;
	/** JSON of WaitSpec */
	spec: string;
	/** JSON of the item's own fields */
	item: string;
}

export type WaitKey = Pick<WaitRow, 'step_id' | 'due_at' | 'enrolment_id' | 'visit'>;

export const waitPlans = {
	insert: insertMany<WaitRow>('wait', { step_id: 'bigint', due_at: 'bigint', enrolment_id: 'bigint', visit: 'bigint', customer_id: 'bigint', parked_at: 'bigint', spec: 'text', item: 'text' }),
	/** Whoever takes a wait out of its lane decides about it: a timer, an event, an edit. */
	take: takeMany<WaitKey>('wait', { step_id: 'bigint', due_at: 'bigint', enrolment_id: 'bigint', visit: 'bigint' }),
	ofCustomers: per<{ ids: number[] }, WaitRow>({
		sqlite: 'SELECT w.* FROM json_each(:ids) j CROSS JOIN wait w ON w.customer_id = j.value',
		postgres: 'SELECT * FROM wait WHERE customer_id = ANY(:ids::bigint[]) ORDER BY step_id, due_at, enrolment_id, visit',
	}),
	ofEnrolments: per<{ ids: number[] }, WaitRow>({
		sqlite: 'SELECT w.* FROM json_each(:ids) j CROSS JOIN wait w ON w.enrolment_id = j.value',
		postgres: 'SELECT * FROM wait WHERE enrolment_id = ANY(:ids::bigint[]) ORDER BY step_id, due_at, enrolment_id, visit',
	}),
	/** Takes due rows out of a lane, oldest first. In PostgreSQL rows another worker holds are skipped. */
	takeDue: per<{ step_id: number; now: number; limit: number }, WaitRow>({
		sqlite: `DELETE FROM wait WHERE (step_id, due_at, enrolment_id, visit) IN (
			SELECT step_id, due_at, enrolment_id, visit FROM wait WHERE step_id = :step_id AND due_at <= :now ORDER BY due_at, enrolment_id, visit LIMIT :limit) RETURNING *`,
		postgres: `DELETE FROM wait WHERE ctid = ANY(ARRAY(SELECT ctid FROM wait WHERE step_id = :step_id AND due_at <= :now ORDER BY due_at, enrolment_id, visit LIMIT :limit FOR UPDATE SKIP LOCKED)) RETURNING *`,
	}),
	/** Over all lanes: one look at the front of each lane's waits, and at the few batches there are. */
	nextDueAfter: both<{ after: number }, { at: number | null }>(
		`SELECT MIN(at) AS at FROM (
			SELECT (SELECT due_at FROM wait w WHERE w.step_id = s.id AND w.due_at > :after ORDER BY w.due_at LIMIT 1) AS at FROM journey_step s
			UNION ALL
			SELECT lease_until FROM release_batch WHERE lease_until > :after
			UNION ALL
			SELECT probe_at FROM journey_step WHERE probe_at > :after) AS next_instants`,
	),
	countByStep: both<object, { step_id: number; waiting: number; next_due_at: number; last_due_at: number }>(
		'SELECT step_id, COUNT(*) AS waiting, MIN(due_at) AS next_due_at, MAX(due_at) AS last_due_at FROM wait GROUP BY step_id',
	),
};
