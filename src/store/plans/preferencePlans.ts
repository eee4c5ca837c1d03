import type { Preferences } from '../../preferences/contract';
import { DEED_TYPES } from '../../preferences/deedTypes';
import { both, per, updateMany, type ColumnTypes } from '../plan';

export interface DeedRow {
	customer_id: number;
	type: string;
	occurred_at: number;
	/** JSON object of a message's event; of others nothing is read. */
	properties: string | null;
}

/** What is kept of a customer's preferences. */
export type KeptPreferences = Preferences & { customer_id: number };

/** Messages that went out to a customer on a channel. */
export interface SentRow {
	customer_id: number;
	channel: string;
	messages: number;
}

export const PREFERENCE_TYPES: ColumnTypes<Preferences> = { price_tier: 'text', favourite_category: 'text', engagement: 'double precision', best_hour: 'bigint', best_channel: 'text', views_30d: 'bigint' };

const IS_DEED = `e.type IN (${DEED_TYPES.map((type) => `'${type}'`).join(', ')})`;
const DEEDS = "SELECT e.customer_id, e.type, e.occurred_at, CASE WHEN e.type IN ('message_opened', 'message_clicked') THEN e.properties END AS properties FROM";
const SENT = 'SELECT t.customer_id, t.channel, COUNT(*) AS messages FROM';
const WENT_OUT = "t.ts > :since AND t.ts <= :until AND t.state IN ('committed', 'handed_off')";
const KEPT = ['customer_id', ...Object.keys(PREFERENCE_TYPES)].join(', ');

/** What customers answer and look at. */
export const deedEntryPlans = {
	some: per<{ ids: number[]; since: number }, DeedRow>({
		sqlite: `${DEEDS} json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at > :since WHERE ${IS_DEED}`,
		postgres: `${DEEDS} event e WHERE e.customer_id = ANY(:ids::bigint[]) AND e.occurred_at > :since AND ${IS_DEED}`,
	}),
	range: both<{ first: number; last: number; since: number }, DeedRow>(`${DEEDS} event e WHERE e.customer_id BETWEEN :first AND :last AND e.occurred_at > :since AND ${IS_DEED}`),
	/** In the order of their numbers. */
	page: both<{ after: number; limit: number }, { seq: number; customer_id: number; ingested_at: number }>(`SELECT e.seq, e.customer_id, e.ingested_at FROM event e WHERE e.seq > :after AND ${IS_DEED} ORDER BY e.seq LIMIT :limit`),
	/** Who did something by events of higher numbers. */
	newer: both<{ after: number }, { customer_id: number }>(`SELECT e.customer_id FROM event e WHERE e.seq > :after AND ${IS_DEED}`),
};

export const preferencePlans = {
	/** Who of these customers did something that came in since an instant. */
	didLately: per<{ ids: number[]; since: number; ingested: number }, { customer_id: number }>({
		sqlite: `SELECT j.value AS customer_id FROM json_each(:ids) j
			WHERE EXISTS (SELECT 1 FROM event e WHERE e.customer_id = j.value AND e.occurred_at > :since AND e.ingested_at >= :ingested AND ${IS_DEED})`,
		postgres: `SELECT DISTINCT e.customer_id FROM event e WHERE e.customer_id = ANY(:ids::bigint[]) AND e.occurred_at > :since AND e.ingested_at >= :ingested AND ${IS_DEED}`,
	}),
	/** Added up where the messages are: the ledger is far longer than what is asked of it. */
	sent: per<{ ids: number[]; since: number; until: number }, SentRow>({
		sqlite: `${SENT} json_each(:ids) j CROSS JOIN touch t ON t.customer_id = j.value AND ${WENT_OUT} GROUP BY t.customer_id, t.channel`,
		postgres: `${SENT} touch t WHERE t.customer_id = ANY(:ids::bigint[]) AND ${WENT_OUT} GROUP BY t.customer_id, t.channel`,
	}),
	/** Where customers live. */
	whereabouts: per<{ ids: number[] }, { id: number; time_zone: string | null; country: string | null; phone: string | null }>({
		sqlite: 'SELECT c.id, c.time_zone, c.country, c.phone FROM json_each(:ids) j CROSS JOIN customer c ON c.id = j.value',
		postgres: 'SELECT id, time_zone, country, phone FROM customer WHERE id = ANY(:ids::bigint[])',
	}),
	categories: both<{ after: string; limit: number }, { product_id: string; category: string | null }>('SELECT product_id, category FROM product WHERE product_id > :after ORDER BY product_id LIMIT :limit'),
	categoriesOf: per<{ keys: string[] }, { product_id: string; category: string | null }>({
		sqlite: 'SELECT p.product_id, p.category FROM json_each(:keys) j CROSS JOIN product p ON p.product_id = j.value',
		postgres: 'SELECT product_id, category FROM product WHERE product_id = ANY(:keys::text[])',
	}),
	kept: both<{ first: number; last: number }, KeptPreferences>(`SELECT ${KEPT} FROM feature WHERE customer_id BETWEEN :first AND :last ORDER BY customer_id`),
	savePurchases: updateMany<Pick<Preferences, 'price_tier' | 'favourite_category'> & { customer_id: number; as_of: number }>('feature', { customer_id: 'bigint', as_of: 'bigint', price_tier: 'text', favourite_category: 'text' }, ['customer_id']),
	/** Nothing else of the row, and nobody who has none. */
	save: updateMany<Preferences & { customer_id: number; as_of: number }>('feature', { customer_id: 'bigint', as_of: 'bigint', ...PREFERENCE_TYPES }, ['customer_id']),
};
