import type { OrderDays } from '../features/orderDays';

/** Customers with repeat orders of any worth: how many, and what one is worth on average. */
export interface RepeatSpend {
	orders: Float64Array;
	/** In units of the currency, above 0. */
	means: Float64Array;
	/** The customer's place among them, or -1. */
	placeOf: Int32Array;
}

/** Frequency and value this much related, Gamma-Gamma, which takes them to be unrelated, would say something wrong. */
export const RELATED_FROM = 0.3;

/** @param customers places in the shop @param x repeat orders of each */
export function repeatSpend({ offsets, netE4 }: Pick<OrderDays, 'offsets' | 'netE4'>, customers: Uint32Array, x: Uint32Array): RepeatSpend {
	const found = { orders: new Float64Array(customers.length), means: new Float64Array(customers.length), placeOf: new Int32Array(customers.length).fill(-1) };
	let size = 0;
	for (let place = 0; place < customers.length; place++) {
		const first = offsets[customers[place]];
		let sum = 0;
		for (let order = 1; order <= x[place]; order++) sum += netE4[first + order];
		if (!(sum > 0)) continue;
		found.placeOf[place] = size;
		found.orders[size] = x[place];
		found.means[size++] = sum / 10_000 / x[place];
	}
	return { orders: found.orders.subarray(0, size), means: found.means.subarray(0, size), placeOf: found.placeOf };
}

/** @returns null where one of them is the same for all */
export function correlation(a: Float64Array, b: Float64Array): number | null {
	const [meanA, meanB] = [mean(a), mean(b)];
	let [both, ownA, ownB] = [0, 0, 0];
	for (let place = 0; place < a.length; place++) {
		both += (a[place] - meanA) * (b[place] - meanB);
		ownA += (a[place] - meanA) ** 2;
		ownB += (b[place] - meanB) ** 2;
	}
	return ownA > 0 && ownB > 0 ? both / Math.sqrt(ownA * ownB) : null;
}

function mean(values: Float64Array): number {
	let sum = 0;
	for (const value of values) sum += value;
	return sum / values.length;
}
