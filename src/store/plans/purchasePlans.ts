import { both } from '../plan';

/** Purchases page by page, by the number of the order: a page holds whole orders, and no page is slower than the first. */
export const purchasePlans = {
	orders: both<{ after: number; until: number; limit: number }, { id: number; customer_id: number | null; ordered_at: number }>(
		"SELECT id, customer_id, ordered_at FROM orders WHERE id > :after AND kind = 'order' AND status <> 'cancelled' AND ordered_at <= :until ORDER BY id LIMIT :limit",
	),
	/** What was bought, without gifts. */
	lines: both<{ first: number; last: number }, { order_ref: number; product_id: string }>(
		'SELECT order_ref, product_id FROM order_line WHERE order_ref BETWEEN :first AND :last AND gift = 0 AND quantity > 0 ORDER BY order_ref, product_id',
	),
};
