import { ZoneClock } from '../policy/zoneClock';
import { MOST_ORDERS_AT_ONCE } from '../features/contract';
import { featurePlans } from '../store/plans/featurePlans';
import { goodsPlans, type GoodsLineRow } from '../store/plans/goodsPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';

/** When a customer bought one of the goods: a product, or something of a category. */
export interface PurchaseDays {
	customer: number;
	id: string;
	/** What it belongs to: of a product its category. */
	parent: string | null;
	/** Local days in the shop's zone since 1970-01-01, ascending, each once, at least one. */
	days: number[];
	/** UTC milliseconds of the last purchase. */
	lastAt: number;
}

export interface CustomerGoods {
	products: PurchaseDays[];
	categories: PurchaseDays[];
}

const DAY_MS = 86_400_000;
/** What was bought longer ago says nothing of when it is bought again. */
const LOOKS_BACK_DAYS = 5 * 365;

/**
 * What customers bought up to an instant and did not give back whole, by customer. Gifts and cancelled orders are no purchases.
 * Who has very many orders is a till, not a customer, and is left out.
 * @param at UTC milliseconds
 */
export async function purchaseDays(tx: Tx, ids: readonly number[], at: number): Promise<Map<number, CustomerGoods>> {
	const many = new Set((await tx.all(featurePlans.ofMany, { ids: [...ids] })).filter(({ orders }) => (orders ?? 0) > MOST_ORDERS_AT_ONCE).map((row) => row.customer_id));
	const rows = await tx.all(goodsPlans.lines, { ids: ids.filter((id) => !many.has(id)), since: at - LOOKS_BACK_DAYS * DAY_MS, until: at });
	const clock = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const found = new Map<number, { products: Map<string, PurchaseDays>; categories: Map<string, PurchaseDays> }>();
	for (const row of kept(rows).sort((a, b) => a.ordered_at - b.ordered_at || a.order_ref - b.order_ref)) {
		const customer = row.customer_id;
		const own = found.get(customer) ?? { products: new Map<string, PurchaseDays>(), categories: new Map<string, PurchaseDays>() };
		found.set(customer, own);
		const category = row.category?.trim() ? row.category.trim() : null;
		const day = clock.localDay(row.ordered_at);
		note(own.products, { customer, id: row.product_id, parent: category, days: [day], lastAt: row.ordered_at });
		if (category !== null) note(own.categories, { customer, id: category, parent: null, days: [day], lastAt: row.ordered_at });
	}
	return new Map([...found].map(([customer, { products, categories }]) => [customer, { products: [...products.values()], categories: [...categories.values()] }]));
}

/** Purchases of which something was kept. */
function kept(rows: readonly GoodsLineRow[]): GoodsLineRow[] {
	const nameOf = (order: number, product: string) => `${order}\u0000${product}`;
	const left = new Map<string, number>();
	for (const { refund_of: from, order_ref: order, product_id: product, pieces } of rows) {
		const name = nameOf(from ?? order, product);
		left.set(name, (left.get(name) ?? 0) + (from === null ? pieces : -pieces));
	}
	return rows.filter((row) => row.refund_of === null && (left.get(nameOf(row.order_ref, row.product_id)) as number) > 0);
}

function note(into: Map<string, PurchaseDays>, bought: PurchaseDays): void {
	const known = into.get(bought.id);
	if (!known) return void into.set(bought.id, bought);
	// Where clocks went back over midnight a later purchase may fall on an earlier date.
	if (bought.days[0] > (known.days.at(-1) as number)) known.days.push(bought.days[0]);
	known.lastAt = bought.lastAt;
}
