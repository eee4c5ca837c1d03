import type { ItemAnswer, RecordedOrder, RecordOrders } from '../customers/contract';
import { noteLateRows, type Late } from '../customers/merge/lateRows';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { lockResolved, resolveCustomers, viaOf, type Resolved } from '../customers/resolve';
import { formatAmountE4 } from '../core/money';
import { MustRunAgain } from '../core/runAgain';
import { figuresBefore } from '../features/saveFigures';
import { ordersChanged } from '../features/updateFigures';
import { datesChanged } from '../journeys/dates/changed';
import { segmentsChanged } from '../segments/changed';
import type { CustomerRow } from '../store/plans/customerPlans';
import { orderPlans, type OrderRow } from '../store/plans/ingestPlans';
import { write, type Tx } from '../store/port';
import { judgeVersion, statusAfter, versionAt, versionHash, type KnownOrder } from './orderVersions';
import { tellEvents, type OwnEvent } from './tellEvents';
import { ORDER_STATUSES, type OrderInput, type OrderStatus } from './records';
import { saveOrders, totalE4, type OrderVersion } from './saveOrders';
import { onSoundItems } from './soundItems';

/**
 * Records whole orders. The same order twice changes nothing; a newer version of it (by `updatedAt`, or without one by
 * arrival) replaces lines and status. What changed becomes an event for the journeys: `order_placed`, `order_paid`,
 * `order_delivered`, `order_cancelled`, `order_refunded`.
 */
export const recordOrders = write(onSoundItems(record));

async function record(tx: Tx, { items, backfill }: RecordOrders): Promise<ItemAnswer<RecordedOrder>[]> {
	const { whoOf, customers, known, now } = await pictureOf(tx, items);
	const answers: ItemAnswer<RecordedOrder>[] = [];
	const versions = new Map<string, OrderVersion>();
	const events: OwnEvent[] = [];
	const late: Late<'orders'>[] = [];
	const owners = new Set<number>();
	for (const [index, item] of items.entries()) {
		const who = whoOf.get(index);
		const fault = who && !who.found ? refusal(who.why) : (foreignCurrency(item) ?? tooLarge(item));
		if (fault) {
			answers.push(fault);
			continue;
		}
		const before = known.get(nameOf(item));
		const customerId = who?.found ? who.id : (before?.customer_id ?? null);
		const customer = customerId === null ? undefined : standing(customers, customerId);
		const bodyHash = versionHash(item, customer?.key);
		const result = judgeVersion(item, before, bodyHash);
		if (result === 'recorded' || result === 'updated') {
			const version = { item, customerId, status: statusAfter(item, before), bodyHash, updatedAt: versionAt(item, before) };
			versions.set(nameOf(item), version);
			for (const owner of [customerId, before?.customer_id]) if (owner) owners.add(owner);
			known.set(nameOf(item), { customer_id: customerId, status: version.status, body_hash: bodyHash, updated_at: version.updatedAt });
			const via = who && viaOf(who);
			if (customer) events.push(...eventsOf(version, before, customer.id, index).map((event) => ({ ...event, via })));
			if (before === undefined || before.customer_id === null) late.push({ source: item.source, order_id: item.orderId, kind: 'order', via });
		}
		answers.push({ ok: true, result, orderId: item.orderId, customer: customer ? customerView(customer) : null, entered: [], exited: [] });
	}
	const [saved, figures] = await Promise.all([saveOrders(tx, [...versions.values()], now), backfill ? undefined : figuresBefore(tx, [...owners])]);
	await noteLateRows(tx, 'orders', late);
	await tell(tx, events, customers, now, backfill === true, answers);
	await datesChanged(tx, { orders: saved }, now, backfill === true);
	await ordersChanged(tx, owners, now, backfill === true, { figures, customers });
	// Last of all: who is in a segment may hang on the figures as well as on the orders.
	await segmentsChanged(tx, owners, now, backfill === true);
	return answers;
}

/** An event holds so many lines of an order at most. */
const MOST_ITEMS = 200;
const nameOf = (item: { source: string; orderId: string }) => `${item.source}\u0000${item.orderId}`;

interface Picture {
	whoOf: ReadonlyMap<number, Resolved>;
	customers: Map<number, CustomerRow>;
	known: Map<string, KnownOrder>;
	now: number;
}

/** Who the orders are of, and what is known of them, with the customers locked before the orders. */
async function pictureOf(tx: Tx, items: readonly OrderInput[]): Promise<Picture> {
	const named = items.flatMap((item, index) => (item.ref ? [{ ref: item.ref, index }] : []));
	const keys = [...new Map(items.map((item) => [nameOf(item), { source: item.source, order_id: item.orderId, kind: 'order' }])).values()];
	const ownersOf = (rows: readonly OrderRow[]) => rows.flatMap((row) => row.customer_id ?? []);
	const known = tx.each(orderPlans.byIds, keys);
	const [there, found] = await Promise.all([known, resolveCustomers(tx, named.map((one) => one.ref), { create: true, at: (place) => items[named[place].index].orderedAt, along: async () => ownersOf(await known) })]);
	// One after the other, without waiting in between: the clock is read once the locks are held.
	const [{ resolved, customers }, rows, now] = await Promise.all([lockResolved(tx, found, ownersOf(there)), tx.each(orderPlans.lockByIds, keys), tx.now(), tx.lookAtShop()]);
	if (ownersOf(rows).some((id) => !customers.has(id))) throw new MustRunAgain('An order got its customer while the locks were waited for');
	return {
		now,
		whoOf: new Map(named.map((one, place) => [one.index, resolved[place]])),
		customers,
		known: new Map(rows.map((row) => [nameOf({ source: row.source, orderId: row.order_id }), row])),
	};
}

function standing(customers: ReadonlyMap<number, CustomerRow>, id: number): CustomerRow | undefined {
	const row = customers.get(id);
	return row?.erased_at === null ? row : undefined;
}

function foreignCurrency(item: OrderInput): { ok: false; code: string; message: string } | undefined {
	const line = item.lines.findIndex((one) => one.currency !== undefined && one.currency !== item.currency);
	if (line < 0) return undefined;
	return { ok: false, code: 'bad_input', message: `Line ${line + 1} of the order is in ${item.lines[line].currency} and the order in ${item.currency}. Give all amounts of an order in one currency.` };
}

function tooLarge(item: OrderInput): { ok: false; code: string; message: string } | undefined {
	return Number.isSafeInteger(totalE4(item)) ? undefined : { ok: false, code: 'bad_input', message: 'The lines of the order add up to more than 900 billion. Correct their prices and quantities.' };
}

/** An order that gets a status, and one whose customer becomes known, is news for the journeys. */
function eventsOf(version: OrderVersion, before: KnownOrder | undefined, customerId: number, index: number): OwnEvent[] {
	const isNew = before === undefined || before.customer_id === null;
	const statuses: OrderStatus[] = isNew ? [...new Set<OrderStatus>(['placed', version.status])] : before.status === version.status ? [] : [version.status];
	return statuses.map((status) => orderEvent(version.item, status, customerId, index));
}

function orderEvent(item: OrderInput, status: OrderStatus, customerId: number, index: number): OwnEvent {
	return {
		index,
		order: ORDER_STATUSES.indexOf(status),
		customerId,
		source: item.source,
		eventId: `order:${item.orderId}:${status}`,
		type: `order_${status}`,
		at: status === 'placed' ? item.orderedAt : (item.updatedAt ?? item.orderedAt),
		properties: {
			order_id: item.orderId,
			cart_id: item.cartId ?? null,
			total: formatAmountE4(totalE4(item)),
			currency: item.currency,
			product_ids: [...new Set(item.lines.flatMap((line) => line.productId ?? []))].slice(0, MOST_ITEMS),
			items: item.lines.slice(0, MOST_ITEMS).map((line) => ({ product_id: line.productId ?? null, name: line.name ?? null, quantity: line.quantity, price: formatAmountE4(line.priceE4) })),
		},
	};
}

async function tell(tx: Tx, events: OwnEvent[], customers: ReadonlyMap<number, CustomerRow>, now: number, backfill: boolean, answers: ItemAnswer<RecordedOrder>[]): Promise<void> {
	events.sort((a, b) => a.index - b.index || a.order - b.order);
	const reactions = await tellEvents(tx, events, customers, now, backfill);
	events.forEach((event, place) => {
		const answer = answers[event.index];
		if (!answer.ok) return;
		answer.entered.push(...reactions[place].entered);
		answer.exited.push(...reactions[place].exited);
	});
}
