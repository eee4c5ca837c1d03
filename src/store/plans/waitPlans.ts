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

const WAIT_COLUMNS: readonly (keyof WaitRow)[] = ['step_id', 'due_at', 'enrolment_id', 'visit', 'customer_id', 'parked_at', 'spec', 'item'];

/** As a batch keeps them: what most wait for is written down once. */
const KEPT_COLUMNS = (common: string) => WAIT_COLUMNS.map((column): [string, string] => [column, column === 'spec' ? `NULLIF(spec, ${common})` : column]);
const DUE = 'WHERE step_id = :step_id AND due_at <= :now ORDER BY due_at, enrolment_id, visit';
const FIRST_SPEC = `SELECT spec FROM wait ${DUE} LIMIT 1`;

interface NewBatch {
	step_id: number;
	now: number;
	limit: number;
	lease_until: number;
}

interface MovedBatch {
	id: number;
	size: number;
	/** of its items as they are kept, in bytes or nearly so */
	length: number;
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
	/**
	 * Moves due rows out of a lane, oldest first, into a batch that is offered for the first time, without their passing
	 * through this process; gives nothing back where nobody is due. In PostgreSQL rows another worker holds are skipped;
	 * in SQLite they are deleted afterwards, the same ones, for it holds the whole file.
	 */
	moveDue: per<NewBatch, MovedBatch>({
		sqlite: `INSERT INTO release_batch (step_id, epoch, state, lease_until, attempts, created_at, size, failures, expiries, spec, items)
			SELECT :step_id, 1, 'offered', :lease_until, 1, :now, COUNT(*), 0, 0, (${FIRST_SPEC}), json_group_array(json_object(${KEPT_COLUMNS(`(${FIRST_SPEC})`).map(([column, value]) => `'${column}', ${value}`).join(', ')}))
			FROM (SELECT * FROM wait ${DUE} LIMIT :limit) HAVING COUNT(*) > 0 RETURNING id, size, length(items) AS length`,
		sqliteThen: `DELETE FROM wait WHERE (step_id, due_at, enrolment_id, visit) IN (SELECT step_id, due_at, enrolment_id, visit FROM wait ${DUE} LIMIT :limit)`,
		postgres: `WITH moved AS (DELETE FROM wait WHERE ctid = ANY(ARRAY(SELECT ctid FROM wait ${DUE} LIMIT :limit FOR UPDATE SKIP LOCKED)) RETURNING ${WAIT_COLUMNS.join(', ')})
			INSERT INTO release_batch (step_id, epoch, state, lease_until, attempts, created_at, size, failures, expiries, spec, items)
			SELECT :step_id, 1, 'offered', :lease_until, 1, :now, COUNT(*), 0, 0, (SELECT spec FROM moved LIMIT 1),
				array_agg(ROW(${KEPT_COLUMNS('(SELECT spec FROM moved LIMIT 1)').map(([, value]) => value).join(', ')})::released_wait ORDER BY due_at, enrolment_id, visit) FROM moved HAVING COUNT(*) > 0 RETURNING id, size, pg_column_size(items) AS length`,
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
