import { eventEntryPlans, livingPlans, orderEntryPlans, purchaseEntryPlans, refundEntryPlans } from '../store/plans/columnPlans';
import { salePlans, type SaleRow } from '../store/plans/salePlans';
import type { Tx } from '../store/port';
import { Texts, type Bucket, type BucketShape } from './bucket';
import { clustered, numbered, rowsOf, type Whom } from './clustered';
import { DEEDS, readDeeds } from './deedColumns';

const QUARTER_MS = 900_000;

/** What is kept as columns beside the rows. */
export interface ColumnKind {
	readonly shape: BucketShape;
	/** Reads the rows of customers; who is erased or was merged into another has none. */
	read(tx: Tx, whom: Whom): Promise<Bucket>;
}

/**
 * Orders, without the cancelled ones. `at` UTC milliseconds, `amount_e4` what was paid, `currency` a place in the texts.
 * `refunds` are dated, so that at an earlier instant they are not known yet; `order` is the place among the customer's orders.
 * `known.since`: when the customer came to be.
 */
const ORDERS: BucketShape = { tables: { known: ['since'], orders: ['at', 'amount_e4', 'currency'], refunds: ['order', 'at', 'amount_e4'] }, coded: { table: 'orders', column: 'currency' } };

/** Events that figures are computed from: when products were looked at, the first time in each quarter of an hour, which is on one day whatever the zone. `at` UTC milliseconds, `type` a place in the texts. */
const EVENTS: BucketShape = { tables: { events: ['at', 'type'] }, coded: { table: 'events', column: 'type' } };

export const COLUMN_KINDS = { orders: { shape: ORDERS, read: readOrders }, events: { shape: EVENTS, read: readEvents }, deeds: { shape: DEEDS, read: readDeeds } } as const satisfies Record<string, ColumnKind>;
export type ColumnKindName = keyof typeof COLUMN_KINDS;

/** What changed of a customer, as the table of changes says it; the columns of each kind are brought up to date apart. */
export const CHANGED = { orders: 1, events: 2, deeds: 4 } as const satisfies Record<ColumnKindName, number>;

/** History of these customers was filled in since the last refresh: what it makes of their figures is no news. */
export const FILLED_IN = 3;

/**
 * What was bought: orders that are not cancelled, and the products of each, one after another. `at` UTC milliseconds, `products`
 * how many the order has, `product` a place in the texts. The erased count on: nobody can be known by a basket.
 */
export const PURCHASES: BucketShape = { tables: { orders: ['at', 'products'], lines: ['product'] }, coded: { table: 'lines', column: 'product' } };

/**
 * The lines of orders, where the catalogue says of products what is left of them, or of what category they are. `order` is the
 * place among the customer's orders, as the columns of orders have them, `pieces` how many, `amount_e4` what they cost together,
 * `price_e4` what was paid for one; `product` a place in the texts.
 */
export const SALES: BucketShape = { tables: { lines: ['order', 'product', 'pieces', 'amount_e4', 'price_e4'] }, coded: { table: 'lines', column: 'product' } };

/** What each customer's row of figures was when it was last written, as numbers to compare with, and the day when drifting figures last were. */
export const WRITTEN: BucketShape = { tables: { written: ['standing', 'drifting', 'day'] } };

/** Everything that is kept of customers in column segments. */
export const SHAPES: Readonly<Record<string, BucketShape>> = { orders: ORDERS, events: EVENTS, deeds: DEEDS, purchases: PURCHASES, sales: SALES, written: WRITTEN };

async function readOrders(tx: Tx, whom: Whom): Promise<Bucket> {
	const [living, rows, refunds] = await Promise.all([rowsOf(tx, livingPlans, whom), rowsOf(tx, orderEntryPlans, whom), rowsOf(tx, refundEntryPlans, whom)]);
	living.sort((a, b) => a.id - b.id);
	rows.sort((a, b) => a.customer_id - b.customer_id || a.ordered_at - b.ordered_at || a.id - b.id);
	const { numbers, placeOf } = numbered(living);
	const texts = new Texts();
	const orders = clustered(numbers.length, rows, (row) => placeOf(row.customer_id), { at: (row) => row.ordered_at, amount_e4: (row) => row.total_e4, currency: (row) => texts.codeOf(row.currency) });
	const known = clustered(numbers.length, living, (row) => placeOf(row.id), { since: (row) => row.created_at });
	const placeOfOrder = new Map(orders.rows.map(({ id }, at) => [id, at]));
	const given = refunds.flatMap((refund) => {
		const place = placeOf(refund.customer_id);
		if (place < 0) return [];
		const [first, end] = [orders.table.offsets[place], orders.table.offsets[place + 1]];
		// What names a purchase that does not count (a cancelled one) gives nothing back.
		const at = refund.order_id === null ? latestBefore(orders.table.columns.at, first, end, refund.refunded_at) : (placeOfOrder.get(refund.order_id) ?? -1);
		return at < first || at >= end ? [] : [{ place, order: at - first, at: refund.refunded_at, amount_e4: refund.total_e4 ?? refund.lines_e4 }];
	});
	const returned = clustered(numbers.length, given.sort((a, b) => a.place - b.place || a.at - b.at || a.order - b.order), (row) => row.place, { order: (row) => row.order, at: (row) => row.at, amount_e4: (row) => row.amount_e4 });
	return { numbers, tables: { known: known.table, orders: orders.table, refunds: returned.table }, texts: texts.all };
}

async function readEvents(tx: Tx, whom: Whom): Promise<Bucket> {
	const all = (await rowsOf(tx, eventEntryPlans, whom)).sort((a, b) => a.customer_id - b.customer_id || a.occurred_at - b.occurred_at);
	const quarterOf = ({ occurred_at }: { occurred_at: number }) => Math.floor(occurred_at / QUARTER_MS);
	const rows = all.filter((row, place) => place === 0 || all[place - 1].customer_id !== row.customer_id || quarterOf(all[place - 1]) !== quarterOf(row));
	const { numbers, placeOf } = numbered([...new Set(rows.map((row) => row.customer_id))].map((id) => ({ id })));
	const texts = new Texts();
	const events = clustered(numbers.length, rows, (row) => placeOf(row.customer_id), { at: (row) => row.occurred_at, type: (row) => texts.codeOf(row.type) });
	return { numbers, tables: { events: events.table }, texts: texts.all };
}

export async function readPurchases(tx: Tx, whom: Whom): Promise<Bucket> {
	const rows = (await rowsOf(tx, purchaseEntryPlans, whom)).sort((a, b) => a.customer_id - b.customer_id || a.ordered_at - b.ordered_at || a.id - b.id || (a.product_id < b.product_id ? -1 : 1));
	// A product that stands in an order at two prices was bought once.
	const lines = rows.filter((row, place) => row.id !== rows[place - 1]?.id || row.product_id !== rows[place - 1].product_id);
	const { numbers, placeOf } = numbered([...new Set(lines.map((row) => row.customer_id))].map((id) => ({ id })));
	const sizes = new Map<number, number>();
	for (const { id } of lines) sizes.set(id, (sizes.get(id) ?? 0) + 1);
	const orders = lines.filter(({ id }, place) => id !== lines[place - 1]?.id);
	const texts = new Texts();
	const bought = clustered(numbers.length, orders, (row) => placeOf(row.customer_id), { at: (row) => row.ordered_at, products: (row) => sizes.get(row.id) as number });
	const products = clustered(numbers.length, lines, (row) => placeOf(row.customer_id), { product: (row) => texts.codeOf(row.product_id) });
	return { numbers, tables: { orders: bought.table, lines: products.table }, texts: texts.all };
}

export async function readSales(tx: Tx, whom: Whom): Promise<Bucket> {
	const rows = (await rowsOf(tx, salePlans, whom)).sort((a, b) => a.customer_id - b.customer_id || a.ordered_at - b.ordered_at || a.id - b.id);
	const lines: (Pick<SaleRow, 'customer_id'> & Record<'order' | 'pieces' | 'amount_e4' | 'price_e4', number> & { product: string })[] = [];
	let order = -1;
	rows.forEach(({ id, customer_id, product_id, pieces, amount_e4, price_e4 }, place) => {
		if (rows[place - 1]?.customer_id !== customer_id) order = 0;
		else if (rows[place - 1].id !== id) order++;
		if (product_id !== null && pieces !== null && amount_e4 !== null) lines.push({ customer_id, order, product: product_id, pieces, amount_e4, price_e4: price_e4 !== null && price_e4 > 0 ? price_e4 : Math.round(amount_e4 / pieces) });
	});
	const { numbers, placeOf } = numbered([...new Set(lines.map((line) => line.customer_id))].map((id) => ({ id })));
	const texts = new Texts();
	const sold = clustered(numbers.length, lines, (line) => placeOf(line.customer_id), { order: (line) => line.order, product: (line) => texts.codeOf(line.product), pieces: (line) => line.pieces, amount_e4: (line) => line.amount_e4, price_e4: (line) => line.price_e4 });
	return { numbers, tables: { lines: sold.table }, texts: texts.all };
}

/** The last order that is not after an instant, or -1. */
function latestBefore(at: Float64Array, first: number, end: number, instant: number): number {
	for (let place = end - 1; place >= first; place--) if (at[place] <= instant) return place;
	return -1;
}
