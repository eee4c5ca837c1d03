import type { Purchases } from './purchases';

/**
 * Customers' ways through the catalogue: customer `c` bought product `products[n]` on day `days[n]` for the entries
 * `offsets[c] .. offsets[c + 1])`, by product, then day. What was bought on one day is one step. Days count from an arbitrary
 * day, in the store's zone.
 */
export interface Steps {
	readonly names: readonly string[];
	/** The customers' numbers in the store, ascending. */
	readonly customers: Float64Array;
	readonly offsets: Uint32Array;
	readonly products: Uint32Array;
	readonly days: Int32Array;
	/** Order days of customer `c`, ascending: `orderDays[orderOffsets[c] .. orderOffsets[c + 1])`. */
	readonly orderOffsets: Uint32Array;
	readonly orderDays: Int32Array;
	/** The last day that was observed. */
	readonly lastDay: number;
}

/** Purchases of known customers as steps. @param dayOf local day of an instant @param lastDay the day up to which purchases are known */
export function stepsOf(purchases: Purchases, dayOf: (ms: number) => number, lastDay?: number): Steps {
	const { offsets, items, orderedAt, customers } = purchases;
	const known = Array.from(orderedAt.keys()).filter((order) => customers[order] !== 0);
	const days = orderedAt.map(dayOf);
	known.sort((a, b) => customers[a] - customers[b] || days[a] - days[b]);
	const entryProducts: number[] = [];
	const entryDays: number[] = [];
	const entryOffsets = [0];
	const orderDays: number[] = [];
	const orderOffsets = [0];
	const numbers: number[] = [];
	let last = Number.NEGATIVE_INFINITY;
	for (let from = 0; from < known.length; ) {
		let to = from;
		const entries: [product: number, day: number][] = [];
		for (; to < known.length && customers[known[to]] === customers[known[from]]; to++) {
			const order = known[to];
			if (to === from || days[order] !== days[known[to - 1]]) orderDays.push(days[order]);
			for (let place = offsets[order]; place < offsets[order + 1]; place++) entries.push([items[place], days[order]]);
		}
		last = Math.max(last, days[known[to - 1]]);
		entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
		entries.forEach(([product, day], place) => {
			if (place > 0 && entries[place - 1][0] === product && entries[place - 1][1] === day) return;
			entryProducts.push(product);
			entryDays.push(day);
		});
		numbers.push(customers[known[from]]);
		entryOffsets.push(entryProducts.length);
		orderOffsets.push(orderDays.length);
		from = to;
	}
	return {
		names: purchases.products,
		customers: Float64Array.from(numbers),
		offsets: Uint32Array.from(entryOffsets),
		products: Uint32Array.from(entryProducts),
		days: Int32Array.from(entryDays),
		orderOffsets: Uint32Array.from(orderOffsets),
		orderDays: Int32Array.from(orderDays),
		lastDay: lastDay ?? (Number.isFinite(last) ? last : 0),
	};
}

/** What was known at the end of a day: the same customers, by the same numbers, without what they bought later. */
export function stepsUntil(steps: Steps, lastDay: number): Steps {
	const [offsets, kept] = cut(steps.offsets, steps.days, lastDay);
	const [orderOffsets, keptOrders] = cut(steps.orderOffsets, steps.orderDays, lastDay);
	return { names: steps.names, customers: steps.customers, offsets, products: kept.map((entry) => steps.products[entry]), days: Int32Array.from(kept, (entry) => steps.days[entry]), orderOffsets, orderDays: Int32Array.from(keptOrders, (entry) => steps.orderDays[entry]), lastDay };
}

function cut(offsets: Uint32Array, days: Int32Array, lastDay: number): [offsets: Uint32Array, kept: Uint32Array] {
	const kept = new Uint32Array(days.length);
	const cutOffsets = new Uint32Array(offsets.length);
	let length = 0;
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) if (days[entry] <= lastDay) kept[length++] = entry;
		cutOffsets[customer + 1] = length;
	}
	return [cutOffsets, kept.slice(0, length)];
}
