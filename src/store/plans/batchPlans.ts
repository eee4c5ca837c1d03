import { both, bulk, per } from '../plan';
import type { WaitRow } from './waitPlans';

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
	/** JSON of KeptWait[] */
	items: string;
	/** What those wait for whose own is null. */
	spec: string | null;
}

/** A wait as a batch keeps it; without a spec: that of the batch. */
export type KeptWait = Omit<WaitRow, 'spec'> & { spec: string | null };

/** A batch without its customers. */
export type BatchHead = Omit<BatchRow, 'items' | 'spec'>;

const HEAD = 'id, step_id, epoch, state, lease_until, attempts, retry_at, created_at, size, error, failures, failed_from, failed_after, expiries';
/** PostgreSQL keeps a batch's customers as rows; as JSON they are read and written only where somebody has to look at each. */
export const ITEMS_AS_JSON = 'array_to_json(items)::text AS items';
export const ITEMS_FROM_JSON = 'ARRAY(SELECT w FROM json_populate_recordset(NULL::released_wait, :items::json) AS w)';
/** A whole BatchRow. */
export const BATCH_IN_POSTGRES = `${HEAD}, spec, ${ITEMS_AS_JSON}`;

const insertWith = (items: string) =>
	`INSERT INTO release_batch (step_id, epoch, state, lease_until, attempts, created_at, size, error, failures, failed_from, failed_after, expiries, spec, items)
		VALUES (:step_id, :epoch, :state, :lease_until, :attempts, :created_at, :size, :error, :failures, :failed_from, :failed_after, :expiries, :spec, ${items}) RETURNING id`;
const updateWith = (items: string) =>
	`UPDATE release_batch SET epoch = :epoch, state = :state, lease_until = :lease_until, attempts = :attempts, size = :size, items = ${items}, spec = :spec, error = :error,
			failures = :failures, failed_from = :failed_from, failed_after = :failed_after, expiries = :expiries WHERE id = :id`;
const CLAIM = 'UPDATE release_batch SET state = :state, lease_until = :lease_until, size = :size WHERE id = :id AND epoch = :epoch';

export const batchPlans = {
	/** A batch whose lease ran out, or whose pause after a failure is over, to be offered again. */
	takeExpired: per<{ step_id: number; now: number }, BatchRow>({
		sqlite: 'SELECT * FROM release_batch WHERE step_id = :step_id AND lease_until <= :now ORDER BY lease_until, id LIMIT 1',
		postgres: `SELECT ${BATCH_IN_POSTGRES} FROM release_batch WHERE step_id = :step_id AND lease_until <= :now ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
	}),
	insert: per<Omit<BatchRow, 'id' | 'retry_at'>, { id: number }>({ sqlite: insertWith(':items'), postgres: insertWith(ITEMS_FROM_JSON) }),
	get: per<{ id: number }, BatchRow>({
		sqlite: 'SELECT * FROM release_batch WHERE id = :id',
		postgres: `SELECT ${BATCH_IN_POSTGRES} FROM release_batch WHERE id = :id FOR UPDATE`,
	}),
	/** The same without the customers. */
	hold: per<{ id: number }, BatchHead>({
		sqlite: `SELECT ${HEAD} FROM release_batch WHERE id = :id`,
		postgres: `SELECT ${HEAD} FROM release_batch WHERE id = :id FOR UPDATE`,
	}),
	spec: both<{ id: number }, Pick<BatchRow, 'spec'>>('SELECT spec FROM release_batch WHERE id = :id'),
	/** Without a lock. `version` tells whether the row is still the same one later. */
	look: per<{ id: number }, BatchHead & { version: string }>({
		sqlite: `SELECT ${HEAD}, '' AS version FROM release_batch WHERE id = :id`,
		postgres: `SELECT ${HEAD}, xmin::text AS version FROM release_batch WHERE id = :id`,
	}),
	/** In id order, as `customerPlans.lock`. */
	lockCustomers: per<{ id: number }, { locked: number }>({
		sqlite: 'SELECT 0 AS locked WHERE 0 AND :id IS NULL',
		postgres: `SELECT count(*) AS locked FROM (SELECT 1 FROM customer WHERE id = ANY(ARRAY(SELECT w.customer_id FROM release_batch b CROSS JOIN unnest(b.items) w WHERE b.id = :id)) ORDER BY id FOR UPDATE) AS held`,
	}),
	lock: per<{ id: number }, { epoch: number; version: string }>({
		sqlite: "SELECT epoch, '' AS version FROM release_batch WHERE id = :id",
		postgres: 'SELECT epoch, xmin::text AS version FROM release_batch WHERE id = :id FOR UPDATE',
	}),
	update: per<Pick<BatchRow, 'id' | 'epoch' | 'state' | 'lease_until' | 'attempts' | 'size' | 'items' | 'spec' | 'error' | 'failures' | 'failed_from' | 'failed_after' | 'expiries'>>({
		sqlite: updateWith(':items'),
		postgres: updateWith(ITEMS_FROM_JSON),
	}),
	/** Claimed: `size` is who is left to go on. */
	claim: bulk<{ id: number; epoch: number; state: string; lease_until: number; size: number }>(
		{ id: 'bigint', epoch: 'bigint', state: 'text', lease_until: 'bigint', size: 'bigint' },
		{
			sqlite: CLAIM,
			one: CLAIM,
			postgres: `UPDATE release_batch AS t SET state = r.state, lease_until = r.lease_until, size = r.size FROM rows r WHERE t.id = ANY(ARRAY(SELECT id FROM rows)) AND t.id = r.id AND t.epoch = r.epoch`,
		},
	),
	setPassed: both<{ id: number; epoch: number }>("UPDATE release_batch SET state = 'passed' WHERE id = :id AND epoch = :epoch"),
	renew: both<{ id: number; epoch: number; lease_until: number }>('UPDATE release_batch SET lease_until = :lease_until WHERE id = :id AND epoch = :epoch'),
	remove: both<{ id: number; epoch: number }>('DELETE FROM release_batch WHERE id = :id AND epoch = :epoch'),
	countByStep: both<object, { step_id: number; in_release: number; resting: number; error: string | null }>(
		"SELECT step_id, SUM(size) AS in_release, SUM(CASE WHEN state = 'resting' THEN size ELSE 0 END) AS resting, MAX(error) AS error FROM release_batch GROUP BY step_id",
	),
};
