import type { ItemAnswer, RecordedOrder, RecordOrders } from '../customers/contract';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { lockCustomers, resolveCustomers } from '../customers/resolve';
import { canonicalJson, hashOf } from '../core/hash';
import { formatAmountE4 } from '../core/money';
import type { CustomerRow } from '../store/plans/customerPlans';
import { orderPlans, productPlans, type OrderLineDbRow, type OrderRow } from '../store/plans/ingestPlans';
import { write, type Tx } from '../store/port';
import { storeOwnEvents, type OwnEvent } from './ownEvents';
import type { OrderInput } from './records';

/**
 * Records whole orders. The same order twice changes nothing; a newer version of it (by `updatedAt`, or without one by
 * arrival) replaces lines and status. What changed becomes an event for the journeys: `order_placed`, `order_paid`,
 * `order_delivered`, `order_cancelled`, `order_refunded`.
 */
export const recordOrders = write(async (tx, { items, backfill }: RecordOrders): Promise<ItemAnswer<RecordedOrder>[]> => {
	const named = items.flatMap((item, index) => (item.ref ? [{ ref: item.ref, index }] : []));
	const resolved = await resolveCustomers(tx, named.map((one) => one.ref), { create: true, at: (place) => items[named[place].index].orderedAt });
	const whoOf = new Map(named.map((one, place) => [one.index, resolved[place]]));
	const customers = await lockCustomers(tx, resolved.flatMap((one) => (one.found ? [one.id] : [])));
	const now = await tx.now();
	const before = await existingOrders(tx, items);
	const answers: ItemAnswer<RecordedOrder>[] = [];
	const events: OwnEvent[] = [];
	for (const [index, item] of items.entries()) {
		const who = whoOf.get(index);
		if (who && !who.found) {
			answers.push(refusal(who.why));
			continue;
		}
		const customer = who ? (customers.get(who.id) as CustomerRow) : null;
		const known = before.get(nameOf(item));
		const bodyHash = hashOf(canonicalJson({ ...item, ref: undefined, updatedAt: undefined, customer: customer?.key }));
		const result = verdict(item, known, bodyHash);
		if (result === 'recorded' || result === 'updated') {
			const saved = await saveOrder(tx, item, customer?.id ?? null, bodyHash, now);
			before.set(nameOf(item), saved);
			if (customer && known?.status !== item.status) events.push(orderEvent(item, customer.id, index));
			if (customer && !known && item.status !== 'placed') events.push(orderEvent({ ...item, status: 'placed' }, customer.id, index));
		}
		answers.push({ ok: true, result, orderId: item.orderId, customer: customer && customerView(customer), entered: [], exited: [] });
	}
	events.sort((a, b) => a.index - b.index || a.order - b.order);
	const reactions = await storeOwnEvents(tx, events, customers, now, backfill === true);
	events.forEach((event, place) => {
		const answer = answers[event.index];
		if (answer.ok) {
			answer.entered.push(...reactions[place].entered);
			answer.exited.push(...reactions[place].exited);
		}
	});
	return answers;
});

const nameOf = (item: { source: string; orderId: string }) => `${item.source}\u0000${item.orderId}`;

async function existingOrders(tx: Tx, items: readonly OrderInput[]): Promise<Map<string, OrderRow>> {
	const distinct = new Map(items.map((item) => [nameOf(item), { source: item.source, order_id: item.orderId, kind: 'order' }]));
	const rows = await tx.each(orderPlans.byIds, [...distinct.values()]);
	return new Map(rows.map((row) => [nameOf({ source: row.source, orderId: row.order_id }), row]));
}

function verdict(item: OrderInput, known: OrderRow | undefined, bodyHash: string): RecordedOrder['result'] {
	if (!known) return 'recorded';
	if (known.body_hash === bodyHash) return 'unchanged';
	return item.updatedAt !== undefined && item.updatedAt < known.updated_at ? 'older' : 'updated';
}

async function saveOrder(tx: Tx, item: OrderInput, customerId: number | null, bodyHash: string, now: number): Promise<OrderRow> {
	const row = {
		source: item.source,
		order_id: item.orderId,
		customer_id: customerId,
		kind: 'order' as const,
		status: item.status,
		ordered_at: item.orderedAt,
		currency: item.currency,
		total_e4: item.totalE4 ?? item.lines.reduce((sum, line) => sum + line.amountE4, 0),
		discount_e4: item.discountE4 ?? null,
		cart_id: item.cartId ?? null,
		source_campaign: item.sourceCampaign ?? null,
		body_hash: bodyHash,
		updated_at: item.updatedAt ?? now,
	};
	const [{ id }] = await tx.each(orderPlans.save, [row]);
	await tx.run(orderPlans.removeLines, { order_ref: id });
	await tx.each(orderPlans.addLine, linesOf(item, id));
	const mentioned = new Map(item.lines.flatMap((line) => (line.productId ? [[line.productId, { product_id: line.productId, name: line.name ?? null, category: line.category ?? null, updated_at: now }] as const] : [])));
	await tx.each(productPlans.mention, [...mentioned.values()]);
	return { ...row, id, refunded_e4: 0 };
}

/** Identical lines of an order are one row with a count. */
function linesOf(item: OrderInput, orderRef: number): OrderLineDbRow[] {
	const rows = new Map<string, OrderLineDbRow>();
	for (const line of item.lines) {
		const name = `${line.productId ?? ''}\u0000${line.quantity}\u0000${line.priceE4}`;
		const same = rows.get(name);
		if (same) same.times += 1;
		else rows.set(name, { order_ref: orderRef, product_id: line.productId ?? '', quantity: line.quantity, price_e4: line.priceE4, times: 1, amount_e4: line.amountE4, gift: line.priceE4 === 0 ? 1 : 0 });
	}
	return [...rows.values()];
}

/** Statuses in the order they happen to an order. */
const ORDER_OF_STATUS = ['placed', 'paid', 'delivered', 'cancelled', 'refunded'];

function orderEvent(item: OrderInput, customerId: number, index: number): OwnEvent {
	const total = item.totalE4 ?? item.lines.reduce((sum, line) => sum + line.amountE4, 0);
	return {
		index,
		order: ORDER_OF_STATUS.indexOf(item.status),
		customerId,
		source: item.source,
		eventId: `order:${item.orderId}:${item.status}`,
		type: `order_${item.status}`,
		at: item.status === 'placed' ? item.orderedAt : (item.updatedAt ?? item.orderedAt),
		properties: {
			order_id: item.orderId,
			cart_id: item.cartId ?? null,
			total: formatAmountE4(total),
			currency: item.currency,
			items: item.lines.slice(0, 200).map((line) => ({ product_id: line.productId ?? null, name: line.name ?? null, quantity: line.quantity, price: formatAmountE4(line.priceE4) })),
		},
	};
}
