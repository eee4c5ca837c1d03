import { per } from '../plan';

/** What refunds gave back of each order they belong to; a recorded one says a total, an imported one has its lines only. */
const PARTS = `SELECT l.refund_of, r.total_e4, l.amount_e4 * l.times AS line_e4, r.id FROM orders r JOIN order_line l ON l.order_ref = r.id WHERE r.kind = 'refund' AND l.refund_of IS NOT NULL`;
const GIVEN_BACK = {
	sqlite: `SELECT refund_of, CAST(MAX(-9007199254740991, MIN(TOTAL(e4), 9007199254740991)) AS INTEGER) AS e4 FROM (SELECT refund_of, coalesce(total_e4, TOTAL(line_e4)) AS e4 FROM (${PARTS}) parts GROUP BY id, refund_of, total_e4) refunds GROUP BY refund_of`,
	postgres: `SELECT refund_of, GREATEST(-9007199254740991, LEAST(SUM(e4), 9007199254740991))::bigint AS e4 FROM (SELECT refund_of, coalesce(total_e4, SUM(line_e4::numeric)) AS e4 FROM (${PARTS}) parts GROUP BY id, refund_of, total_e4) refunds GROUP BY refund_of`,
};

/** How much of each order was given back, after refunds found other orders than before (`matchRefunds`). */
export const refundPlans = {
	/** The orders that may be concerned, locked in the order of their numbers (PostgreSQL). */
	lock: per<object, { id: number }>({
		sqlite: 'SELECT 0 AS id WHERE FALSE',
		postgres: `SELECT id FROM orders WHERE refunded_e4 <> 0 OR id IN (SELECT refund_of FROM (${GIVEN_BACK.postgres}) given) ORDER BY id FOR UPDATE`,
	}),
	sum: per<object>({
		sqlite: `UPDATE orders SET refunded_e4 = given.e4 FROM (${GIVEN_BACK.sqlite}) given WHERE given.refund_of = orders.id AND orders.refunded_e4 <> given.e4`,
		postgres: `UPDATE orders SET refunded_e4 = given.e4 FROM (${GIVEN_BACK.postgres}) given WHERE given.refund_of = orders.id AND orders.refunded_e4 <> given.e4`,
	}),
	/** Of these nothing is given back any more. */
	clear: per<object>({
		sqlite: `UPDATE orders SET refunded_e4 = 0 WHERE refunded_e4 <> 0 AND id NOT IN (SELECT refund_of FROM (${GIVEN_BACK.sqlite}) given)`,
		postgres: `UPDATE orders SET refunded_e4 = 0 WHERE refunded_e4 <> 0 AND id NOT IN (SELECT refund_of FROM (${GIVEN_BACK.postgres}) given)`,
	}),
};

/** What an order `o` came to, before anything was given back. A shop that says no more than "refunded" gave back everything, nobody knows when. */
export const ORDER_TOTAL = "CASE WHEN o.status = 'refunded' AND o.refunded_e4 = 0 THEN 0 ELSE coalesce(o.total_e4, o.lines_e4, 0) END";

/** What was given back of an order `o`. `then`: until the instant `:at`, whatever came later; mostly nobody asks about the past. */
export const GIVEN_BACK_OF = {
	now: 'o.refunded_e4',
	then: `(o.refunded_e4 - coalesce((SELECT SUM(coalesce(r.total_e4, (SELECT SUM(l.amount_e4 * l.times) FROM order_line l WHERE l.order_ref = r.id AND l.refund_of = o.id)))
		FROM orders r WHERE r.customer_id = o.customer_id AND r.ordered_at > :at AND r.kind = 'refund' AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_ref = r.id AND l.refund_of = o.id)), 0))`,
} as const;
export type AskedOf = keyof typeof GIVEN_BACK_OF;
