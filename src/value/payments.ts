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

/** All orders of known customers up to an instant, without the cancelled ones. @param input.until UTC milliseconds, default now */
export const readPayments = read(async (tx: Tx, input: { until?: number; ids?: boolean }): Promise<Payments> => {
	const until = input.until ?? (await tx.now());
	const currencies = new Map<string, number>();
	const columns = { customers: [] as number[], orderedAt: [] as number[], paidE4: [] as number[], currency: [] as number[] };
	for (let after = 0; ; ) {
		const rows = await tx.all(paymentPlans.orders, { after, until, limit: PAGE });
		for (const row of rows) {
			columns.customers.push(row.customer_id);
			columns.orderedAt.push(row.ordered_at);
			columns.paidE4.push(row.paid_e4);
			const place = currencies.get(row.currency) ?? currencies.size;
			currencies.set(row.currency, place);
			columns.currency.push(place);
		}
		if (rows.length < PAGE) break;
		after = (rows.at(-1) as { id: number }).id;
	}
	return {
		customers: Float64Array.from(columns.customers),
		orderedAt: Float64Array.from(columns.orderedAt),
		paidE4: Float64Array.from(columns.paidE4),
		currency: Uint16Array.from(columns.currency),
		currencies: [...currencies.keys()],
		...(input.ids && { ids: await idsOf(tx) }),
	};
});

async function idsOf(tx: Tx): Promise<Map<number, string>> {
	const ids = new Map<number, string>();
	for (let after = 0; ; ) {
		const rows = await tx.all(paymentPlans.keys, { after, limit: PAGE });
		for (const { id, key } of rows) ids.set(id, key);
		if (rows.length < PAGE) return ids;
		after = (rows.at(-1) as { id: number }).id;
	}
}
