import { per } from '../plan';
import { LINES_IF_ANY, PRODUCTS_OF_LINES } from './linesOfOrders';

const ORDER = "o.customer_id, o.order_id, o.ordered_at, o.currency, coalesce(o.total_e4, 0) - o.refunded_e4 AS paid_e4";
const SOUND = "o.kind = 'order' AND o.status <> 'cancelled' AND o.status <> 'refunded'";

export interface ReadyOrderRow {
	customer_id: number;
	order_id: string;
	ordered_at: number;
	currency: string;
	paid_e4: number;
	/** of one of its products; a row for each */
	category: string | null;
}

export const readyPlans = {
	orders: per<{ ids: number[] }, ReadyOrderRow>({
		sqlite: `SELECT ${ORDER}, p.category FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND ${SOUND} LEFT JOIN order_line l ON l.order_ref = o.id LEFT JOIN product p ON p.product_id = l.product_id`,
		postgres: `SELECT ${ORDER}, p.category FROM orders o ${LINES_IF_ANY} ${PRODUCTS_OF_LINES} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${SOUND}`,
	}),
	events: per<{ ids: number[]; since: number; types: string[] }, { customer_id: number; type: string; occurred_at: number; event_id: string; properties: string }>({
		sqlite: 'SELECT e.customer_id, e.type, e.occurred_at, e.event_id, e.properties FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at >= :since AND e.type IN (SELECT value FROM json_each(:types))',
		postgres: 'SELECT customer_id, type, occurred_at, event_id, properties FROM event WHERE customer_id = ANY(:ids::bigint[]) AND occurred_at >= :since AND type = ANY(:types::text[])',
	}),
	/** What the orders of these numbers hold. */
	lines: per<{ ids: number[] }, { order_ref: number; product_id: string; name: string | null }>({
		sqlite: "SELECT l.order_ref, l.product_id, p.name FROM json_each(:ids) j CROSS JOIN order_line l ON l.order_ref = j.value AND l.gift = 0 AND l.product_id <> '' LEFT JOIN product p ON p.product_id = l.product_id",
		postgres: "SELECT l.order_ref, l.product_id, p.name FROM order_line l LEFT JOIN product p ON p.product_id = l.product_id WHERE l.order_ref = ANY(:ids::bigint[]) AND l.gift = 0 AND l.product_id <> ''",
	}),
};
