import { both, per } from '../plan';
import { ORDER_TOTAL } from './refundPlans';

const ANONYMOUS = "WHERE customer_id IS NULL AND id > :after AND kind = 'order' AND status <> 'cancelled' AND ordered_at <= :until ORDER BY id LIMIT :limit";

/** Purchases page by page, by the number of the order: a page holds whole orders, and no page is slower than the first. */
export const purchasePlans = {
	orders: both<{ after: number; until: number; limit: number }, { id: number; customer_id: number | null; ordered_at: number }>(
		"SELECT id, customer_id, ordered_at FROM orders WHERE id > :after AND kind = 'order' AND status <> 'cancelled' AND ordered_at <= :until ORDER BY id LIMIT :limit",
	),
	/** What was bought, without gifts. */
	lines: both<{ first: number; last: number }, { order_ref: number; product_id: string }>(
		'SELECT order_ref, product_id FROM order_line WHERE order_ref BETWEEN :first AND :last AND gift = 0 AND quantity > 0 ORDER BY order_ref, product_id',
	),
	/** Orders of nobody known. */
	anonymous: per<{ after: number; until: number; limit: number }, { id: number; ordered_at: number }>({
		sqlite: `SELECT id, ordered_at FROM orders INDEXED BY orders_anonymous ${ANONYMOUS}`,
		postgres: `SELECT id, ordered_at FROM orders ${ANONYMOUS}`,
	}),
	anonymousLines: per<{ ids: number[] }, { order_ref: number; product_id: string }>({
		sqlite: 'SELECT l.order_ref, l.product_id FROM json_each(:ids) j CROSS JOIN order_line l ON l.order_ref = j.value AND l.gift = 0 AND l.quantity > 0',
		postgres: 'SELECT order_ref, product_id FROM order_line WHERE order_ref = ANY(:ids::bigint[]) AND gift = 0 AND quantity > 0',
	}),
};

/** What known customers paid, order by order, page by page; what was given back is read by refundEntryPlans. */
export const paymentPlans = {
	orders: both<{ after: number; until: number; limit: number }, { id: number; customer_id: number; ordered_at: number; currency: string; total_e4: number }>(
		`SELECT o.id, o.customer_id, o.ordered_at, o.currency, ${ORDER_TOTAL} AS total_e4 FROM orders o JOIN customer c ON c.id = o.customer_id AND c.erased_at IS NULL
		WHERE o.id > :after AND o.kind = 'order' AND o.status <> 'cancelled' AND o.ordered_at <= :until ORDER BY o.id LIMIT :limit`,
	),
	keys: both<{ after: number; limit: number }, { id: number; key: string }>('SELECT id, key FROM customer WHERE id > :after AND erased_at IS NULL ORDER BY id LIMIT :limit'),
};
