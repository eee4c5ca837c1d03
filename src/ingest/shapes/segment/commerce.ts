import type { CustomerRef } from '../../../customers/identity';
import { timesQuantity } from '../../amounts';
import { amountAt, firstOf, listAt, quantityAt, textAt, type Foreign } from '../foreign';
import { cartProperties, orderLines, type ShopLine } from '../lines';
import type { Translator } from '../translation';

/** A track call, read as far as all of them are alike. */
export interface SegmentEvent {
	name: string;
	ref: CustomerRef;
	at: number;
	messageId?: string;
	source: string;
	properties: Foreign;
	/** `context.campaign.name` */
	campaign?: string;
}

/** Order Completed, Order Updated. `total` is what was paid; `revenue` leaves out shipping and tax. */
export function addOrder(translator: Translator, { properties, ...event }: SegmentEvent): void {
	const { lines, skipped } = orderLines(listAt(properties, 'products').map(lineOf));
	if (skipped > 0) translator.note(`${skipped} of its products have no price; left out`);
	translator.add('orders', {
		ref: event.ref,
		source: event.source,
		orderId: textAt(properties, 'order_id'),
		orderedAt: event.at,
		currency: textAt(properties, 'currency') ?? translator.defaults.currency,
		status: 'placed',
		totalE4: firstOf(amountAt(properties, 'total'), amountAt(properties, 'revenue')),
		discountE4: amountAt(properties, 'discount'),
		cartId: cartIdOf(properties),
		sourceCampaign: event.campaign,
		lines,
		updatedAt: event.at,
	});
}

/** Without products and total the whole order was refunded. */
export function refundOrder(translator: Translator, { properties, ...event }: SegmentEvent): void {
	const lines = listAt(properties, 'products').flatMap((product) => {
		const { productId, quantity, amountE4 } = lineOf(product);
		return quantity === undefined || quantity <= 0 ? [] : [{ productId, quantity, amountE4 }];
	});
	translator.add('refunds', {
		ref: event.ref,
		source: event.source,
		orderId: textAt(properties, 'order_id'),
		refundId: event.messageId,
		refundedAt: event.at,
		currency: textAt(properties, 'currency'),
		amountE4: firstOf(amountAt(properties, 'total'), amountAt(properties, 'value')),
		lines: lines.length > 0 ? lines : undefined,
	});
}

export function cancelOrder(translator: Translator, { properties, ...event }: SegmentEvent): void {
	translator.add('cancels', { ref: event.ref, source: event.source, orderId: textAt(properties, 'order_id'), cancelledAt: event.at, reason: textAt(properties, 'reason') });
}

/** Cart Viewed and Checkout Started carry the whole cart; Product Added does not, so it is no `cart_updated`. */
export function addCart(translator: Translator, { properties, ...event }: SegmentEvent): void {
	translator.add('events', {
		ref: event.ref,
		type: 'cart_updated',
		occurredAt: event.at,
		eventId: event.messageId && `${event.messageId}:cart`,
		source: event.source,
		properties: cartProperties({
			cartId: cartIdOf(properties),
			totalE4: firstOf(amountAt(properties, 'total'), amountAt(properties, 'value'), amountAt(properties, 'revenue')),
			currency: textAt(properties, 'currency') ?? translator.defaults.currency,
			lines: listAt(properties, 'products').map(lineOf),
			url: textAt(properties, 'url'),
		}),
	});
}

/** Checkout Started names the order to be; Order Completed then names the same. */
function cartIdOf(properties: Foreign): string | undefined {
	return firstOf(textAt(properties, 'cart_id'), textAt(properties, 'checkout_id'), textAt(properties, 'order_id'));
}

/** `price` is per unit; one piece unless said. */
function lineOf(product: Foreign): ShopLine {
	const quantity = 'quantity' in product ? quantityAt(product, 'quantity') : 1;
	const price = amountAt(product, 'price');
	return {
		productId: firstOf(textAt(product, 'product_id'), textAt(product, 'sku')),
		name: textAt(product, 'name'),
		category: textAt(product, 'category'),
		quantity,
		amountE4: price === undefined || quantity === undefined ? undefined : timesQuantity(price, quantity),
	};
}
