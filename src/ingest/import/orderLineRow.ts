import { z } from 'zod/v4';
import { currency, id, instant, positiveE4, quantity, text } from '../fieldTypes';
import { customerRef, orderStatus } from '../records';

/**
 * One row of an orders file: one line of one order, ready for the store (import.md, Orders).
 * The rows of an order may be interleaved with others; the order's time is the earliest `orderedAt` of its rows. Rows that
 * are alike are as many lines: telling them from rows of an earlier import is the store's work, which has both.
 */
export const orderLineRow = z.strictObject({
	/** absent: an anonymous basket, used for bundles only */
	ref: customerRef.optional(),
	/** of the file, else hash(source, customer, ordered_at) */
	orderId: id,
	orderedAt: instant,
	/** `refund`: the order id starts with the refund prefix, or the file's quantity is negative */
	kind: z.enum(['order', 'refund']),
	/** absent: a line without product; value models need none */
	productId: id.optional(),
	productName: text(500).optional(),
	category: text(200).optional(),
	/** more than 0, also for a refund: `kind` says the direction */
	quantity,
	/** per unit, as paid; never negative */
	priceE4: positiveE4,
	/** of the line, as paid; never negative */
	amountE4: positiveE4,
	currency,
	/** the line cost nothing: no revenue, not used in bundles. A row without price and amount is no gift */
	gift: z.boolean(),
	status: orderStatus.optional(),
	/** taken off the line, already out of price and amount */
	discountE4: positiveE4.optional(),
	sourceCampaign: text(200).optional(),
});
export type OrderLineRow = z.output<typeof orderLineRow>;
