import type { CancelOrders, ChangedOrder, ItemAnswer } from '../customers/contract';
import { ordersChanged } from '../features/updateFigures';
import { orderPlans } from '../store/plans/ingestPlans';
import { segmentsChanged } from '../segments/changed';
import { write, type Tx } from '../store/port';
import { findOrder, isAmbiguous, unknownOrder } from './findOrder';
import { changeEvent, lockOrders, tellJourneys, withTotal } from './orderChanges';
import type { OwnEvent } from './ownEvents';
import { onSoundItems } from './soundItems';

export { refundOrders } from './refundOrders';

/** Cancels orders; journeys see `order_cancelled`. Cancelling again changes nothing. */
export const cancelOrders = write(onSoundItems(cancel));

async function cancel(tx: Tx, { items, backfill }: CancelOrders): Promise<ItemAnswer<ChangedOrder>[]> {
	await lockOrders(tx, items);
	const now = await tx.now();
	const answers: ItemAnswer<ChangedOrder>[] = [];
	const events: OwnEvent[] = [];
	const owners = new Set<number>();
	for (const [index, item] of items.entries()) {
		const order = await findOrder(tx, item.source, item.orderId);
		if (!order || isAmbiguous(order)) {
			answers.push(unknownOrder(item.orderId, order));
			continue;
		}
		const cancelled = order.status !== 'cancelled';
		if (cancelled) {
			if (order.customer_id !== null) owners.add(order.customer_id);
			await tx.run(orderPlans.setStatus, { id: order.id, status: 'cancelled', refunded_e4: order.refunded_e4, updated_at: Math.max(order.updated_at, item.cancelledAt) });
			events.push(...changeEvent(withTotal(order), { index, type: 'order_cancelled', eventId: `order:${order.order_id}:cancelled`, at: item.cancelledAt, more: { reason: item.reason ?? null } }));
		}
		answers.push({ ok: true, result: cancelled ? 'cancelled' : 'unchanged', orderId: order.order_id, refunded: null });
	}
	await tellJourneys(tx, events, now, backfill === true);
	await ordersChanged(tx, owners, now, backfill === true);
	await segmentsChanged(tx, owners, now, backfill === true);
	return answers;
}
