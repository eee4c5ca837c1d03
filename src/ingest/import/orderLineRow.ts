import type { CustomerRef } from '../../customers/identity';

/**
 * One row of an orders file: one line of one order, ready for the store (import.md, Orders).
 * The rows of an order may be interleaved with others; the order's time is the earliest `orderedAt` of its rows.
 */
export interface OrderLineRow {
	/** absent: an anonymous basket, used for bundles only */
	ref?: CustomerRef;
	/** of the file, else hash(source, customer, ordered_at) */
	orderId: string;
	orderedAt: number;
	/** `refund`: the order id starts with the refund prefix, or the file's quantity is negative */
	kind: 'order' | 'refund';
	/** absent: a line without product; value models need none */
	productId?: string;
	productName?: string;
	category?: string;
	/** more than 0, also for a refund: `kind` says the direction */
	quantity: number;
	/** per unit, as paid; never negative */
	priceE4: number;
	/** of the line, as paid; never negative */
	amountE4: number;
	currency: string;
	/** the price was 0: no revenue, not used in bundles. A row of a file without any price is no gift */
	gift: boolean;
	/** 1 for the first row of this file with the same order, kind, product, quantity and price, 2 for the next ... */
	occurrence: number;
	status?: 'placed' | 'paid' | 'delivered' | 'cancelled' | 'refunded';
	/** taken off the line, already out of price and amount */
	discountE4?: number;
	sourceCampaign?: string;
}

/**
 * What makes a line the same line when the file is imported again (import.md): order, product, quantity, price and the
 * how-many-th of its kind. Invoices do repeat identical lines, and each counts.
 * @returns a text unique within a source
 */
export function orderLineIdentity(row: Pick<OrderLineRow, 'orderId' | 'kind' | 'productId' | 'quantity' | 'priceE4' | 'occurrence'>): string {
	return `${contentOf(row)}\u001f${row.occurrence}`;
}

/** The identity without the occurrence. */
export function contentOf(row: Pick<OrderLineRow, 'orderId' | 'kind' | 'productId' | 'quantity' | 'priceE4'>): string {
	return `${row.orderId}\u001f${row.kind === 'refund' ? 'r' : 'o'}\u001f${row.productId ?? ''}\u001f${row.quantity}\u001f${row.priceE4}`;
}
