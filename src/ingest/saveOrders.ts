import { orderPlans, productPlans, type OrderLineDbRow } from '../store/plans/ingestPlans';
import { inOneOrder } from '../store/inOneOrder';
import type { Tx } from '../store/port';
import type { OrderInput, OrderStatus } from './records';

/** A version of an order that is to be written. */
export interface OrderVersion {
	item: OrderInput;
	customerId: number | null;
	status: OrderStatus;
	bodyHash: string;
	/** UTC milliseconds */
	updatedAt: number;
}

/** @returns what was paid for the whole order, in ten-thousandths */
export function totalE4(item: OrderInput): number {
	return item.totalE4 ?? item.lines.reduce((sum, line) => sum + line.amountE4, 0);
}

/** Writes versions of different orders, each with its lines in place of the former ones. @returns their numbers in the store */
export async function saveOrders(tx: Tx, versions: readonly OrderVersion[], now: number): Promise<number[]> {
	if (versions.length === 0) return [];
	const rows = versions.map(({ item, customerId, status, bodyHash, updatedAt }) => ({
		source: item.source,
		order_id: item.orderId,
		customer_id: customerId,
		kind: 'order' as const,
		status,
		ordered_at: item.orderedAt,
		currency: item.currency,
		total_e4: totalE4(item),
		discount_e4: item.discountE4 ?? null,
		cart_id: item.cartId ?? null,
		source_campaign: item.sourceCampaign ?? null,
		body_hash: bodyHash,
		updated_at: updatedAt,
	}));
	const nameOf = (row: { source: string; order_id: string }) => `${row.source}\u0000${row.order_id}`;
	// Whoever writes orders of a customer has locked the customer; for orders of nobody there is only their order.
	const [owned, ownerless] = [rows.filter((row) => row.customer_id !== null), rows.filter((row) => row.customer_id === null)];
	const saved = await tx.each(orderPlans.save, [...owned, ...inOneOrder(ownerless, nameOf)]);
	const ids = new Map(saved.map((row) => [nameOf(row), row.id]));
	const refs = rows.map((row) => ids.get(nameOf(row)) as number);
	tx.send(orderPlans.removeLines, saved.flatMap(({ id, is_new }) => (is_new === 1 ? [] : [{ order_ref: id }])));
	tx.send(orderPlans.addLine, versions.flatMap(({ item }, place) => linesOf(item, refs[place])));
	const mentions = new ProductMentions();
	for (const { item } of versions) for (const line of item.lines) mentions.add(line.productId, line.name, line.category);
	mentions.save(tx, now);
	return refs;
}

/** Identical lines of an order are one row with a count. */
function linesOf(item: OrderInput, orderRef: number): (OrderLineDbRow & { refund_of: null })[] {
	const rows = new Map<string, OrderLineDbRow & { refund_of: null }>();
	for (const line of item.lines) {
		const name = `${line.productId ?? ''}\u0000${line.quantity}\u0000${line.priceE4}`;
		const same = rows.get(name);
		if (same) same.times += 1;
		else rows.set(name, { order_ref: orderRef, product_id: line.productId ?? '', quantity: line.quantity, price_e4: line.priceE4, times: 1, amount_e4: line.amountE4, gift: line.priceE4 === 0 ? 1 : 0, refund_of: null });
	}
	return [...rows.values()];
}

/** What lines say of their products fills in what is not known yet; the first that says something is believed. */
export class ProductMentions {
	private readonly products = new Map<string, { name: string | null; category: string | null }>();

	add(productId: string | undefined, name: string | undefined, category: string | undefined): void {
		if (productId === undefined) return;
		const known = this.products.get(productId);
		if (!known) this.products.set(productId, { name: name ?? null, category: category ?? null });
		else {
			known.name ??= name ?? null;
			known.category ??= category ?? null;
		}
	}

	save(tx: Tx, now: number): void {
		const rows = [...this.products].map(([product_id, { name, category }]) => ({ product_id, name, category, updated_at: now }));
		tx.send(productPlans.mention, inOneOrder(rows, ({ product_id }) => product_id));
	}
}
