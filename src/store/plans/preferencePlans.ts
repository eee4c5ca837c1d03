import type { Preferences } from '../../preferences/contract';
import { per, updateMany, type ColumnTypes } from '../plan';
import { LINES_OF_ORDERS, PRODUCTS_OF_LINES } from './linesOfOrders';

/** What a customer bought; what something was given back for is worked out from the refunds. */
export interface BoughtLineRow {
	order_ref: number;
	customer_id: number;
	quantity: number;
	price_e4: number;
	times: number;
	amount_e4: number;
	total_e4: number | null;
	category: string | null;
	gift: number;
}

export interface DeedRow {
	customer_id: number;
	type: string;
	occurred_at: number;
	/** JSON object of a message's event; of others nothing is read. */
	properties: string | null;
}

export const PREFERENCE_TYPES: ColumnTypes<Preferences> = { price_tier: 'text', favourite_category: 'text', engagement: 'double precision', best_hour: 'bigint', best_channel: 'text', views_30d: 'bigint' };

type Asked = { ids: number[]; since: number; until: number };
const LINE = 'l.order_ref, o.customer_id, l.quantity, l.price_e4, l.times, l.amount_e4, o.total_e4, p.category, l.gift';
const IN_TIME = "o.ordered_at > :since AND o.ordered_at <= :until AND o.kind = 'order' AND o.status <> 'cancelled' AND o.currency = :currency AND NOT (o.status = 'refunded' AND o.refunded_e4 = 0)";
const PROPERTIES = "CASE WHEN e.type IN ('message_opened', 'message_clicked') THEN e.properties END AS properties";
const GOODS = 'LEFT JOIN product p ON p.product_id = l.product_id';

export const preferencePlans = {
	lines: per<Asked & { currency: string }, BoughtLineRow>({
		sqlite: `SELECT ${LINE} FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND ${IN_TIME} CROSS JOIN order_line l ON l.order_ref = o.id ${GOODS}`,
		postgres: `SELECT ${LINE} FROM orders o ${LINES_OF_ORDERS} ${PRODUCTS_OF_LINES} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${IN_TIME}`,
	}),
	deeds: per<Asked & { types: string[] }, DeedRow>({
		sqlite: `SELECT e.customer_id, e.type, e.occurred_at, ${PROPERTIES}
			FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at > :since AND e.occurred_at <= :until WHERE e.type IN (SELECT value FROM json_each(:types))`,
		postgres: `SELECT e.customer_id, e.type, e.occurred_at, ${PROPERTIES}
			FROM event e WHERE e.customer_id = ANY(:ids::bigint[]) AND e.occurred_at > :since AND e.occurred_at <= :until AND e.type = ANY(:types::text[])`,
	}),
	/** Who of these customers did something that came in since an instant. */
	didLately: per<{ ids: number[]; since: number; ingested: number; types: string[] }, { customer_id: number }>({
		sqlite: `SELECT j.value AS customer_id FROM json_each(:ids) j
			WHERE EXISTS (SELECT 1 FROM event e WHERE e.customer_id = j.value AND e.occurred_at > :since AND e.ingested_at >= :ingested AND e.type IN (SELECT value FROM json_each(:types)))`,
		postgres: 'SELECT DISTINCT e.customer_id FROM event e WHERE e.customer_id = ANY(:ids::bigint[]) AND e.occurred_at > :since AND e.ingested_at >= :ingested AND e.type = ANY(:types::text[])',
	}),
	sent: per<Asked, { customer_id: number; channel: string }>({
		sqlite: "SELECT t.customer_id, t.channel FROM json_each(:ids) j CROSS JOIN touch t ON t.customer_id = j.value AND t.ts > :since AND t.ts <= :until WHERE t.state IN ('committed', 'handed_off')",
		postgres: "SELECT t.customer_id, t.channel FROM touch t WHERE t.customer_id = ANY(:ids::bigint[]) AND t.ts > :since AND t.ts <= :until AND t.state IN ('committed', 'handed_off')",
	}),
	/** Nothing else of the row, and nobody who has none. */
	save: updateMany<Preferences & { customer_id: number; as_of: number }>('feature', { customer_id: 'bigint', as_of: 'bigint', ...PREFERENCE_TYPES }, ['customer_id']),
};
