import { readOrderStatus } from '../../words';
import { amountAt, firstOf, listAt, objectAt, quantityAt, textAt, type Foreign } from '../foreign';
import { orderLines, type ShopLine } from '../lines';
import { Translator, type Shape } from '../translation';
import { addPerson, gmtAt, personRef, WOOCOMMERCE } from './people';

/** Topics order.created and order.updated, and orders of the REST API. */
export const wooCommerceOrder: Shape = {
	name: 'WooCommerce order',

	detect: (json) => Array.isArray(json.line_items) && typeof json.order_key === 'string' && json.id !== undefined && 'billing' in json && 'prices_include_tax' in json,

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const status = textAt(json, 'status') ?? 'pending';
		if (status === 'checkout-draft' || status === 'auto-draft') {
			translator.note('it is a draft, not yet an order');
			return translator.translation;
		}
		const billing = objectAt(json, 'billing');
		const ref = personRef(translator, { id: textAt(json, 'customer_id'), email: textAt(billing, 'email'), billing });
		const updatedAt = gmtAt(json, 'date_modified', defaults.timeZone);
		if (ref) addPerson(translator, ref, { billing, updatedAt });
		const { lines, skipped } = orderLines(listAt(json, 'line_items').map((line) => lineOf(line, json.prices_include_tax === true)));
		if (skipped > 0) translator.note(`${skipped} of its lines have no pieces or no price; left out`);
		const order = { source: defaults.source ?? WOOCOMMERCE, orderId: textAt(json, 'id') as string, currency: textAt(json, 'currency') ?? defaults.currency };
		translator.add('orders', {
			...order,
			ref,
			orderedAt: gmtAt(json, 'date_created', defaults.timeZone) ?? defaults.nowMs,
			status: statusOf(translator, status),
			totalE4: amountAt(json, 'total'),
			discountE4: sum(amountAt(json, 'discount_total'), json.prices_include_tax === true ? amountAt(json, 'discount_tax') : 0),
			sourceCampaign: campaignOf(json),
			lines,
			updatedAt,
		});
		// A refund in the order has no instant of its own; the order was last changed by the newest.
		for (const refund of listAt(json, 'refunds')) {
			translator.add('refunds', {
				...order,
				refundId: textAt(refund, 'id'),
				refundedAt: updatedAt ?? defaults.nowMs,
				amountE4: Math.abs(amountAt(refund, 'total') ?? 0),
				reason: textAt(refund, 'reason'),
			});
		}
		return translator.translation;
	},
};

/** Shops add statuses of their own; what nobody knows counts as placed. */
function statusOf(translator: Translator, status: string): NonNullable<ReturnType<typeof readOrderStatus>> {
	if (status === 'trash') return 'cancelled';
	const known = readOrderStatus(status);
	if (known === undefined) translator.note(`its status "${status.slice(0, 40)}" is the shop's own and reads as placed`);
	return known ?? 'placed';
}

/** `total` is after discounts and without tax; where catalogue prices include the tax, so does the line. */
function lineOf(line: Foreign, withTax: boolean): ShopLine {
	return {
		productId: firstOf(positiveId(line, 'product_id'), textAt(line, 'sku')),
		name: textAt(line, 'name'),
		quantity: quantityAt(line, 'quantity'),
		amountE4: sum(amountAt(line, 'total'), withTax ? amountAt(line, 'total_tax') : 0),
	};
}

/** WooCommerce writes 0 for a product that was deleted. */
function positiveId(line: Foreign, key: string): string | undefined {
	const id = textAt(line, key);
	return id === '0' ? undefined : id;
}

function sum(amount: number | undefined, more: number | undefined): number | undefined {
	return amount === undefined ? undefined : amount + (more ?? 0);
}

/** WooCommerce's order attribution. */
function campaignOf(json: Foreign): string | undefined {
	return textAt(listAt(json, 'meta_data').find((one) => one.key === '_wc_order_attribution_utm_campaign'), 'value');
}
