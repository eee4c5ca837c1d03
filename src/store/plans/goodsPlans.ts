import { per } from '../plan';
import { LINES_OF_ORDERS, PRODUCTS_OF_LINES } from './linesOfOrders';

/** A line of an order, or what was given back of one. */
export interface GoodsLineRow {
	customer_id: number;
	order_ref: number;
	/** Of what was given back: the order it is from. */
	refund_of: number | null;
	ordered_at: number;
	product_id: string;
	pieces: number;
	category: string | null;
}

type Asked = { ids: number[]; since: number; until: number };
const LINE = 'o.customer_id, l.order_ref, l.refund_of, o.ordered_at, l.product_id, l.quantity * l.times AS pieces, p.category';
const IN_TIME = "o.ordered_at > :since AND o.ordered_at <= :until AND o.status <> 'cancelled' AND NOT (o.kind = 'order' AND o.status = 'refunded')";
const GOODS = "l.gift = 0 AND l.quantity > 0 AND l.product_id <> ''";
const ESCAPED = "ESCAPE '\\'";
const PRODUCT = 'LEFT JOIN product p ON p.product_id = l.product_id';

export const goodsPlans = {
	/** What customers bought and gave back. */
	lines: per<Asked, GoodsLineRow>({
		sqlite: `SELECT ${LINE} FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND ${IN_TIME} CROSS JOIN order_line l ON l.order_ref = o.id AND ${GOODS} ${PRODUCT}`,
		postgres: `SELECT ${LINE} FROM orders o ${LINES_OF_ORDERS} ${PRODUCTS_OF_LINES} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${IN_TIME} AND ${GOODS}`,
	}),
	names: per<{ ids: string[] }, { product_id: string; name: string | null }>({
		sqlite: 'SELECT p.product_id, p.name FROM json_each(:ids) j CROSS JOIN product p ON p.product_id = j.value',
		postgres: 'SELECT p.product_id, p.name FROM product p WHERE p.product_id = ANY(:ids::text[])',
	}),
	/** Products to choose from, by what their names or ids hold. Capital letters of English only are known to SQLite, and to PostgreSQL by its locale. */
	find: per<{ text: string; lower: string; capital: string; limit: number }, { product_id: string; name: string | null }>({
		sqlite: `SELECT product_id, name FROM product WHERE name LIKE :text ${ESCAPED} OR name LIKE :lower ${ESCAPED} OR name LIKE :capital ${ESCAPED} OR product_id LIKE :text ${ESCAPED} ORDER BY product_id LIMIT :limit`,
		postgres: `SELECT product_id, name FROM product WHERE name ILIKE :text OR name LIKE :lower OR name LIKE :capital OR product_id ILIKE :text ORDER BY product_id LIMIT :limit`,
	}),
};
