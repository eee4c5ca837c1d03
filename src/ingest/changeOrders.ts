import type { CancelOrders, ChangedOrder, ItemAnswer, RefundOrders } from '../customers/contract';
import { lockCustomers, resolveCustomers } from '../customers/resolve';
import type { CustomerRef } from '../customers/identity';
import { canonicalJson, hashOf } from '../core/hash';
import { formatAmountE4 } from '../core/money';
import { orderPlans, type OrderRow } from '../store/plans/ingestPlans';
import { write, type Tx } from '../store/port';
import { storeOwnEvents } from './ownEvents';
import type { RefundInput } from './records';

/** Cancels orders; journeys see `order_cancelled`. Cancelling again changes nothing. */
export const cancelOrders = write(async (tx, { items, backfill }: CancelOrders): Promise<ItemAnswer<ChangedOrder>[]> => {
	const answers: ItemAnswer<ChangedOrder>[] = [];
	for (const [index, item] of items.entries()) {
		const order = await findOrder(tx, item.source, item.orderId);
		if (!order) {
			answers.push(unknownOrder(item.orderId));
			continue;
		}
		if (order.status === 'cancelled') {
			answers.push({ ok: true, result: 'unchanged', orderId: order.order_id, refunded: null });
			continue;
		}
		const now = await changeStatus(tx, order, 'cancelled', order.refunded_e4);
		await tellJourneys(tx, order, { type: 'order_cancelled', at: item.cancelledAt, index, now, backfill: backfill === true, more: { reason: item.reason ?? null } });
		answers.push({ ok: true, result: 'cancelled', orderId: order.order_id, refunded: null });
	}
	return answers;
});

/**
 * Refunds orders, whole or in part. The same refund twice (by its id, else by its content) changes nothing. A refund that
 * names no order is matched to the customer's latest purchase of its first product.
 */
export const refundOrders = write(async (tx, { items, backfill }: RefundOrders): Promise<ItemAnswer<ChangedOrder>[]> => {
	const answers: ItemAnswer<ChangedOrder>[] = [];
	for (const [index, item] of items.entries()) answers.push(await refundOne(tx, item, index, backfill === true));
	return answers;
});

async function refundOne(tx: Tx, item: RefundInput, index: number, backfill: boolean): Promise<ItemAnswer<ChangedOrder>> {
	const order = item.orderId ? await findOrder(tx, item.source, item.orderId) : await latestPurchase(tx, item);
	if (!order) return unknownOrder(item.orderId ?? item.lines?.[0]?.productId ?? '');
	if (order.customer_id !== null) await lockCustomers(tx, [order.customer_id]);
	const now = await tx.now();
	const refundId = item.refundId ?? `hash:${hashOf(canonicalJson({ ...item, refundId: undefined }))}`;
	const known = await tx.each(orderPlans.byIds, [{ source: order.source, order_id: refundId, kind: 'refund' }]);
	const currency = item.currency ?? order.currency;
	if (currency !== order.currency) {
		return { ok: false, code: 'bad_input', message: `The refund is in ${currency} but the order was paid in ${order.currency}. Give the amount in ${order.currency}.` };
	}
	if (known.length > 0) return { ok: true, result: 'unchanged', orderId: order.order_id, refunded: { amount: formatAmountE4(known[0].total_e4 ?? 0), currency } };
	const amount = await refundAmount(tx, item, order);
	await tx.each(orderPlans.save, [
		{ source: order.source, order_id: refundId, customer_id: order.customer_id, kind: 'refund', status: 'refunded', ordered_at: item.refundedAt, currency, total_e4: amount, discount_e4: null, cart_id: order.cart_id, source_campaign: null, body_hash: null, updated_at: now },
	]);
	const refunded = order.refunded_e4 + amount;
	await changeStatus(tx, order, refunded >= (order.total_e4 ?? 0) ? 'refunded' : order.status, refunded);
	await tellJourneys(tx, order, { type: 'order_refunded', at: item.refundedAt, index, now, backfill, more: { refund_id: refundId, amount: formatAmountE4(amount), reason: item.reason ?? null } });
	return { ok: true, result: 'refunded', orderId: order.order_id, refunded: { amount: formatAmountE4(amount), currency } };
}

/** What was said; else the lines at the price they were bought for; else what is left of the order. */
async function refundAmount(tx: Tx, item: RefundInput, order: OrderRow): Promise<number> {
	const left = Math.max(0, (order.total_e4 ?? 0) - order.refunded_e4);
	if (item.amountE4 !== undefined) return item.amountE4;
	if (!item.lines || item.lines.length === 0) return left;
	const bought = await tx.all(orderPlans.lines, { order_ref: order.id });
	return item.lines.reduce((sum, line) => {
		if (line.amountE4 !== undefined) return sum + line.amountE4;
		const match = bought.find((one) => one.product_id === (line.productId ?? ''));
		return sum + Math.round((match?.price_e4 ?? 0) * line.quantity);
	}, 0);
}

async function findOrder(tx: Tx, source: string, orderId: string): Promise<OrderRow | undefined> {
	const [own] = await tx.each(orderPlans.byIds, [{ source, order_id: orderId, kind: 'order' }]);
	return own ?? (await tx.first(orderPlans.byOrderId, { order_id: orderId }));
}

async function latestPurchase(tx: Tx, item: RefundInput): Promise<OrderRow | undefined> {
	const productId = item.lines?.[0]?.productId;
	if (!item.ref || !productId) return undefined;
	const [who] = await resolveCustomers(tx, [item.ref as CustomerRef], { create: false, keep: false });
	return who.found ? tx.first(orderPlans.latestPurchase, { customer_id: who.id, product_id: productId, before: item.refundedAt }) : undefined;
}

async function changeStatus(tx: Tx, order: OrderRow, status: string, refundedE4: number): Promise<number> {
	if (order.customer_id !== null) await lockCustomers(tx, [order.customer_id]);
	const now = await tx.now();
	await tx.run(orderPlans.setStatus, { id: order.id, status, refunded_e4: refundedE4, updated_at: now });
	return now;
}

async function tellJourneys(
	tx: Tx,
	order: OrderRow,
	change: { type: string; at: number; index: number; now: number; backfill: boolean; more: Record<string, unknown> },
): Promise<void> {
	if (order.customer_id === null) return;
	const customers = await lockCustomers(tx, [order.customer_id]);
	const event = {
		index: change.index,
		order: 0,
		customerId: order.customer_id,
		source: order.source,
		eventId: `${change.type}:${order.order_id}:${change.at}`,
		type: change.type,
		at: change.at,
		properties: { order_id: order.order_id, cart_id: order.cart_id, total: formatAmountE4(order.total_e4 ?? 0), currency: order.currency, ...change.more },
	};
	await storeOwnEvents(tx, [event], customers, change.now, change.backfill);
}

function unknownOrder(orderId: string): ItemAnswer<never> {
	return { ok: false, code: 'unknown_order', message: `No order "${orderId.slice(0, 60)}" is in the store. Record the order first, or check the order id and its source.` };
}
