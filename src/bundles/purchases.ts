import { purchasePlans } from '../store/plans/purchasePlans';
import { read, type Tx } from '../store/port';

/**
 * Who bought what, when, as columns: order `o` holds the products `items[offsets[o] .. offsets[o + 1])`, numbers into
 * `products`, each once. Cancelled orders, refunds and gifts are no purchases.
 */
export interface Purchases {
	products: string[];
	offsets: Uint32Array;
	items: Uint32Array;
	/** UTC milliseconds */
	orderedAt: Float64Array;
	/** The customer's number in the store; 0: nobody known. */
	customers: Float64Array;
}

/** Orders a page: some thousand keep the memory of a page small and its cost per order low. */
const PAGE = 5_000;

/** All purchases up to an instant, in the order of their numbers in the store. @param input.until UTC milliseconds, default now */
export const readPurchases = read(async (tx: Tx, input: { until?: number }): Promise<Purchases> => {
	const until = input.until ?? (await tx.now());
	const numbers = new Map<string, number>();
	const offsets = [0];
	const items: number[] = [];
	const orderedAt: number[] = [];
	const customers: number[] = [];
	for (let after = 0; ; ) {
		const orders = await tx.all(purchasePlans.orders, { after, until, limit: PAGE });
		const last = orders.at(-1);
		if (!last) break;
		const lines = await tx.all(purchasePlans.lines, { first: (orders[0] as { id: number }).id, last: last.id });
		let line = 0;
		for (const order of orders) {
			let before: string | undefined;
			while (line < lines.length && lines[line].order_ref < order.id) line++;
			for (; line < lines.length && lines[line].order_ref === order.id; line++) {
				const { product_id: product } = lines[line];
				if (product === before) continue;
				before = product;
				let number = numbers.get(product);
				if (number === undefined) numbers.set(product, (number = numbers.size));
				items.push(number);
			}
			if (items.length === offsets.at(-1)) continue;
			offsets.push(items.length);
			orderedAt.push(order.ordered_at);
			customers.push(order.customer_id ?? 0);
		}
		after = last.id;
	}
	return { products: [...numbers.keys()], offsets: Uint32Array.from(offsets), items: Uint32Array.from(items), orderedAt: Float64Array.from(orderedAt), customers: Float64Array.from(customers) };
});
