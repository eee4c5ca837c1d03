import { refundEntryPlans } from '../store/plans/columnPlans';
import { paymentPlans } from '../store/plans/purchasePlans';
import { read, type Tx } from '../store/port';

/** What customers paid, as columns, in the order of the orders' numbers in the store. */
export interface Payments {
	/** The customer's number in the store. */
	customers: Float64Array;
	/** UTC milliseconds */
	orderedAt: Float64Array;
	/** Ten-thousandths; 0 or less for an order that was given back, or that cost nothing. */
	paidE4: Float64Array;
	/** Place in `currencies`. */
	currency: Uint16Array;
	currencies: string[];
	/** Ids of the customers, by their number; asked for by `ids`. */
	ids?: Map<number, string>;
}

const PAGE = 20_000;

/**
 * All orders of known customers up to an instant, without the cancelled ones.
 * @param input.until UTC milliseconds, default now @param input.givenBackUntil what was given back later is not taken off; default `until`
 */
export const readPayments = read(async (tx: Tx, input: { until?: number; givenBackUntil?: number; ids?: boolean }): Promise<Payments> => {
	const until = input.until ?? (await tx.now());
	const currencies = new Map<string, number>();
	const columns = { ids: [] as number[], customers: [] as number[], orderedAt: [] as number[], paidE4: [] as number[], currency: [] as number[] };
	for (let after = 0; ; ) {
		const rows = await tx.all(paymentPlans.orders, { after, until, limit: PAGE });
		for (const row of rows) {
			columns.ids.push(row.id);
			columns.customers.push(row.customer_id);
			columns.orderedAt.push(row.ordered_at);
			columns.paidE4.push(row.total_e4);
			const place = currencies.get(row.currency) ?? currencies.size;
			currencies.set(row.currency, place);
			columns.currency.push(place);
		}
		if (rows.length < PAGE) break;
		after = (rows.at(-1) as { id: number }).id;
	}
	await takeOffRefunds(tx, columns, input.givenBackUntil ?? until);
	return {
		customers: Float64Array.from(columns.customers),
		orderedAt: Float64Array.from(columns.orderedAt),
		paidE4: Float64Array.from(columns.paidE4),
		currency: Uint16Array.from(columns.currency),
		currencies: [...currencies.keys()],
		...(input.ids && { ids: await idsOf(tx) }),
	};
});

/** What was given back until an instant: of the order that a refund belongs to, or of the customer's last one before it, as the figures of customers have it. */
async function takeOffRefunds(tx: Tx, { ids, customers, orderedAt, paidE4 }: { ids: number[]; customers: number[]; orderedAt: number[]; paidE4: number[] }, until: number): Promise<void> {
	const refunds = (await tx.all(refundEntryPlans.range, { first: 0, last: Number.MAX_SAFE_INTEGER })).filter(({ refunded_at }) => refunded_at <= until);
	const placeOf = refunds.length === 0 ? new Map<number, number>() : new Map(ids.map((id, place) => [id, place]));
	const homeless = new Set(refunds.flatMap(({ order_id, customer_id }) => (order_id === null ? [customer_id] : [])));
	const placesOf = new Map<number, number[]>([...homeless].map((customer) => [customer, []]));
	if (homeless.size > 0) customers.forEach((customer, place) => placesOf.get(customer)?.push(place));
	for (const { customer_id, refunded_at, order_id, total_e4, lines_e4 } of refunds) {
		const place = order_id === null ? lastBefore(placesOf.get(customer_id) ?? [], orderedAt, refunded_at) : placeOf.get(order_id);
		if (place !== undefined) paidE4[place] -= total_e4 ?? lines_e4;
	}
}

/** Of orders of the same instant the one that came in last. */
function lastBefore(places: readonly number[], orderedAt: readonly number[], instant: number): number | undefined {
	let found: number | undefined;
	for (const place of places) if (orderedAt[place] <= instant && (found === undefined || orderedAt[place] >= orderedAt[found])) found = place;
	return found;
}

async function idsOf(tx: Tx): Promise<Map<number, string>> {
	const ids = new Map<number, string>();
	for (let after = 0; ; ) {
		const rows = await tx.all(paymentPlans.keys, { after, limit: PAGE });
		for (const { id, key } of rows) ids.set(id, key);
		if (rows.length < PAGE) return ids;
		after = (rows.at(-1) as { id: number }).id;
	}
}
