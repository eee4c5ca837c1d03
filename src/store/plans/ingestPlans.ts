import { both, bulk, deleteMany, insertMany, per, selectMany, updateMany } from '../plan';
import type { BulkPlan } from '../port';

export interface SeenRow {
	source: string;
	event_id: string;
	body_hash: string;
	at: number;
}

export interface EventRow {
	customer_id: number;
	type: string;
	occurred_at: number;
	ingested_at: number;
	source: string;
	event_id: string;
	/** JSON object */
	properties: string;
	note: string | null;
}

export const eventPlans = {
	see: insertMany<SeenRow, { source: string; event_id: string }>(
		'seen',
		{ source: 'text', event_id: 'text', body_hash: 'text', at: 'bigint' },
		'ON CONFLICT (source, event_id) DO NOTHING RETURNING source, event_id',
	),
	seen: selectMany<{ source: string; event_id: string }, SeenRow>('t.source, t.event_id, t.body_hash, t.at', 'seen', { source: 'text', event_id: 'text' }),
	/** Of an event that was then refused: once its customer may come in, it may too. */
	unsee: deleteMany<{ source: string; event_id: string }>('seen', { source: 'text', event_id: 'text' }),
	conflict: insertMany<SeenRow>('ingest_conflict', { source: 'text', event_id: 'text', body_hash: 'text', at: 'bigint' }),
	insert: insertMany<EventRow>('event', { customer_id: 'bigint', type: 'text', occurred_at: 'bigint', ingested_at: 'bigint', source: 'text', event_id: 'text', properties: 'text', note: 'text' }),
	/** Events of these customers since an instant, oldest first: a wait looks for what is already there. */
	since: per<{ ids: number[]; since: number }, EventRow & { seq: number }>({
		sqlite: 'SELECT e.* FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at >= :since ORDER BY e.occurred_at, e.seq',
		postgres: 'SELECT * FROM event WHERE customer_id = ANY(:ids::bigint[]) AND occurred_at >= :since ORDER BY occurred_at, seq',
	}),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, EventRow>(
		'SELECT * FROM event WHERE customer_id = :customer_id AND occurred_at <= :until ORDER BY occurred_at DESC, seq DESC LIMIT :limit',
	),
};

/** An event dated too far ahead, as it came. */
export interface SetAsideRow {
	id: number;
	source: string;
	event_id: string;
	type: string;
	occurred_at: number;
	received_at: number;
	/** JSON of EventInput */
	item: string;
}

export const setAsidePlans = {
	add: insertMany<Omit<SetAsideRow, 'id'>>(
		'set_aside',
		{ source: 'text', event_id: 'text', type: 'text', occurred_at: 'bigint', received_at: 'bigint', item: 'text' },
		'ON CONFLICT (source, event_id) DO NOTHING',
	),
	list: both<{ after: number; limit: number }, SetAsideRow>('SELECT * FROM set_aside WHERE id > :after ORDER BY id LIMIT :limit'),
	/** Whoever takes a row out decides about it. */
	take: per<{ ids: number[] }, SetAsideRow>({
		sqlite: 'DELETE FROM set_aside WHERE id IN (SELECT value FROM json_each(:ids)) RETURNING *',
		postgres: 'DELETE FROM set_aside WHERE id = ANY(:ids::bigint[]) RETURNING *',
	}),
	count: both<object, { events: number }>('SELECT COUNT(*) AS events FROM set_aside'),
};

export interface OrderRow {
	id: number;
	source: string;
	order_id: string;
	customer_id: number | null;
	kind: 'order' | 'refund';
	status: string;
	ordered_at: number;
	currency: string;
	total_e4: number | null;
	/** sum of the lines of an order without a total, within 2^53; null: it has a total, or no lines */
	lines_e4: number | null;
	discount_e4: number | null;
	refunded_e4: number;
	cart_id: string | null;
	source_campaign: string | null;
	/** of the whole recorded order; null for an imported one */
	body_hash: string | null;
	/** of the import that saw the order last */
	import_run: string | null;
	updated_at: number;
}

export interface OrderLineDbRow {
	order_ref: number;
	product_id: string;
	quantity: number;
	price_e4: number;
	times: number;
	amount_e4: number;
	gift: number;
}

const ORDER_TYPES = {
	source: 'text', order_id: 'text', customer_id: 'bigint', kind: 'text', status: 'text', ordered_at: 'bigint', currency: 'text', total_e4: 'bigint', discount_e4: 'bigint', cart_id: 'text', source_campaign: 'text', body_hash: 'text', updated_at: 'bigint',
} as const;
const ORDER_KEY = { source: 'text', order_id: 'text', kind: 'text' } as const;
type NewOrder = Omit<OrderRow, 'id' | 'refunded_e4' | 'import_run' | 'lines_e4'>;

/** A row that nobody had written before has no transaction that changed or locked it. */
function returningIsNew<P extends object, R extends object>(plan: BulkPlan<P, R>): BulkPlan<P, R> {
	const isNew = (sql: string) => `${sql}, (orders.xmax = 0)::int AS is_new`;
	return { ...plan, sqlite: `${plan.sqlite}, 0 AS is_new`, postgres: isNew(plan.postgres), ...(plan.postgresOne !== undefined && { postgresOne: isNew(plan.postgresOne) }) };
}

/** A line with what an import counts. */
export interface ImportLineRow extends OrderLineDbRow {
	times_in_run: number;
	times_before_run: number;
}

const LINE_TYPES = { order_ref: 'bigint', product_id: 'text', quantity: 'double precision', price_e4: 'bigint', times: 'bigint', amount_e4: 'bigint', gift: 'bigint' } as const;

export const orderPlans = {
	byIds: selectMany<{ source: string; order_id: string; kind: string }, OrderRow>('t.*', 'orders', ORDER_KEY),
	/** The same, locked until the transaction ends (PostgreSQL); customers are locked before orders. */
	lockByIds: bulk<{ source: string; order_id: string; kind: string }, OrderRow>(ORDER_KEY, {
		sqlite: 'SELECT t.* FROM orders AS t WHERE t.source = :source AND t.order_id = :order_id AND t.kind = :kind',
		postgres: 'SELECT t.* FROM rows r JOIN orders AS t ON t.source = r.source AND t.order_id = r.order_id AND t.kind = r.kind ORDER BY t.id FOR UPDATE OF t',
		one: 'SELECT t.* FROM orders AS t WHERE t.source = :source AND t.order_id = :order_id AND t.kind = :kind FOR UPDATE',
	}),
	/** By the shop's order id alone: cancellations may come from another workflow than the order. */
	byOrderId: both<{ order_id: string }, OrderRow>("SELECT * FROM orders WHERE order_id = :order_id AND kind = 'order' LIMIT 2"),
	/** `is_new` 1: nothing was there; 0 where that is not known for sure. */
	save: returningIsNew(insertMany<NewOrder, { id: number; source: string; order_id: string; kind: string; is_new: number }>(
		'orders',
		ORDER_TYPES,
		`ON CONFLICT (source, order_id, kind) DO UPDATE SET customer_id = coalesce(excluded.customer_id, orders.customer_id), status = excluded.status, ordered_at = excluded.ordered_at, currency = excluded.currency,
			total_e4 = excluded.total_e4, lines_e4 = NULL, discount_e4 = excluded.discount_e4, cart_id = coalesce(excluded.cart_id, orders.cart_id), source_campaign = coalesce(excluded.source_campaign, orders.source_campaign), body_hash = excluded.body_hash, updated_at = excluded.updated_at
		RETURNING id, source, order_id, kind`,
	)),
	/** An import adds lines bit by bit: the order's time is its earliest line (import.md), what is known stays. */
	importOrder: insertMany<NewOrder & { lines_e4: number; import_run: string }, { id: number; order_id: string; kind: string; total_e4: number | null; lines_e4: number | null }>(
		'orders',
		{ ...ORDER_TYPES, lines_e4: 'bigint', import_run: 'text' },
		`ON CONFLICT (source, order_id, kind) DO UPDATE SET customer_id = coalesce(orders.customer_id, excluded.customer_id), import_run = excluded.import_run,
			ordered_at = CASE WHEN excluded.ordered_at < orders.ordered_at THEN excluded.ordered_at ELSE orders.ordered_at END,
			updated_at = CASE WHEN orders.body_hash IS NULL AND excluded.ordered_at < orders.ordered_at THEN excluded.ordered_at ELSE orders.updated_at END
		RETURNING id, order_id, kind, total_e4, lines_e4`,
	),
	setLinesSum: updateMany<{ id: number; lines_e4: number }>('orders', { id: 'bigint', lines_e4: 'bigint' }, ['id']),
	linesOfMany: per<{ ids: number[] }, ImportLineRow>({
		sqlite: 'SELECT l.* FROM json_each(:ids) j CROSS JOIN order_line l ON l.order_ref = j.value',
		postgres: 'SELECT * FROM order_line WHERE order_ref = ANY(:ids::bigint[])',
	}),
	putLine: insertMany<ImportLineRow>(
		'order_line',
		{ ...LINE_TYPES, times_in_run: 'bigint', times_before_run: 'bigint' },
		'ON CONFLICT (order_ref, product_id, quantity, price_e4) DO UPDATE SET times = excluded.times, times_in_run = excluded.times_in_run, times_before_run = excluded.times_before_run',
	),
	lines: both<{ order_ref: number }, OrderLineDbRow>('SELECT * FROM order_line WHERE order_ref = :order_ref'),
	/** The orders that a refund's lines give back. */
	refundedBy: both<{ order_ref: number }, { order_id: string }>('SELECT DISTINCT o.order_id FROM order_line l JOIN orders o ON o.id = l.refund_of WHERE l.order_ref = :order_ref'),
	removeLines: deleteMany<{ order_ref: number }>('order_line', { order_ref: 'bigint' }),
	addLine: insertMany<OrderLineDbRow & { refund_of: number | null }>(
		'order_line',
		{ ...LINE_TYPES, refund_of: 'bigint' },
	),
	setStatus: both<{ id: number; status: string; refunded_e4: number; updated_at: number }>('UPDATE orders SET status = :status, refunded_e4 = :refunded_e4, updated_at = :updated_at WHERE id = :id'),
	/** Every imported refund line of a known customer to the customer's latest purchase of that product at or before it (import.md). */
	matchRefunds: both<object>(
		`UPDATE order_line SET refund_of = (
			SELECT o.id FROM orders r JOIN orders o ON o.customer_id = r.customer_id AND o.kind = 'order' AND o.ordered_at <= r.ordered_at
				JOIN order_line l ON l.order_ref = o.id AND l.product_id = order_line.product_id
			WHERE r.id = order_line.order_ref ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1)
		WHERE order_ref IN (SELECT id FROM orders WHERE kind = 'refund' AND import_run IS NOT NULL AND customer_id IS NOT NULL)`,
	),
	countRefunds: both<{ run: string }, { matched: number; unmatched: number }>(
		`SELECT coalesce(SUM(CASE WHEN l.refund_of IS NOT NULL THEN l.times_in_run ELSE 0 END), 0) AS matched, coalesce(SUM(CASE WHEN l.refund_of IS NULL THEN l.times_in_run ELSE 0 END), 0) AS unmatched
		FROM orders r JOIN order_line l ON l.order_ref = r.id WHERE r.kind = 'refund' AND r.import_run = :run`,
	),
	/** The latest purchases of a customer with their lines, for refunds that name no order. */
	latestPurchase: both<{ customer_id: number; product_id: string; before: number }, OrderRow>(
		`SELECT o.* FROM orders o JOIN order_line l ON l.order_ref = o.id WHERE o.customer_id = :customer_id AND o.kind = 'order' AND l.product_id = :product_id AND o.ordered_at <= :before
		ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1`,
	),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, OrderRow>(
		'SELECT o.* FROM orders o WHERE o.customer_id = :customer_id AND o.ordered_at <= :until ORDER BY o.ordered_at DESC, o.id DESC LIMIT :limit',
	),
	/**
	 * What a customer paid and did not get back until an instant, per currency. Refunds are orders of their own, with their own
	 * date, of no weight where the purchase was cancelled; imported ones have no total.
	 */
	revenueOf: both<{ customer_id: number; until: number }, { currency: string; revenue_e4: number }>(
		`SELECT o.currency, SUM(CASE
			WHEN o.kind = 'refund' AND o.total_e4 IS NOT NULL THEN CASE WHEN EXISTS (SELECT 1 FROM order_line l JOIN orders p ON p.id = l.refund_of WHERE l.order_ref = o.id AND p.status = 'cancelled') THEN 0 ELSE -o.total_e4 END
			WHEN o.kind = 'refund' THEN -(SELECT coalesce(SUM(l.amount_e4 * l.times), 0) FROM order_line l LEFT JOIN orders p ON p.id = l.refund_of WHERE l.order_ref = o.id AND coalesce(p.status, '') <> 'cancelled')
			WHEN o.status = 'cancelled' OR (o.status = 'refunded' AND o.refunded_e4 = 0) THEN 0
			ELSE coalesce(o.total_e4, o.lines_e4, 0) END) AS revenue_e4
		FROM orders o WHERE o.customer_id = :customer_id AND o.ordered_at <= :until GROUP BY o.currency ORDER BY o.currency`,
	),
};

export interface ProductRow {
	product_id: string;
	name: string | null;
	category: string | null;
	price_e4: number | null;
	currency: string | null;
	family: string | null;
	tier: number | null;
	successor_of: string | null;
	lifetime_days: number | null;
	in_stock: number | null;
	margin_e4: number | null;
	/** Since when it can be had in place of the other, UTC milliseconds; null: not, or since before the store knew. */
	successor_since: number | null;
	updated_at: number;
}

const PRODUCT_TYPES = {
	product_id: 'text', name: 'text', category: 'text', price_e4: 'bigint', currency: 'text', family: 'text', tier: 'bigint', successor_of: 'text', lifetime_days: 'double precision', in_stock: 'bigint', margin_e4: 'bigint', successor_since: 'bigint', updated_at: 'bigint',
} as const;

export const productPlans = {
	byIds: selectMany<{ product_id: string }, ProductRow>('t.product_id, t.name, t.category, t.price_e4, t.currency, t.family, t.tier, t.successor_of, t.lifetime_days, t.in_stock, t.margin_e4, t.successor_since, t.updated_at', 'product', { product_id: 'text' }),
	/** What is not given keeps its value; two workers that give different fields of one product lose neither. */
	save: insertMany<ProductRow>(
		'product',
		PRODUCT_TYPES,
		`ON CONFLICT (product_id) DO UPDATE SET ${Object.keys(PRODUCT_TYPES)
			.filter((column) => column !== 'product_id')
			.map((column) => `${column} = coalesce(excluded.${column}, product.${column})`)
			.join(', ')}`,
	),
	/** What an orders file says of a product it mentions: only where nothing is known. */
	mention: insertMany<Pick<ProductRow, 'product_id' | 'name' | 'category' | 'updated_at'>>(
		'product',
		{ product_id: 'text', name: 'text', category: 'text', updated_at: 'bigint' },
		`ON CONFLICT (product_id) DO UPDATE SET name = coalesce(product.name, excluded.name), category = coalesce(product.category, excluded.category), updated_at = excluded.updated_at
		WHERE (product.name IS NULL AND excluded.name IS NOT NULL) OR (product.category IS NULL AND excluded.category IS NOT NULL)`,
	),
};
