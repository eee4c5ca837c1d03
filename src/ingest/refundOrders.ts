import type { ChangedOrder, ItemAnswer, RefundOrders } from '../customers/contract';
import { resolveCustomers } from '../customers/resolve';
import { canonicalJson, hashOf } from '../core/hash';
import { formatAmountE4 } from '../core/money';
import { ordersChanged } from '../features/updateFigures';
import { orderPlans, type OrderLineDbRow, type OrderRow } from '../store/plans/ingestPlans';
import { segmentsChanged } from '../segments/changed';
import { write, type Tx } from '../store/port';
import { perUnit } from './amounts';
import { findOrder, isAmbiguous, unknownOrder } from './findOrder';
import { changeEvent, lockOrders, tellJourneys, withTotal } from './orderChanges';
import type { OwnEvent } from './ownEvents';
import type { RefundInput } from './records';
import { onSoundItems } from './soundItems';

/**
 * Refunds orders, whole or in part. The same refund twice (by its id, else by its content) changes nothing. A refund that
 * names no order is matched to the customer's latest purchase of each of its products. More than was paid is believed:
 * shops give back shipping and goodwill.
 */
export const refundOrders = write(onSoundItems(refund));

type Refusal = Extract<ItemAnswer<ChangedOrder>, { ok: false }>;
type Line = NonNullable<RefundInput['lines']>[number];

/** What a refund gives back of one order. */
interface Part {
	order: OrderRow & { total_e4: number };
	lines: Line[];
}

interface PricedPart extends Part {
	amountE4: number;
}

async function refund(tx: Tx, { items, backfill }: RefundOrders): Promise<ItemAnswer<ChangedOrder>[]> {
	await lockOrders(tx, items);
	const now = await tx.now();
	const answers: ItemAnswer<ChangedOrder>[] = [];
	const events: OwnEvent[] = [];
	for (const [index, item] of items.entries()) answers.push(await refundOne(tx, item, index, now, events));
	await tellJourneys(tx, events, now, backfill === true);
	await ordersChanged(tx, events.map((event) => event.customerId), now, backfill === true);
	await segmentsChanged(tx, events.map((event) => event.customerId), now, backfill === true);
	return answers;
}

async function refundOne(tx: Tx, item: RefundInput, index: number, now: number, events: OwnEvent[]): Promise<ItemAnswer<ChangedOrder>> {
	const refundId = item.refundId ?? `hash:${hashOf(canonicalJson({ ...item, refundId: undefined }))}`;
	const known = await recordedBefore(tx, item, refundId);
	if (known) return known;
	const parts = item.orderId === undefined ? await purchasesOf(tx, item) : await namedOrder(tx, item, item.orderId);
	if ('ok' in parts) return parts;
	// Another worker may have recorded it while the order was waited for.
	const meanwhile = tx.soleWriter ? undefined : await recordedBefore(tx, item, refundId);
	if (meanwhile) return meanwhile;
	const foreign = parts.find(({ order }) => item.currency !== undefined && item.currency !== order.currency);
	if (foreign) return refused(`The refund is in ${item.currency} but the order was paid in ${foreign.order.currency}. Give the amount in ${foreign.order.currency}.`);
	const priced = await priceParts(tx, item, parts);
	if ('ok' in priced) return priced;
	const [{ order: first }] = parts;
	if (item.amountE4 === undefined && !item.lines?.length && priced[0].amountE4 === 0) return { ok: true, result: 'unchanged', orderId: first.order_id, refunded: null };
	for (const [place, { order, lines, amountE4 }] of priced.entries()) {
		const id = place === 0 ? refundId : `${refundId}:${place + 1}`;
		await saveRefund(tx, item, { order, lines, amountE4, id, now });
		events.push(...changeEvent(order, { index, type: 'order_refunded', eventId: `refund:${id}`, at: item.refundedAt, more: { refund_id: id, amount: formatAmountE4(amountE4), reason: item.reason ?? null } }));
	}
	const total = priced.reduce((sum, one) => sum + one.amountE4, 0);
	return { ok: true, result: 'refunded', orderId: first.order_id, refunded: { amount: formatAmountE4(total), currency: first.currency } };
}

/** The answer to a refund that is in the store already. */
async function recordedBefore(tx: Tx, item: RefundInput, refundId: string): Promise<ItemAnswer<ChangedOrder> | undefined> {
	const [known] = await tx.each(orderPlans.byIds, [{ source: item.source, order_id: refundId, kind: 'refund' }]);
	if (!known) return undefined;
	const [order] = await tx.all(orderPlans.refundedBy, { order_ref: known.id });
	return { ok: true, result: 'unchanged', orderId: order?.order_id ?? item.orderId ?? null, refunded: { amount: formatAmountE4(known.total_e4 ?? 0), currency: known.currency } };
}

async function namedOrder(tx: Tx, item: RefundInput, orderId: string): Promise<Part[] | Refusal> {
	const order = await findOrder(tx, item.source, orderId);
	return order && !isAmbiguous(order) ? [{ order: withTotal(order), lines: item.lines ?? [] }] : (unknownOrder(orderId, order) as Refusal);
}

/** The customer's latest purchase of each product, the lines of one order together. */
async function purchasesOf(tx: Tx, item: RefundInput): Promise<Part[] | Refusal> {
	const lines = item.lines ?? [];
	if (lines.length === 0 || lines.some((line) => line.productId === undefined)) return refused('The refund names no order and no product. Give the order id, or the products that were given back.');
	const [who] = item.ref ? await resolveCustomers(tx, [item.ref], { create: false, keep: false }) : [];
	const parts = new Map<number, Part>();
	for (const line of lines) {
		const productId = line.productId as string;
		const found = who?.found ? await tx.first(orderPlans.latestPurchase, { customer_id: who.id, product_id: productId, before: item.refundedAt }) : undefined;
		if (!found) return { ok: false, code: 'unknown_order', message: `No purchase of product "${productId.slice(0, 60)}" by this customer is in the store. Record the order first, or give the order id.` };
		const [order] = await tx.each(orderPlans.lockByIds, [{ source: found.source, order_id: found.order_id, kind: 'order' }]);
		const part = parts.get(order.id) ?? { order: withTotal(order), lines: [] };
		part.lines.push(line);
		parts.set(order.id, part);
	}
	return [...parts.values()];
}

/** What was said; else the lines at the price they were bought for; else what is left of the order. */
async function priceParts(tx: Tx, item: RefundInput, parts: readonly Part[]): Promise<PricedPart[] | Refusal> {
	const priced: PricedPart[] = [];
	for (const { order, lines } of parts) {
		if (lines.length === 0) {
			priced.push({ order, lines, amountE4: item.amountE4 ?? Math.max(0, order.total_e4 - order.refunded_e4) });
			continue;
		}
		const bought = await tx.all(orderPlans.lines, { order_ref: order.id });
		const amounts = lines.map((line) => line.amountE4 ?? boughtFor(bought, line));
		const missing = lines[amounts.indexOf(undefined)];
		if (missing && item.amountE4 === undefined) return refused(`The order has no product "${(missing.productId ?? '').slice(0, 60)}" to take the price from. Give the amount of the refund.`);
		const amountE4 = amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
		if (!Number.isSafeInteger(amountE4)) return refused('The refund adds up to more than 900 billion. Correct its quantities, or give the amount of the refund.');
		priced.push({ order, lines: lines.map((line, place) => ({ ...line, amountE4: amounts[place] ?? 0 })), amountE4 });
	}
	return item.amountE4 === undefined ? priced : shared(item.amountE4, priced);
}

/** An amount said for the whole refund, over its parts by their worth; the last one takes what rounding leaves. */
function shared(amountE4: number, parts: readonly PricedPart[]): PricedPart[] {
	const worth = parts.reduce((sum, part) => sum + part.amountE4, 0);
	let left = amountE4;
	return parts.map((part, place) => {
		const share = place === parts.length - 1 ? left : Math.round(worth === 0 ? 0 : (amountE4 * part.amountE4) / worth);
		left -= share;
		return { ...part, amountE4: share };
	});
}

/** The price of so many pieces of a product, as they were bought; undefined when the order has none of it. */
function boughtFor(bought: readonly OrderLineDbRow[], line: Line): number | undefined {
	const rows = bought.filter((row) => row.product_id === (line.productId ?? ''));
	if (rows.length === 0) return undefined;
	let left = line.quantity;
	let amount = 0;
	rows.forEach((row, place) => {
		const pieces = place === rows.length - 1 ? left : Math.min(left, row.quantity * row.times);
		amount += (row.amount_e4 / row.quantity) * pieces;
		left -= pieces;
	});
	return Math.round(amount);
}

async function saveRefund(tx: Tx, item: RefundInput, part: PricedPart & { id: string; now: number }): Promise<void> {
	const { order, amountE4 } = part;
	const [{ id }] = await tx.each(orderPlans.save, [
		{ source: item.source, order_id: part.id, customer_id: order.customer_id, kind: 'refund', status: 'refunded', ordered_at: item.refundedAt, currency: order.currency, total_e4: amountE4, discount_e4: null, cart_id: order.cart_id, source_campaign: null, body_hash: null, updated_at: part.now },
	]);
	await tx.each(orderPlans.addLine, refundLines(part, id));
	const refunded = order.refunded_e4 + amountE4;
	const isWhole = refunded >= order.total_e4;
	await tx.run(orderPlans.setStatus, { id: order.id, status: isWhole ? 'refunded' : order.status, refunded_e4: refunded, updated_at: isWhole ? Math.max(order.updated_at, item.refundedAt) : order.updated_at });
}

/** What was given back, line by line where it was said, else one line of the whole amount. */
function refundLines({ order, lines, amountE4 }: PricedPart, orderRef: number): (OrderLineDbRow & { refund_of: number })[] {
	const said = lines.length > 0 ? lines : [{ quantity: 1, amountE4 }];
	const rows = new Map<string, OrderLineDbRow & { refund_of: number }>();
	for (const line of said as Line[]) {
		const amount = line.amountE4 ?? 0;
		const row = { order_ref: orderRef, product_id: line.productId ?? '', quantity: line.quantity, price_e4: perUnit(amount, line.quantity) ?? 0, times: 1, amount_e4: amount, gift: 0, refund_of: order.id };
		const name = `${row.product_id}\u0000${row.quantity}\u0000${row.price_e4}`;
		const same = rows.get(name);
		if (same) same.times += 1;
		else rows.set(name, row);
	}
	return [...rows.values()];
}

const refused = (message: string): Refusal => ({ ok: false, code: 'bad_input', message });
