import type { FeatureRow } from '../../features/contract';
import { PREFERENCE_TYPES } from './preferencePlans';
import { both, bulk, insertMany, ofShop, per, updateMany, type ColumnTypes } from '../plan';

export const FEATURE_TYPES: ColumnTypes<FeatureRow> = {
	customer_id: 'bigint', as_of: 'bigint', orders: 'bigint', order_days: 'bigint', first_order_at: 'bigint', last_order_at: 'bigint', window_orders: 'bigint', revenue_e4: 'bigint', r: 'bigint', f: 'bigint', m: 'bigint', rfm_group: 'text',
	rhythm: 'text', expected_gap_days: 'double precision', next_at: 'bigint', next_from: 'bigint', next_until: 'bigint', no_return: 'double precision',
	stage: 'text', stage_since: 'bigint', stage_pending: 'text', stage_pending_since: 'bigint', stage_check_at: 'bigint', vip: 'bigint',
	p_alive: 'double precision', expected_orders: 'double precision', ltv_e4: 'bigint', value_tier: 'text', margin_e4: 'bigint',
	...PREFERENCE_TYPES,
};

export const FEATURE_COLUMNS = Object.keys(FEATURE_TYPES) as readonly (keyof FeatureRow)[];

/** Figures that move a little every day without anything having happened; all others change when something does. */
export const DRIFTING = ['expected_gap_days', 'next_at', 'next_from', 'next_until', 'no_return', 'p_alive', 'expected_orders', 'ltv_e4'] as const satisfies readonly (keyof FeatureRow)[];
export type Drifting = (typeof DRIFTING)[number];

/** A row of which only drifting figures have moved. */
export type DriftedRow = Pick<FeatureRow, 'customer_id' | 'as_of' | Drifting>;
const DRIFTED_TYPES = Object.fromEntries((['customer_id', 'as_of', ...DRIFTING] as const).map((name) => [name, FEATURE_TYPES[name]])) as ColumnTypes<DriftedRow>;

/** Preferences are computed and written apart (preferencePlans.save): an order does not know them, and must not lose them. */
const SAVED = FEATURE_COLUMNS.filter((column) => column !== 'customer_id' && !(column in PREFERENCE_TYPES));

const OFFERED_BY = 't.customer_id, t.rhythm, t.next_from, t.next_until, t.last_order_at, t.favourite_category';

const SET_STAGE = 'UPDATE customer SET stage = :stage, vip = :vip WHERE id = :id';

export const featurePlans = {
	ofMany: per<{ ids: number[] }, FeatureRow>({
		sqlite: 'SELECT t.* FROM json_each(:ids) j CROSS JOIN feature t ON t.customer_id = j.value',
		postgres: 'SELECT * FROM feature WHERE customer_id = ANY(:ids::bigint[])',
	}),
	save: insertMany<FeatureRow>('feature', FEATURE_TYPES, `ON CONFLICT (customer_id) DO UPDATE SET ${SAVED.map((column) => `${column} = excluded.${column}`).join(', ')}`),
	/** Nothing else of the row, and nobody who has none. */
	saveDrifted: updateMany<DriftedRow>('feature', DRIFTED_TYPES, ['customer_id']),
	/** What offers go by. */
	ofOffers: per<{ ids: number[] }, Pick<FeatureRow, 'customer_id' | 'rhythm' | 'next_from' | 'next_until' | 'last_order_at' | 'favourite_category'>>({
		sqlite: `SELECT ${OFFERED_BY} FROM json_each(:ids) j CROSS JOIN feature t ON t.customer_id = j.value`,
		postgres: `SELECT ${OFFERED_BY} FROM feature t WHERE t.customer_id = ANY(:ids::bigint[])`,
	}),
	/** What policy and journeys read of a customer. */
	setStage: bulk<{ id: number; stage: string | null; vip: number }>(
		{ id: 'bigint', stage: 'text', vip: 'bigint' },
		{ sqlite: SET_STAGE, postgres: 'UPDATE customer AS t SET stage = r.stage, vip = r.vip FROM rows r WHERE t.id = r.id', one: SET_STAGE },
	),
	/** Page by page, by the customer's number. */
	page: both<{ after: number; limit: number }, FeatureRow & { key: string }>('SELECT f.*, c.key FROM feature f CROSS JOIN customer c WHERE c.id = f.customer_id AND f.customer_id > :after ORDER BY f.customer_id LIMIT :limit'),
	remove: per<{ ids: number[] }>({
		sqlite: 'DELETE FROM feature WHERE customer_id IN (SELECT value FROM json_each(:ids))',
		postgres: 'DELETE FROM feature WHERE customer_id = ANY(:ids::bigint[])',
	}),
};

export interface ModelRow {
	name: string;
	version: number;
	/** JSON */
	body: string;
	/** JSON */
	settings: string;
	as_of: number;
	fitted_at: number;
}

export const modelPlans = {
	latestOf: ofShop('model', per<{ names: string[] }, ModelRow>({
		sqlite: 'SELECT m.* FROM json_each(:names) j CROSS JOIN model m ON m.name = j.value AND m.version = (SELECT MAX(o.version) FROM model o WHERE o.name = j.value)',
		postgres: 'SELECT m.* FROM unnest(:names::text[]) n CROSS JOIN LATERAL (SELECT * FROM model o WHERE o.name = n ORDER BY o.version DESC LIMIT 1) m',
	})),
	/** Of what is not in use any more a few are kept, so that a person can see what changed. */
	prune: both<{ name: string; kept: number }>('DELETE FROM model WHERE name = :name AND version <= (SELECT MAX(version) FROM model WHERE name = :name) - :kept'),
	latest: both<{ name: string }, ModelRow>('SELECT name, version, body, settings, as_of, fitted_at FROM model WHERE name = :name ORDER BY version DESC LIMIT 1'),
	save: both<Omit<ModelRow, 'version'>>('INSERT INTO model (name, version, body, settings, as_of, fitted_at) SELECT :name, coalesce(MAX(version), 0) + 1, :body, :settings, :as_of, :fitted_at FROM model WHERE name = :name'),
};
