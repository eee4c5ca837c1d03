import { both, insertMany, per } from '../plan';
import { BATCH_IN_POSTGRES, type BatchRow } from './batchPlans';
import type { StepRow } from './registryPlans';

/** A customer at a step that failed for them: the wait they left. */
export interface DeadLetterRow {
	id: number;
	step_id: number;
	enrolment_id: number;
	visit: number;
	customer_id: number;
	due_at: number;
	parked_at: number;
	/** JSON of WaitSpec */
	spec: string;
	/** JSON of the item's own fields */
	item: string;
	failed_at: number;
	failures: number;
	error: string | null;
}

/** Null asks for all. */
export interface WhichDeadLetters {
	journey: string | null;
	step: string | null;
	enrolment: number | null;
	limit: number;
}

export type FoundDeadLetter = Omit<DeadLetterRow, 'due_at' | 'parked_at' | 'spec' | 'item'> & { journey_key: string; step_key: string; workflow_id: string };

const FOUND = 'SELECT d.id, d.step_id, d.enrolment_id, d.visit, d.customer_id, d.failed_at, d.failures, d.error, s.journey_key, s.step_key, s.workflow_id';
const WHICH = (dialect: 'sqlite' | 'postgres') => {
	const text = dialect === 'postgres' ? '::text' : '';
	const number = dialect === 'postgres' ? '::bigint' : '';
	return `FROM dead_letter d JOIN journey_step s ON s.id = d.step_id
		WHERE (:journey${text} IS NULL OR s.journey_key = :journey) AND (:step${text} IS NULL OR s.step_key = :step) AND (:enrolment${number} IS NULL OR d.enrolment_id = :enrolment)`;
};

/** Steps and customers whose runs fail (store.md, Release). */
export const failurePlans = {
	step: both<{ id: number }, StepRow>('SELECT * FROM journey_step WHERE id = :id'),
	/** A failure and a pause are counted one at a time. */
	lockStep: per<{ id: number }, StepRow>({ sqlite: 'SELECT * FROM journey_step WHERE id = :id', postgres: 'SELECT * FROM journey_step WHERE id = :id FOR UPDATE' }),
	/** Other batches of the step that failed and are to be tried again. */
	failingOthers: both<{ step_id: number; id: number }, { batches: number }>('SELECT COUNT(*) AS batches FROM release_batch WHERE step_id = :step_id AND failures > 0 AND id <> :id'),
	stepFailed: both<{ id: number; failures: number; doubts: number; paused_reason: string | null; probe_at: number | null }>(
		'UPDATE journey_step SET failures = :failures, doubts = :doubts, paused_reason = :paused_reason, probe_at = :probe_at WHERE id = :id',
	),
	/** Counted on as long as somebody fails. */
	stepSucceeded: both<{ id: number }>(
		`UPDATE journey_step SET failures = CASE WHEN (SELECT 1 FROM release_batch b WHERE b.step_id = :id AND b.failures > 0 LIMIT 1) IS NULL THEN 0 ELSE failures END,
			doubts = 0, successes = successes + 1, paused_reason = NULL, probe_at = NULL WHERE id = :id`,
	),
	/** Whoever moves the instant on may try the step. */
	takeProbe: both<{ id: number; now: number; next: number }>('UPDATE journey_step SET probe_at = :next WHERE id = :id AND probe_at <= :now'),
	/** The batch that failed least: a customer who fails every time does not stand in the way of the others. */
	leastFailed: per<{ step_id: number; now: number }, BatchRow>({
		sqlite: "SELECT * FROM release_batch WHERE step_id = :step_id AND (state = 'resting' OR lease_until <= :now) ORDER BY failures, id LIMIT 1",
		postgres: `SELECT ${BATCH_IN_POSTGRES} FROM release_batch WHERE step_id = :step_id AND (state = 'resting' OR lease_until <= :now) ORDER BY failures, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
	}),
	wakeResting: both<{ step_id: number; now: number }>("UPDATE release_batch SET lease_until = :now WHERE step_id = :step_id AND state = 'resting' AND lease_until > :now"),
};

export const deadLetterPlans = {
	insert: insertMany<Omit<DeadLetterRow, 'id'>>('dead_letter', {
		step_id: 'bigint', enrolment_id: 'bigint', visit: 'bigint', customer_id: 'bigint', due_at: 'bigint', parked_at: 'bigint', spec: 'text', item: 'text', failed_at: 'bigint', failures: 'bigint', error: 'text',
	}),
	/** The oldest first, without what they carry. */
	find: per<WhichDeadLetters, FoundDeadLetter>({
		sqlite: `${FOUND} ${WHICH('sqlite')} ORDER BY d.id LIMIT :limit`,
		postgres: `${FOUND} ${WHICH('postgres')} ORDER BY d.id LIMIT :limit`,
	}),
	count: per<WhichDeadLetters, { dead_letters: number }>({ sqlite: `SELECT COUNT(*) AS dead_letters ${WHICH('sqlite')}`, postgres: `SELECT COUNT(*) AS dead_letters ${WHICH('postgres')}` }),
	countByStep: both<object, { step_id: number; dead_letters: number }>('SELECT step_id, COUNT(*) AS dead_letters FROM dead_letter GROUP BY step_id'),
	/** Whoever takes a dead letter out puts it back, once. */
	take: per<{ ids: number[] }, DeadLetterRow>({
		sqlite: 'DELETE FROM dead_letter WHERE id IN (SELECT value FROM json_each(:ids)) RETURNING *',
		postgres: 'DELETE FROM dead_letter WHERE id = ANY(:ids::bigint[]) RETURNING *',
	}),
	removeOfEnrolments: per<{ ids: number[] }>({
		sqlite: 'DELETE FROM dead_letter WHERE enrolment_id IN (SELECT value FROM json_each(:ids))',
		postgres: 'DELETE FROM dead_letter WHERE enrolment_id = ANY(:ids::bigint[])',
	}),
	removeOfCustomer: both<{ customer_id: number }>('DELETE FROM dead_letter WHERE customer_id = :customer_id'),
};
