import { both, per } from '../plan';
import type { ByWhom } from './columnPlans';

/** A line of an order that is not cancelled; of an order without lines nulls. Gifts are no lines. */
export interface SaleRow {
	id: number;
	customer_id: number;
	ordered_at: number;
	product_id: string | null;
	pieces: number | null;
	amount_e4: number | null;
	/** Of a piece, as paid; 0 where only the amount is said. */
	price_e4: number | null;
}

/** What the catalogue says is left of a piece. */
export interface MarginRow {
	product_id: string;
	margin_e4: number;
	/** What a piece costs the customer then. */
	price_e4: number | null;
	currency: string | null;
}

const SALES = 'SELECT o.id, o.customer_id, o.ordered_at, l.product_id, l.quantity * l.times AS pieces, l.amount_e4 * l.times AS amount_e4, l.price_e4 FROM';
const IS_ORDER = "o.kind = 'order' AND o.status <> 'cancelled'";
const IS_SALE = 'gift = 0 AND quantity > 0';
const LINES = 'LEFT JOIN order_line l ON l.order_ref = o.id AND l.gift = 0 AND l.quantity > 0';
/** Order by order (linesOfOrders.ts). */
const LINES_BY_ORDER = `LEFT JOIN LATERAL (SELECT * FROM order_line WHERE order_ref = o.id AND ${IS_SALE} OFFSET 0) l ON true`;
const MARGINS = 'SELECT p.product_id, p.margin_e4, p.price_e4, p.currency FROM';

export const salePlans: ByWhom<SaleRow> = {
	some: per({
		sqlite: `${SALES} json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value ${LINES} WHERE ${IS_ORDER}`,
		postgres: `${SALES} orders o ${LINES_BY_ORDER} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${IS_ORDER}`,
	}),
	range: per({
		sqlite: `${SALES} orders o ${LINES} WHERE o.customer_id BETWEEN :first AND :last AND ${IS_ORDER}`,
		postgres: `${SALES} orders o ${LINES_BY_ORDER} WHERE o.customer_id BETWEEN :first AND :last AND ${IS_ORDER}`,
	}),
};

export const marginPlans = {
	page: both<{ after: string; limit: number }, MarginRow>(`${MARGINS} product p WHERE p.margin_e4 IS NOT NULL AND p.product_id > :after ORDER BY p.product_id LIMIT :limit`),
	ofProducts: per<{ keys: string[] }, MarginRow>({
		sqlite: `${MARGINS} json_each(:keys) j CROSS JOIN product p ON p.product_id = j.value WHERE p.margin_e4 IS NOT NULL`,
		postgres: `${MARGINS} product p WHERE p.product_id = ANY(:keys::text[]) AND p.margin_e4 IS NOT NULL`,
	}),
};
