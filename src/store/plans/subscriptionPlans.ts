import { both, bulk, insertMany, per } from '../plan';

export interface SubscriptionRow {
	id: number;
	source: string;
	subscription_id: string;
	customer_id: number;
	product_id: string | null;
	plan: string | null;
	status: 'active' | 'paused' | 'cancelled' | 'expired';
	starts_at: number | null;
	/** end of what is paid for: it renews or expires then */
	expires_at: number | null;
	/** the days, where the dates were given without a time; the instants are their midnight where the customer lives */
	starts_on: string | null;
	expires_on: string | null;
	price_e4: number | null;
	currency: string | null;
	/** JSON object */
	attributes: string;
	/** JSON: field -> event time of its value, UTC milliseconds */
	field_times: string;
	updated_at: number;
}

type SubscriptionKey = Pick<SubscriptionRow, 'source' | 'subscription_id'>;
const KEY = { source: 'text', subscription_id: 'text' } as const;
const TYPES = {
	...KEY, customer_id: 'bigint', product_id: 'text', plan: 'text', status: 'text', starts_at: 'bigint', expires_at: 'bigint', starts_on: 'text', expires_on: 'text', price_e4: 'bigint', currency: 'text', attributes: 'text', field_times: 'text', updated_at: 'bigint',
} as const;

export const subscriptionPlans = {
	owners: bulk<SubscriptionKey, { customer_id: number }>(KEY, {
		sqlite: 'SELECT t.customer_id FROM subscription AS t WHERE t.source = :source AND t.subscription_id = :subscription_id',
		postgres: 'SELECT t.customer_id FROM rows r JOIN subscription AS t ON t.source = r.source AND t.subscription_id = r.subscription_id',
	}),
	/** Locked until the transaction ends (PostgreSQL); customers are locked before. */
	lockByIds: bulk<SubscriptionKey, SubscriptionRow>(KEY, {
		sqlite: 'SELECT t.* FROM subscription AS t WHERE t.source = :source AND t.subscription_id = :subscription_id',
		postgres: 'SELECT t.* FROM rows r JOIN subscription AS t ON t.source = r.source AND t.subscription_id = r.subscription_id ORDER BY t.id FOR UPDATE OF t',
	}),
	save: insertMany<Omit<SubscriptionRow, 'id'>, { id: number; source: string; subscription_id: string }>(
		'subscription',
		TYPES,
		`ON CONFLICT (source, subscription_id) DO UPDATE SET ${Object.keys(TYPES)
			.filter((column) => !(column in KEY))
			.map((column) => `${column} = excluded.${column}`)
			.join(', ')} RETURNING id, source, subscription_id`,
	),
	ofCustomers: per<{ ids: number[] }, SubscriptionRow>({
		sqlite: 'SELECT s.* FROM json_each(:ids) j CROSS JOIN subscription s ON s.customer_id = j.value ORDER BY s.id',
		postgres: 'SELECT * FROM subscription WHERE customer_id = ANY(:ids::bigint[]) ORDER BY id',
	}),
	/** Numbers may say who it is of; what was paid stays. */
	blank: both<{ customer_id: number }>("UPDATE subscription SET subscription_id = 'erased:' || id, attributes = '{}', field_times = '{}', starts_on = NULL, expires_on = NULL WHERE customer_id = :customer_id"),
};
