import { both, per } from '../plan';

export interface BatchRow {
	id: number;
	step_id: number;
	epoch: number;
	state: 'offered' | 'claimed' | 'passed' | 'resting';
	lease_until: number;
	attempts: number;
	retry_at: number | null;
	created_at: number;
	size: number;
	error: string | null;
	/** Runs that failed, also of the batches this one was split from. */
	failures: number;
	/** The step's `successes` at the first and at the latest failure; null while nothing failed. */
	failed_from: number | null;
	failed_after: number | null;
	/** How often in a row its lease ran out before anybody said how the run ended (cutOff.ts). */
	expiries: number;
	/** JSON of WaitRow[] */
	items: string;
}

export const batchPlans = {
	/** A batch whose lease ran out, or whose pause after a failure is over, to be offered again. */
	takeExpired: per<{ step_id: number; now: number }, BatchRow>({
		sqlite: 'SELECT * FROM release_batch WHERE step_id = :step_id AND lease_until <= :now ORDER BY lease_until, id LIMIT 1',
		postgres: 'SELECT * FROM release_batch WHERE step_id = :step_id AND lease_until <= :now ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED',
	}),
	insert: both<Omit<BatchRow, 'id' | 'retry_at'>, { id: number }>(
		`INSERT INTO release_batch (step_id, epoch, state, lease_until, attempts, created_at, size, error, failures, failed_from, failed_after, expiries, items)
		VALUES (:step_id, :epoch, :state, :lease_until, :attempts, :created_at, :size, :error, :failures, :failed_from, :failed_after, :expiries, :items) RETURNING id`,
	),
	get: per<{ id: number }, BatchRow>({
		sqlite: 'SELECT * FROM release_batch WHERE id = :id',
		postgres: 'SELECT * FROM release_batch WHERE id = :id FOR UPDATE',
	}),
	/** Without a lock. `version` tells whether the row is still the same one later. */
	look: per<{ id: number }, BatchRow & { version: string }>({
		sqlite: "SELECT *, '' AS version FROM release_batch WHERE id = :id",
		postgres: 'SELECT *, xmin::text AS version FROM release_batch WHERE id = :id',
	}),
	lock: per<{ id: number }, { version: string }>({
		sqlite: "SELECT '' AS version FROM release_batch WHERE id = :id",
		postgres: 'SELECT xmin::text AS version FROM release_batch WHERE id = :id FOR UPDATE',
	}),
	update: both<Pick<BatchRow, 'id' | 'epoch' | 'state' | 'lease_until' | 'attempts' | 'size' | 'items' | 'error' | 'failures' | 'failed_from' | 'failed_after' | 'expiries'>>(
		`UPDATE release_batch SET epoch = :epoch, state = :state, lease_until = :lease_until, attempts = :attempts, size = :size, items = :items, error = :error,
			failures = :failures, failed_from = :failed_from, failed_after = :failed_after, expiries = :expiries WHERE id = :id`,
	),
	/** Claimed: `size` is who is left to go on. */
	claim: both<{ id: number; epoch: number; state: string; lease_until: number; size: number }>(
		'UPDATE release_batch SET state = :state, lease_until = :lease_until, size = :size WHERE id = :id AND epoch = :epoch',
	),
	setPassed: both<{ id: number; epoch: number }>("UPDATE release_batch SET state = 'passed' WHERE id = :id AND epoch = :epoch"),
	renew: both<{ id: number; epoch: number; lease_until: number }>('UPDATE release_batch SET lease_until = :lease_until WHERE id = :id AND epoch = :epoch'),
	remove: both<{ id: number; epoch: number }>('DELETE FROM release_batch WHERE id = :id AND epoch = :epoch'),
	countByStep: both<object, { step_id: number; in_release: number; resting: number; error: string | null }>(
		"SELECT step_id, SUM(size) AS in_release, SUM(CASE WHEN state = 'resting' THEN size ELSE 0 END) AS resting, MAX(error) AS error FROM release_batch GROUP BY step_id",
	),
	/** Batches that hold one of these enrolments, for exits and erasure while released. */
	ofStep: both<{ step_id: number }, BatchRow>('SELECT * FROM release_batch WHERE step_id = :step_id'),
};
