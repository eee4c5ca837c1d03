import { both, bulk, insertMany, per, selectMany } from '../plan';

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
	conflict: insertMany<SeenRow>('ingest_conflict', { source: 'text', event_id: 'text', body_hash: 'text', at: 'bigint' }),
	insert: insertMany<EventRow>('event', { customer_id: 'bigint', type: 'text', occurred_at: 'bigint', ingested_at: 'bigint', source: 'text', event_id: 'text', properties: 'text', note: 'text' }),
	/** Events of these customers since an instant, oldest first: a wait looks for what is already there. */
	since: per<{ ids: number[]; since: number }, EventRow & { seq: number }>({
		sqlite: 'SELECT e.* FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at >= :since ORDER BY e.occurred_at, e.seq',
		postgres: 'SELECT * FROM event WHERE customer_id = ANY(:ids::bigint[]) AND occurred_at >= :since ORDER BY occurred_at, seq',
	}),
	ofCustomer: both<{ customer_id: number; limit: number }, EventRow>('SELECT * FROM event WHERE customer_id = :customer_id ORDER BY occurred_at DESC LIMIT :limit'),
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
	discount_e4: number | null;
	refunded_e4: number;
	cart_id: string | null;
	source_campaign: string | null;
	/** of the whole recorded order; null for an imported one */
	body_hash: string | null;
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
type NewOrder = Omit<OrderRow, 'id' | 'refunded_e4'>;

const LINE_TYPES = { order_ref: 'bigint', product_id: 'text', quantity: 'double precision', price_e4: 'bigint', times: 'bigint', amount_e4: 'bigint', gift: 'bigint', import_run: 'text' } as const;

export interface ImportLineRow extends OrderLineDbRow {
	import_run: string;
}

function importLine(rows: string, greatest: 'max' | 'greatest'): string {
	const inRun = 'CASE WHEN order_line.import_run = excluded.import_run THEN order_line.times_in_run + excluded.times_in_run ELSE excluded.times_in_run END';
	return `INSERT INTO order_line (order_ref, product_id, quantity, price_e4, times, amount_e4, gift, import_run, times_in_run) ${rows}
		ON CONFLICT (order_ref, product_id, quantity, price_e4) DO UPDATE SET
			times_before_run = CASE WHEN order_line.import_run = excluded.import_run THEN order_line.times_before_run ELSE order_line.times END,
			times_in_run = ${inRun}, times = ${greatest}(order_line.times, ${inRun}), import_run = excluded.import_run
		RETURNING order_ref, product_id, quantity, price_e4, times_in_run, times_before_run`;
}

export const orderPlans = {
	byIds: selectMany<{ source: string; order_id: string; kind: string }, OrderRow>('t.*', 'orders', { source: 'text', order_id: 'text', kind: 'text' }),
	/** By the shop's order id alone, newest first: cancellations may come from another workflow than the order. */
	byOrderId: both<{ order_id: string }, OrderRow>("SELECT * FROM orders WHERE order_id = :order_id AND kind = 'order' ORDER BY ordered_at DESC"),
	save: insertMany<NewOrder, { id: number; source: string; order_id: string; kind: string }>(
		'orders',
		ORDER_TYPES,
		`ON CONFLICT (source, order_id, kind) DO UPDATE SET customer_id = coalesce(excluded.customer_id, orders.customer_id), status = excluded.status, ordered_at = excluded.ordered_at, currency = excluded.currency,
			total_e4 = excluded.total_e4, discount_e4 = excluded.discount_e4, cart_id = coalesce(excluded.cart_id, orders.cart_id), source_campaign = coalesce(excluded.source_campaign, orders.source_campaign), body_hash = excluded.body_hash, updated_at = excluded.updated_at
		RETURNING id, source, order_id, kind`,
	),
	/** An import adds lines bit by bit: the order's time is its earliest line (import.md), what is known stays. */
	importOrder: insertMany<NewOrder, { id: number; source: string; order_id: string; kind: string }>(
		'orders',
		ORDER_TYPES,
		`ON CONFLICT (source, order_id, kind) DO UPDATE SET customer_id = coalesce(orders.customer_id, excluded.customer_id),
			ordered_at = CASE WHEN excluded.ordered_at < orders.ordered_at THEN excluded.ordered_at ELSE orders.ordered_at END
		RETURNING id, source, order_id, kind`,
	),
	/**
	 * One row per (order, product, quantity, price); `times` counts identical lines. Within a run each line raises the
	 * run's own count; a later run of the same file reaches the same count and changes nothing.
	 */
	importLine: bulk<ImportLineRow, { order_ref: number; product_id: string; quantity: number; price_e4: number; times_in_run: number; times_before_run: number }>(LINE_TYPES, {
		sqlite: importLine('VALUES (:order_ref, :product_id, :quantity, :price_e4, :times, :amount_e4, :gift, :import_run, :times)', 'max'),
		postgres: importLine('SELECT order_ref, product_id, quantity, price_e4, times, amount_e4, gift, import_run, times FROM rows', 'greatest'),
	}),
	lines: both<{ order_ref: number }, OrderLineDbRow>('SELECT * FROM order_line WHERE order_ref = :order_ref'),
	removeLines: both<{ order_ref: number }>('DELETE FROM order_line WHERE order_ref = :order_ref'),
	addLine: insertMany<OrderLineDbRow>(
		'order_line',
		{ order_ref: 'bigint', product_id: 'text', quantity: 'double precision', price_e4: 'bigint', times: 'bigint', amount_e4: 'bigint', gift: 'bigint' },
	),
	setStatus: both<{ id: number; status: string; refunded_e4: number; updated_at: number }>('UPDATE orders SET status = :status, refunded_e4 = :refunded_e4, updated_at = :updated_at WHERE id = :id'),
	/** Every refund line of a known customer to the customer's latest purchase of that product at or before it (import.md). */
	matchRefunds: both<object>(
		`UPDATE order_line SET refund_of = (
			SELECT o.id FROM orders r JOIN orders o ON o.customer_id = r.customer_id AND o.kind = 'order' AND o.ordered_at <= r.ordered_at
				JOIN order_line l ON l.order_ref = o.id AND l.product_id = order_line.product_id
			WHERE r.id = order_line.order_ref ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1)
		WHERE order_ref IN (SELECT id FROM orders WHERE kind = 'refund' AND customer_id IS NOT NULL)`,
	),
	countRefunds: both<object, { matched: number; unmatched: number }>(
		`SELECT coalesce(SUM(CASE WHEN l.refund_of IS NOT NULL THEN l.times ELSE 0 END), 0) AS matched, coalesce(SUM(CASE WHEN l.refund_of IS NULL THEN l.times ELSE 0 END), 0) AS unmatched
		FROM orders r JOIN order_line l ON l.order_ref = r.id WHERE r.kind = 'refund'`,
	),
	/** The latest purchases of a customer with their lines, for refunds that name no order. */
	latestPurchase: both<{ customer_id: number; product_id: string; before: number }, OrderRow>(
		`SELECT o.* FROM orders o JOIN order_line l ON l.order_ref = o.id WHERE o.customer_id = :customer_id AND o.kind = 'order' AND l.product_id = :product_id AND o.ordered_at <= :before
		ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1`,
	),
	ofCustomer: both<{ customer_id: number; limit: number }, OrderRow & { amount_e4: number | null }>(
		`SELECT o.*, (SELECT SUM(l.amount_e4 * l.times) FROM order_line l WHERE l.order_ref = o.id) AS amount_e4
		FROM orders o WHERE o.customer_id = :customer_id ORDER BY o.ordered_at DESC LIMIT :limit`,
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
	updated_at: number;
}

const PRODUCT_TYPES = {
	product_id: 'text', name: 'text', category: 'text', price_e4: 'bigint', currency: 'text', family: 'text', tier: 'bigint', successor_of: 'text', lifetime_days: 'double precision', in_stock: 'bigint', margin_e4: 'bigint', updated_at: 'bigint',
} as const;

export const productPlans = {
	byIds: selectMany<{ product_id: string }, ProductRow>('t.product_id, t.name, t.category, t.price_e4, t.currency, t.family, t.tier, t.successor_of, t.lifetime_days, t.in_stock, t.margin_e4, t.updated_at', 'product', { product_id: 'text' }),
	save: insertMany<ProductRow>(
		'product',
		PRODUCT_TYPES,
		`ON CONFLICT (product_id) DO UPDATE SET name = excluded.name, category = excluded.category, price_e4 = excluded.price_e4, currency = excluded.currency, family = excluded.family,
			tier = excluded.tier, successor_of = excluded.successor_of, lifetime_days = excluded.lifetime_days, in_stock = excluded.in_stock, margin_e4 = excluded.margin_e4, updated_at = excluded.updated_at`,
	),
	/** What an orders file says of a product it mentions: only where nothing is known. */
	mention: insertMany<Pick<ProductRow, 'product_id' | 'name' | 'category' | 'updated_at'>>('product', { product_id: 'text', name: 'text', category: 'text', updated_at: 'bigint' }, 'ON CONFLICT (product_id) DO NOTHING'),
};
