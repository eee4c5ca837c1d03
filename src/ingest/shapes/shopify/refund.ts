import { amountAt, firstOf, instantAt, listAt, objectAt, quantityAt, textAt, type Foreign } from '../foreign';
import { Translator, type Shape } from '../translation';
import { isGid, SHOPIFY } from './people';

/** Topic refunds/create; the same objects stand in the `refunds` of an order. */
export const shopifyRefund: Shape = {
	name: 'Shopify refund',

	detect: (json) =>
		Array.isArray(json.refund_line_items) && json.order_id !== undefined && json.id !== undefined && (isGid(json, 'Refund') || Array.isArray(json.transactions)),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		addRefund(translator, json, { orderId: textAt(json, 'order_id') as string, source: defaults.source ?? SHOPIFY });
		return translator.translation;
	},
};

/** A pending transaction is paid back in the end; these are not. */
const FAILED = new Set(['failure', 'error']);

/** A refund that moved no money (only pieces put back) has the amount 0. */
export function addRefund(translator: Translator, refund: Foreign, order: { orderId: string; source: string; currency?: string }): void {
	const paidBack = listAt(refund, 'transactions').filter((one) => textAt(one, 'kind') === 'refund' && !FAILED.has(textAt(one, 'status') ?? ''));
	const lines = listAt(refund, 'refund_line_items').flatMap((line) => {
		const quantity = quantityAt(line, 'quantity');
		const item = objectAt(line, 'line_item');
		if (quantity === undefined || quantity <= 0) return [];
		return [{ productId: firstOf(textAt(item, 'product_id'), textAt(item, 'sku')), quantity, amountE4: amountAt(line, 'subtotal') }];
	});
	translator.add('refunds', {
		source: order.source,
		orderId: order.orderId,
		refundId: textAt(refund, 'id'),
		refundedAt: firstOf(instantAt(refund, 'processed_at', 'UTC'), instantAt(refund, 'created_at', 'UTC')) ?? translator.defaults.nowMs,
		currency: firstOf(textAt(paidBack[0], 'currency'), order.currency),
		amountE4: paidBack.reduce((sum, one) => sum + (amountAt(one, 'amount') ?? 0), 0),
		lines: lines.length > 0 ? lines : undefined,
		reason: textAt(refund, 'note'),
	});
}
