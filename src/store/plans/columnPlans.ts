import { both, insertMany, per } from '../plan';
import type { Plan } from '../port';

export interface SegmentRow {
	built_at: number;
	checksum: string;
	body: Uint8Array;
}

/** An order as columns hold it: what was paid, whatever was given back later. */
export interface OrderEntryRow {
	id: number;
	customer_id: number;
	ordered_at: number;
	currency: string;
	total_e4: number;
}

/** What was given back of an order, or of nobody knows which. */
export interface RefundEntryRow {
	customer_id: number;
	refunded_at: number;
	order_id: number | null;
	/** Of a refund recorded through Customer Data; null for an imported one. */
	total_e4: number | null;
	lines_e4: number;
}

const PAID = "CASE WHEN o.status = 'refunded' AND o.refunded_e4 = 0 THEN 0 ELSE coalesce(o.total_e4, o.lines_e4, 0) END AS total_e4";
const ORDERS = `SELECT o.id, o.customer_id, o.ordered_at, o.currency, ${PAID} FROM`;
const IS_ORDER = "o.kind = 'order' AND o.status <> 'cancelled'";
const REFUNDS = 'SELECT r.customer_id, r.ordered_at AS refunded_at, l.refund_of AS order_id, r.total_e4, SUM(l.amount_e4 * l.times) AS lines_e4 FROM';
const REFUND_LINES = 'JOIN order_line l ON l.order_ref = r.id';
const BY_REFUND = 'GROUP BY r.id, r.customer_id, r.ordered_at, r.total_e4, l.refund_of';

const PURCHASES = 'SELECT o.id, o.customer_id, o.ordered_at, l.product_id FROM';
const PURCHASE_LINES = 'JOIN order_line l ON l.order_ref = o.id AND l.gift = 0 AND l.quantity > 0';

/** Somebody looked at a product. */
const IS_VIEW = "e.type IN ('product_viewed', 'product_view')";

/** Customers by a list of numbers, or by a range of them. */
export interface ByWhom<R extends object> {
	some: Plan<{ ids: number[] }, R>;
	range: Plan<{ first: number; last: number }, R>;
}

export const livingPlans: ByWhom<{ id: number; created_at: number }> = {
	some: per({
		sqlite: 'SELECT c.id, c.created_at FROM json_each(:ids) j CROSS JOIN customer c ON c.id = j.value WHERE c.erased_at IS NULL',
		postgres: 'SELECT id, created_at FROM customer WHERE id = ANY(:ids::bigint[]) AND erased_at IS NULL',
	}),
	range: both('SELECT id, created_at FROM customer WHERE id BETWEEN :first AND :last AND erased_at IS NULL'),
};

export const orderEntryPlans: ByWhom<OrderEntryRow> = {
	some: per({
		sqlite: `${ORDERS} json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value WHERE ${IS_ORDER}`,
		postgres: `${ORDERS} orders o WHERE o.customer_id = ANY(:ids::bigint[]) AND ${IS_ORDER}`,
	}),
	range: both(`${ORDERS} orders o WHERE o.customer_id BETWEEN :first AND :last AND ${IS_ORDER}`),
};

export const refundEntryPlans: ByWhom<RefundEntryRow> = {
	some: per({
		sqlite: `${REFUNDS} json_each(:ids) j CROSS JOIN orders r ON r.customer_id = j.value CROSS ${REFUND_LINES} WHERE r.kind = 'refund' ${BY_REFUND}`,
		postgres: `${REFUNDS} orders r ${REFUND_LINES} WHERE r.customer_id = ANY(:ids::bigint[]) AND r.kind = 'refund' ${BY_REFUND}`,
	}),
	range: per({
		sqlite: `${REFUNDS} orders r CROSS ${REFUND_LINES} WHERE r.customer_id BETWEEN :first AND :last AND r.kind = 'refund' ${BY_REFUND}`,
		postgres: `${REFUNDS} orders r ${REFUND_LINES} WHERE r.customer_id BETWEEN :first AND :last AND r.kind = 'refund' ${BY_REFUND}`,
	}),
};

/** What was bought, without gifts: a row for each product of each order that is not cancelled. */
export const purchaseEntryPlans: ByWhom<{ id: number; customer_id: number; ordered_at: number; product_id: string }> = {
	some: per({
		sqlite: `${PURCHASES} json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value CROSS ${PURCHASE_LINES} WHERE ${IS_ORDER}`,
		postgres: `${PURCHASES} orders o ${PURCHASE_LINES} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${IS_ORDER}`,
	}),
	range: per({
		sqlite: `${PURCHASES} orders o CROSS ${PURCHASE_LINES} WHERE o.customer_id BETWEEN :first AND :last AND ${IS_ORDER}`,
		postgres: `${PURCHASES} orders o ${PURCHASE_LINES} WHERE o.customer_id BETWEEN :first AND :last AND ${IS_ORDER}`,
	}),
};

/** When customers looked at products. */
export const eventEntryPlans: ByWhom<{ customer_id: number; type: string; occurred_at: number }> = {
	some: per({
		sqlite: `SELECT e.customer_id, e.type, e.occurred_at FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value WHERE ${IS_VIEW}`,
		postgres: `SELECT e.customer_id, e.type, e.occurred_at FROM event e WHERE e.customer_id = ANY(:ids::bigint[]) AND ${IS_VIEW}`,
	}),
	range: both(`SELECT e.customer_id, e.type, e.occurred_at FROM event e WHERE e.customer_id BETWEEN :first AND :last AND ${IS_VIEW}`),
};

export const segmentPlans = {
	get: both<{ kind: string; bucket: number }, SegmentRow>('SELECT built_at, checksum, body FROM column_segment WHERE kind = :kind AND bucket = :bucket'),
	/** The same, locked until the transaction ends (PostgreSQL). */
	lock: per<{ kind: string; bucket: number }, SegmentRow>({
		sqlite: 'SELECT built_at, checksum, body FROM column_segment WHERE kind = :kind AND bucket = :bucket',
		postgres: 'SELECT built_at, checksum, body FROM column_segment WHERE kind = :kind AND bucket = :bucket FOR UPDATE',
	}),
	/** So that there is a row to lock; an empty body has to be built. */
	reserve: per<{ kind: string; bucket: number }>({
		sqlite: "INSERT INTO column_segment (kind, bucket, built_at, checksum, body) VALUES (:kind, :bucket, 0, '', x'') ON CONFLICT (kind, bucket) DO NOTHING",
		postgres: "INSERT INTO column_segment (kind, bucket, built_at, checksum, body) VALUES (:kind, :bucket, 0, '', ''::bytea) ON CONFLICT (kind, bucket) DO NOTHING",
	}),
	put: both<{ kind: string; bucket: number; built_at: number; checksum: string; body: Uint8Array }>('UPDATE column_segment SET built_at = :built_at, checksum = :checksum, body = :body WHERE kind = :kind AND bucket = :bucket'),
	built: both<{ kind: string }, { bucket: number }>("SELECT bucket FROM column_segment WHERE kind = :kind AND checksum <> ''"),
};

export const changePlans = {
	note: insertMany<{ customer_id: number; what: number }>('customer_change', { customer_id: 'bigint', what: 'integer' }),
	/** The same, one note a customer however often: looked up customer by customer, whatever PostgreSQL thinks of the table. */
	noteOnce: per<{ ids: number[]; what: number }>({
		sqlite: 'INSERT INTO customer_change (customer_id, what) SELECT j.value, :what FROM json_each(:ids) j WHERE NOT EXISTS (SELECT 1 FROM customer_change c WHERE c.customer_id = j.value AND c.what = :what)',
		postgres: 'INSERT INTO customer_change (customer_id, what) SELECT j.id, :what FROM unnest(:ids::bigint[]) AS j(id) WHERE (SELECT 1 FROM customer_change c WHERE c.customer_id = j.id AND c.what = :what LIMIT 1) IS NULL',
	}),
	all: both<{ what: number }, { customer_id: number }>('SELECT customer_id FROM customer_change WHERE what = :what'),
	/** How many notes there are, counted up to a limit. */
	upTo: both<{ what: number; limit: number }, { changes: number }>('SELECT COUNT(*) AS changes FROM (SELECT 1 FROM customer_change WHERE what = :what LIMIT :limit) AS notes'),
	of: per<{ ids: number[]; what: number }, { customer_id: number }>({
		sqlite: 'SELECT c.customer_id FROM json_each(:ids) j CROSS JOIN customer_change c ON c.customer_id = j.value WHERE c.what = :what',
		postgres: 'SELECT customer_id FROM customer_change WHERE customer_id = ANY(:ids::bigint[]) AND what = :what',
	}),
	among: both<{ what: number; first: number; last: number }, { customer_id: number }>('SELECT customer_id FROM customer_change WHERE customer_id BETWEEN :first AND :last AND what = :what'),
	/** Whoever takes a note reads the customer. */
	take: both<{ what: number; first: number; last: number }, { customer_id: number }>('DELETE FROM customer_change WHERE customer_id BETWEEN :first AND :last AND what = :what RETURNING customer_id'),
	/** An import's refunds find their purchases after its last batch. */
	noteRefunds: both<{ run: string; what: number }>(
		`INSERT INTO customer_change (customer_id, what) SELECT DISTINCT r.customer_id, CAST(:what AS INTEGER) FROM orders r JOIN order_line l ON l.order_ref = r.id AND l.times_in_run > l.times_before_run
		WHERE r.kind = 'refund' AND r.import_run = :run AND r.customer_id IS NOT NULL`,
	),
	highest: both<object, { customers: number; orders: number; events: number }>(
		'SELECT coalesce((SELECT MAX(id) FROM customer), 0) AS customers, coalesce((SELECT MAX(id) FROM orders), 0) AS orders, coalesce((SELECT MAX(seq) FROM event), 0) AS events',
	),
	newCustomers: both<{ after: number }, { customer_id: number }>('SELECT id AS customer_id FROM customer WHERE id > :after'),
	newOrders: both<{ after: number }, { customer_id: number }>('SELECT customer_id FROM orders WHERE id > :after AND customer_id IS NOT NULL'),
	newEvents: both<{ after: number }, { customer_id: number }>(`SELECT e.customer_id FROM event e WHERE e.seq > :after AND ${IS_VIEW}`),
};
