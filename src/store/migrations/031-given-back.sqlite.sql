-- How much of an order was given back is told by imported refunds too, not only by recorded ones.
UPDATE orders SET refunded_e4 = given.e4 FROM (SELECT refund_of, CAST(MAX(-9007199254740991, MIN(TOTAL(e4), 9007199254740991)) AS INTEGER) AS e4
	FROM (SELECT refund_of, coalesce(total_e4, TOTAL(line_e4)) AS e4 FROM (SELECT l.refund_of, r.total_e4, l.amount_e4 * l.times AS line_e4, r.id FROM orders r JOIN order_line l ON l.order_ref = r.id WHERE r.kind = 'refund' AND l.refund_of IS NOT NULL) parts GROUP BY id, refund_of, total_e4) refunds GROUP BY refund_of) given
	WHERE given.refund_of = orders.id AND orders.refunded_e4 <> given.e4;
