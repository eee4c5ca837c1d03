import type { OrderStatus } from '../../records';
import { amountAt, firstOf, instantAt, listAt, textAt, objectAt, type Foreign } from '../foreign';
import { orderLines } from '../lines';
import { Translator, type Shape } from '../translation';
import { lineOf } from './money';
import { addCustomer, customerRef, isGid, SHOPIFY } from './people';
import { addRefund } from './refund';

/** Topics orders/create, orders/updated, orders/paid, orders/fulfilled, orders/cancelled. */
export const shopifyOrder: Shape = {
	name: 'Shopify order',

	detect: (json) =>
		Array.isArray(json.line_items) && json.id !== undefined && 'financial_status' in json && (isGid(json, 'Order') || ('order_number' in json && 'total_price' in json)),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const source = defaults.source ?? SHOPIFY;
		const customer = objectAt(json, 'customer');
		const ref = customerRef(translator, customer, json);
		if (ref) addCustomer(translator, ref, customer, json);
		const { lines, skipped } = orderLines(listAt(json, 'line_items').map(lineOf));
		if (skipped > 0) translator.note(`${skipped} of its lines have no pieces or no price; left out`);
		const orderId = textAt(json, 'id') as string;
		const currency = textAt(json, 'currency') ?? defaults.currency;
		translator.add('orders', {
			ref,
			source,
			orderId,
			orderedAt: firstOf(instantAt(json, 'processed_at', 'UTC'), instantAt(json, 'created_at', 'UTC')) ?? defaults.nowMs,
			currency,
			status: statusOf(json),
			totalE4: amountAt(json, 'total_price'),
			discountE4: amountAt(json, 'total_discounts'),
			cartId: firstOf(textAt(json, 'checkout_token'), textAt(json, 'cart_token')),
			sourceCampaign: campaignOf(textAt(json, 'landing_site')),
			lines,
			updatedAt: instantAt(json, 'updated_at', 'UTC'),
		});
		for (const refund of listAt(json, 'refunds')) addRefund(translator, refund, { orderId, source, currency });
		return translator.translation;
	},
};

/** Fulfilled means handed to the carrier; delivered only when a fulfilment says so. */
function statusOf(json: Foreign): OrderStatus {
	if (textAt(json, 'cancelled_at') !== undefined) return 'cancelled';
	const payment = textAt(json, 'financial_status');
	if (payment === 'refunded') return 'refunded';
	if (payment === 'voided') return 'cancelled';
	const fulfilments = listAt(json, 'fulfillments');
	if (textAt(json, 'fulfillment_status') === 'fulfilled' && fulfilments.length > 0 && fulfilments.every((one) => textAt(one, 'shipment_status') === 'delivered')) return 'delivered';
	return payment === 'paid' || payment === 'partially_refunded' || payment === 'partially_paid' ? 'paid' : 'placed';
}

/** '/?utm_campaign=spring' -> 'spring' */
function campaignOf(landingSite: string | undefined): string | undefined {
	const query = landingSite?.split('?')[1]?.split('#')[0];
	return query === undefined ? undefined : (new URLSearchParams(query).get('utm_campaign')?.trim() || undefined);
}
