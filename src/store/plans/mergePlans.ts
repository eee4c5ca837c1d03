import { both, bulk, insertMany, per, updateMany, type ColumnTypes } from '../plan';
import type { BulkPlan } from '../port';
import { ITEMS_AS_JSON, type BatchRow } from './batchPlans';
import { FOLLOWS, FOLLOWS_ENROLMENT } from './follows';

interface BatchesOf {
	customer_id: number;
	inside: string;
	last: string;
}
type BatchOf = Pick<BatchRow, 'id' | 'items' | 'spec' | 'size'>;

const BATCHES_OF = {
	sqlite: 'SELECT id, items, spec, size FROM release_batch WHERE items LIKE :inside OR items LIKE :last ORDER BY id',
	postgres: `SELECT id, ${ITEMS_AS_JSON}, spec, size FROM release_batch WHERE EXISTS (SELECT 1 FROM unnest(items) w WHERE w.customer_id = :customer_id) ORDER BY id`,
};

/** The same answer of both customers at the same instant is one: the other's row stays where it is. */
const NOT_SAID_BY_BOTH = `AND NOT EXISTS (SELECT 1 FROM consent s WHERE s.customer_id = :to AND s.channel = consent.channel AND s.purpose = consent.purpose AND s.at = consent.at AND s.status = consent.status)`;
const onlyIf = (table: string) => (table === 'consent' ? NOT_SAID_BY_BOTH : '');

const forEach = <T>(plan: (table: string, key: string) => T): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(FOLLOWS).map(([table, key]) => [table, plan(table, key)]));

/** Notes which rows are about to move. */
export const noteRows = forEach((table, key) =>
	both<{ merge_id: number; from: number; to: number }>(
		`INSERT INTO merge_row (merge_id, table_name, row_key) SELECT :merge_id, '${table}', CAST(${key} AS TEXT) FROM ${table} WHERE customer_id = :from ${onlyIf(table)}`,
	),
);
export const moveRows = forEach((table) => both<{ from: number; to: number }>(`UPDATE ${table} SET customer_id = :to WHERE customer_id = :from ${onlyIf(table)}`));

/** Moves back what a merge had moved, as far as it is still with the survivor. */
export const returnRows = forEach((table, key) =>
	both<{ merge_id: number; from: number; to: number }>(
		`UPDATE ${table} SET customer_id = :to WHERE customer_id = :from ${onlyIf(table)} AND CAST(${key} AS TEXT) IN (SELECT row_key FROM merge_row WHERE merge_id = :merge_id AND table_name = '${table}')`,
	),
);
/** The same for what came in since, through an identity of these. */
export const returnLateRows = forEach((table, key) => {
	const sql = (origins: string) =>
		`UPDATE ${table} SET customer_id = :to WHERE customer_id = :from ${onlyIf(table)} AND CAST(${key} AS TEXT) IN (SELECT row_key FROM late_row WHERE table_name = '${table}' AND origin_id ${origins})`;
	return per<{ from: number; to: number; origins: number[] }>({ sqlite: sql('IN (SELECT value FROM json_each(:origins))'), postgres: sql('= ANY(:origins::bigint[])') });
});

const forEnrolments = <T>(plan: (table: string) => T) => Object.fromEntries(FOLLOWS_ENROLMENT.map((table) => [table, plan(table)])) as Record<(typeof FOLLOWS_ENROLMENT)[number], T>;
export const moveOfEnrolments = forEnrolments((table) => both<{ from: number; to: number }>(`UPDATE ${table} SET customer_id = :to WHERE customer_id = :from`));
export const returnOfEnrolments = forEnrolments((table) =>
	per<{ from: number; to: number; ids: number[] }>({
		sqlite: `UPDATE ${table} SET customer_id = :to WHERE customer_id = :from AND enrolment_id IN (SELECT value FROM json_each(:ids))`,
		postgres: `UPDATE ${table} SET customer_id = :to WHERE customer_id = :from AND enrolment_id = ANY(:ids::bigint[])`,
	}),
);

export interface MergeRow {
	id: number;
	survivor_id: number;
	absorbed_id: number;
	merged_at: number;
	merged_by: string | null;
	undone_at: number | null;
	/** JSON of Restore (customers/merge/restore.ts) */
	restore: string;
}

export interface MovedEnrolment {
	id: number;
	from_id: number;
	to_id: number;
	generation: number;
	variant: string | null;
	excluded: string | null;
}

export const mergePlans = {
	record: both<Omit<MergeRow, 'id' | 'undone_at'>, { id: number }>(
		'INSERT INTO customer_merge (survivor_id, absorbed_id, merged_at, merged_by, restore) VALUES (:survivor_id, :absorbed_id, :merged_at, :merged_by, :restore) RETURNING id',
	),
	setRestore: both<{ id: number; restore: string }>('UPDATE customer_merge SET restore = :restore WHERE id = :id'),
	standing: both<{ absorbed_id: number }, MergeRow>('SELECT * FROM customer_merge WHERE absorbed_id = :absorbed_id AND undone_at IS NULL ORDER BY id DESC LIMIT 1'),
	undo: both<{ id: number; now: number }>("UPDATE customer_merge SET undone_at = :now, restore = '{}' WHERE id = :id"),
	forgetRows: both<{ merge_id: number }>('DELETE FROM merge_row WHERE merge_id = :merge_id'),
	forgetLateRows: both<{ origin_id: number }>('DELETE FROM late_row WHERE origin_id = :origin_id'),
	/** Of customers who are erased: nothing can be split off any more. */
	forget: per<{ ids: number[] }>({
		sqlite: "UPDATE customer_merge SET restore = '{}', merged_by = NULL WHERE absorbed_id IN (SELECT value FROM json_each(:ids))",
		postgres: "UPDATE customer_merge SET restore = '{}', merged_by = NULL WHERE absorbed_id = ANY(:ids::bigint[])",
	}),
	mergesOf: per<{ ids: number[] }, MergeRow>({
		sqlite: 'SELECT m.* FROM json_each(:ids) j CROSS JOIN customer_merge m ON m.absorbed_id = j.value AND m.undone_at IS NULL',
		postgres: 'SELECT * FROM customer_merge WHERE absorbed_id = ANY(:ids::bigint[]) AND undone_at IS NULL',
	}),
	/** Who was merged into one of these, directly. */
	absorbedBy: per<{ ids: number[] }, { id: number }>({
		sqlite: 'SELECT c.id FROM json_each(:ids) j CROSS JOIN customer c ON c.merged_into = j.value',
		postgres: 'SELECT id FROM customer WHERE merged_into = ANY(:ids::bigint[])',
	}),
	/** What is left of a customer who was merged holds nothing about anybody. */
	makeStub: both<{ id: number; key: string; survivor: number; now: number }>(
		`UPDATE customer SET key = :key, merged_into = :survivor, erased_at = :now, email = NULL, phone = NULL, first_name = NULL, last_name = NULL, time_zone = NULL, locale = NULL, country = NULL, birth_date = NULL,
			stage = NULL, vip = 0, attributes = '{}', field_times = '{}', find_ids = '', find_name = '' WHERE id = :id`,
	),
	unmakeStub: both<{ id: number; key: string; now: number }>('UPDATE customer SET key = :key, merged_into = NULL, erased_at = NULL, updated_at = :now WHERE id = :id'),
	setFound: both<{ id: number; find_ids: string; stage: string | null; vip: number }>('UPDATE customer SET find_ids = :find_ids, stage = :stage, vip = :vip WHERE id = :id'),
	moveIdentities: both<{ from: number; to: number }>('UPDATE identity SET customer_id = :to, origin_id = coalesce(origin_id, :from) WHERE customer_id = :from'),
	returnIdentities: per<{ from: number; to: number; origins: number[] }>({
		sqlite: 'UPDATE identity SET customer_id = :to, origin_id = NULLIF(origin_id, :to) WHERE customer_id = :from AND origin_id IN (SELECT value FROM json_each(:origins))',
		postgres: 'UPDATE identity SET customer_id = :to, origin_id = NULLIF(origin_id, :to) WHERE customer_id = :from AND origin_id = ANY(:origins::bigint[])',
	}),
	/** Customer and generation change together, so that no two rows have one key in between. */
	moveEnrolments: bulk<MovedEnrolment>(
		{ id: 'bigint', from_id: 'bigint', to_id: 'bigint', generation: 'bigint', variant: 'text', excluded: 'text' },
		{
			sqlite: 'UPDATE enrolment SET customer_id = :to_id, generation = :generation, variant = :variant, excluded = coalesce(:excluded, excluded), row_version = row_version + 1 WHERE id = :id AND customer_id = :from_id',
			postgres: 'UPDATE enrolment AS t SET customer_id = r.to_id, generation = r.generation, variant = r.variant, excluded = coalesce(r.excluded, t.excluded), row_version = t.row_version + 1 FROM rows r WHERE t.id = r.id AND t.customer_id = r.from_id',
		},
	),
	/** A customer who had been ended as a duplicate goes on where they were. */
	reopen: bulk<{ id: number; status: string }>(
		{ id: 'bigint', status: 'text' },
		{
			sqlite: 'UPDATE enrolment SET status = :status, ended_at = NULL, end_reason = NULL, row_version = row_version + 1 WHERE id = :id',
			postgres: 'UPDATE enrolment AS t SET status = r.status, ended_at = NULL, end_reason = NULL, row_version = t.row_version + 1 FROM rows r WHERE t.id = r.id',
		},
	),
	/** Batches under way that hold a customer; `inside` and `last` are LIKE patterns of the number within SQLite's JSON. */
	batchesOf: per<BatchesOf, BatchOf>({ sqlite: BATCHES_OF.sqlite, postgres: `${BATCHES_OF.postgres} FOR UPDATE` }),
	/** The same without a lock. */
	lookInBatches: per<BatchesOf, BatchOf>(BATCHES_OF),
	removeConsents: both<{ customer_id: number; proof: string }>('DELETE FROM consent WHERE customer_id = :customer_id AND proof = :proof'),
	requestsOf: both<{ customer_id: number }, { idem_key: string; customer_key: string; enrolment: string | null; request: string }>('SELECT idem_key, customer_key, enrolment, request FROM decision WHERE customer_id = :customer_id'),
	setRequest: updateMany<{ idem_key: string; request: string; body_hash: string }>('decision', { idem_key: 'text', request: 'text', body_hash: 'text' }, ['idem_key']),
	/** Under which name a message was asked for stays with it: it is written into what was asked, where it is not there yet. */
	setCustomerKey: per<{ customer_id: number; customer_key: string }>({
		sqlite: `UPDATE decision SET customer_key = :customer_key, request = CASE WHEN request = '{}' OR request -> '$.customer' IS NOT NULL THEN request ELSE '{"customer":' || json_quote(customer_key) || ',' || substr(request, 2) END WHERE customer_id = :customer_id AND customer_key <> :customer_key`,
		postgres: `UPDATE decision SET customer_key = :customer_key, request = CASE WHEN request = '{}' OR request::json -> 'customer' IS NOT NULL THEN request ELSE '{"customer":' || to_json(customer_key)::text || ',' || substr(request, 2) END WHERE customer_id = :customer_id AND customer_key <> :customer_key`,
	}),
	cancelHeld: bulk<{ idem_key: string; now: number }>(
		{ idem_key: 'text', now: 'bigint' },
		{
			sqlite: "UPDATE decision SET decision = 'drop', reason = 'cancelled', until_at = NULL, decided_at = :now WHERE idem_key = :idem_key AND decision = 'delay'",
			postgres: "UPDATE decision AS t SET decision = 'drop', reason = 'cancelled', until_at = NULL, decided_at = r.now FROM rows r WHERE t.idem_key = r.idem_key AND t.decision = 'delay'",
		},
	),
	holdAgain: bulk<{ idem_key: string; until_at: number }>(
		{ idem_key: 'text', until_at: 'bigint' },
		{
			sqlite: "UPDATE decision SET decision = 'delay', reason = NULL, until_at = :until_at WHERE idem_key = :idem_key AND decision = 'drop' AND reason = 'cancelled'",
			postgres: "UPDATE decision AS t SET decision = 'delay', reason = NULL, until_at = r.until_at FROM rows r WHERE t.idem_key = r.idem_key AND t.decision = 'drop' AND t.reason = 'cancelled'",
		},
	),
};

export interface OwnProfileRow {
	customer_id: number;
	/** JSON of OwnProfile */
	profile: string;
}

export const ownProfilePlans = {
	any: both<object, { one: number }>('SELECT 1 AS one FROM own_profile LIMIT 1'),
	byIds: per<{ ids: number[] }, OwnProfileRow>({
		sqlite: 'SELECT o.* FROM json_each(:ids) j CROSS JOIN own_profile o ON o.customer_id = j.value',
		postgres: 'SELECT * FROM own_profile WHERE customer_id = ANY(:ids::bigint[])',
	}),
	save: insertMany<OwnProfileRow>('own_profile', { customer_id: 'bigint', profile: 'text' }, 'ON CONFLICT (customer_id) DO UPDATE SET profile = excluded.profile'),
	remove: per<{ ids: number[] }>({
		sqlite: 'DELETE FROM own_profile WHERE customer_id IN (SELECT value FROM json_each(:ids))',
		postgres: 'DELETE FROM own_profile WHERE customer_id = ANY(:ids::bigint[])',
	}),
};

/** What tells a row of a table right after it was written. */
export interface LateKeys {
	event: { customer_id: number; occurred_at: number; source: string; event_id: string };
	orders: { source: string; order_id: string; kind: string };
	consent: { customer_id: number; channel: string; purpose: string; at: number; status: string };
	note: { note_key: string };
	task: { task_key: string };
	subscription: { source: string; subscription_id: string };
}

function late<T extends keyof LateKeys>(table: T, types: ColumnTypes<LateKeys[T]>): BulkPlan<LateKeys[T] & { origin_id: number }> {
	const names = Object.keys(types);
	const into = `INSERT INTO late_row (table_name, row_key, origin_id) SELECT '${table}', CAST(t.${FOLLOWS[table]} AS TEXT)`;
	const tail = 'ON CONFLICT (table_name, row_key) DO NOTHING';
	return bulk<LateKeys[T] & { origin_id: number }>({ ...types, origin_id: 'bigint' } as ColumnTypes<LateKeys[T] & { origin_id: number }>, {
		sqlite: `${into}, :origin_id FROM ${table} AS t WHERE ${names.map((name) => `t.${name} = :${name}`).join(' AND ')} ${tail}`,
		postgres: `${into}, r.origin_id FROM rows r JOIN ${table} AS t ON ${names.map((name) => `t.${name} = r.${name}`).join(' AND ')} WHERE true ${tail}`,
	});
}

/** Notes that a new row came through an identity of `origin_id`. */
export const latePlans: { [T in keyof LateKeys]: BulkPlan<LateKeys[T] & { origin_id: number }> } = {
	event: late('event', { customer_id: 'bigint', occurred_at: 'bigint', source: 'text', event_id: 'text' }),
	orders: late('orders', { source: 'text', order_id: 'text', kind: 'text' }),
	consent: late('consent', { customer_id: 'bigint', channel: 'text', purpose: 'text', at: 'bigint', status: 'text' }),
	note: late('note', { note_key: 'text' }),
	task: late('task', { task_key: 'text' }),
	subscription: late('subscription', { source: 'text', subscription_id: 'text' }),
};
