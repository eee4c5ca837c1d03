import { idsOf, lockCustomers, resolveCustomers } from '../customers/resolve';
import type { CustomerRef } from '../customers/identity';
import { formatAmountE4 } from '../core/money';
import { MustRunAgain } from '../core/runAgain';
import { orderPlans, type OrderRow } from '../store/plans/ingestPlans';
import type { Tx } from '../store/port';
import { findOrder, isAmbiguous } from './findOrder';
import { tellEvents, type OwnEvent } from './tellEvents';

/** Locks the customers whose orders are named, then those orders, each in id order. A sole writer needs no locks. */
export async function lockOrders(tx: Tx, items: readonly { source: string; orderId?: string; ref?: CustomerRef }[]): Promise<void> {
	if (tx.soleWriter) return;
	const orders: OrderRow[] = [];
	for (const { source, orderId } of items) {
		const order = orderId === undefined ? undefined : await findOrder(tx, source, orderId, 'unlocked');
		if (order && !isAmbiguous(order)) orders.push(order);
	}
	const refs = items.flatMap(({ orderId, ref }) => (orderId === undefined && ref ? [ref] : []));
	const resolved = await resolveCustomers(tx, refs, { create: false, keep: false });
	const customers = await lockCustomers(tx, [...orders.flatMap((order) => order.customer_id ?? []), ...idsOf(resolved)]);
	const distinct = [...new Map(orders.map((order) => [order.id, order])).values()];
	const locked = await tx.each(orderPlans.lockByIds, distinct.map(({ source, order_id, kind }) => ({ source, order_id, kind })));
	if (locked.some(({ customer_id }) => customer_id !== null && !customers.has(customer_id))) throw new MustRunAgain('An order got its customer while the locks were waited for');
}

/** An imported order says no total: its lines do. */
export const withTotal = (order: OrderRow): OrderRow & { total_e4: number } => ({ ...order, total_e4: order.total_e4 ?? order.lines_e4 ?? 0 });

/** The event of a change, as journeys see it; none for an order without a customer. */
export function changeEvent(order: OrderRow & { total_e4: number }, change: { index: number; type: string; eventId: string; at: number; more: Record<string, unknown> }): OwnEvent[] {
	if (order.customer_id === null) return [];
	return [
		{
			index: change.index,
			order: 0,
			customerId: order.customer_id,
			source: order.source,
			eventId: change.eventId,
			type: change.type,
			at: change.at,
			properties: { order_id: order.order_id, cart_id: order.cart_id, total: formatAmountE4(order.total_e4), currency: order.currency, ...change.more },
		},
	];
}

export async function tellJourneys(tx: Tx, events: readonly OwnEvent[], now: number, backfill: boolean): Promise<void> {
	if (events.length === 0) return;
	const customers = await lockCustomers(tx, events.map((event) => event.customerId));
	await tellEvents(tx, events, customers, now, backfill);
}
