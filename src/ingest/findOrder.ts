import type { ItemAnswer } from '../customers/contract';
import { orderPlans, type OrderRow } from '../store/plans/ingestPlans';
import type { Tx } from '../store/port';

/** Several orders of other sources have the id: none is meant for sure. */
export type Ambiguous = 'ambiguous';

/**
 * The order of that id, locked until the transaction ends. Cancellations and refunds may come from another workflow than
 * the order; where the source has no such order, the only one of that id in the store is meant.
 */
export async function findOrder(tx: Tx, source: string, orderId: string, lock: 'locked' | 'unlocked' = 'locked'): Promise<OrderRow | Ambiguous | undefined> {
	const plan = lock === 'locked' ? orderPlans.lockByIds : orderPlans.byIds;
	const [own] = await tx.each(plan, [{ source, order_id: orderId, kind: 'order' }]);
	if (own) return own;
	const [only, another] = await tx.all(orderPlans.byOrderId, { order_id: orderId });
	if (another) return 'ambiguous';
	return only && (await tx.each(plan, [{ source: only.source, order_id: orderId, kind: 'order' }]))[0];
}

export function isAmbiguous(order: OrderRow | Ambiguous): order is Ambiguous {
	return order === 'ambiguous';
}

export function unknownOrder(orderId: string, found: Ambiguous | undefined): ItemAnswer<never> {
	const id = orderId.slice(0, 60);
	const message =
		found === 'ambiguous'
			? `Several shops have an order "${id}" in the store. Give the source that the order was recorded with.`
			: `No order "${id}" is in the store. Record the order first, or check the order id and its source.`;
	return { ok: false, code: 'unknown_order', message };
}
