import { both, per } from '../plan';

export interface PersonRow {
	id: number;
	key: string;
	email: string | null;
	phone: string | null;
	first_name: string | null;
	last_name: string | null;
	birth_date: string | null;
	country: string | null;
	time_zone: string | null;
	created_at: number;
	/** JSON object */
	attributes: string;
}

export const qualityPlans = {
	people: both<{ after: number; limit: number }, PersonRow>(
		'SELECT id, key, email, phone, first_name, last_name, birth_date, country, time_zone, created_at, attributes FROM customer WHERE id > :after AND erased_at IS NULL ORDER BY id LIMIT :limit',
	),
	orderCounts: per<{ ids: number[] }, { customer_id: number; orders: number }>({
		sqlite: "SELECT j.value AS customer_id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = j.value AND o.kind = 'order') AS orders FROM json_each(:ids) j",
		postgres: "SELECT j.id AS customer_id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = j.id AND o.kind = 'order') AS orders FROM unnest(:ids::bigint[]) AS j(id)",
	}),
	/** Of orders and subscriptions. */
	impossibleDates: both<{ earliest: number }, { early_orders: number; backward_subscriptions: number }>(
		`SELECT
			(SELECT COUNT(*) FROM orders WHERE ordered_at < :earliest) AS early_orders,
			(SELECT COUNT(*) FROM subscription WHERE expires_at < starts_at) AS backward_subscriptions`,
	),
};
