/**
 * What a shop's customers bought, day by day, as typed arrays: what all figures of customers are computed from. Customers have
 * places 0, 1, 2 ... in the order of their numbers in the store. Who has not ordered may have a place too, with no days.
 */
export interface OrderDays {
	/** The customer's number in the store, by place; ascending. */
	readonly numbers: Float64Array;
	/** The customer at place c ordered on the days at [offsets[c], offsets[c + 1]). */
	readonly offsets: Uint32Array;
	/** UTC milliseconds of the customer's first and last order, by place; NaN for who has not ordered. */
	readonly firstAt: Float64Array;
	readonly lastAt: Float64Array;
	/** Local days since 1970-01-01 in the shop's zone; ascending, each once per customer. */
	readonly days: Int32Array;
	/** Orders on that day. */
	readonly orders: Uint32Array;
	/** Net revenue of the day's orders in the shop's main currency, in ten-thousandths; orders in another currency add nothing. */
	readonly netE4: Float64Array;
}

/** Behind the last day of the customer at `place` that is not after `day`. */
export function endOfDay({ offsets, days }: Pick<OrderDays, 'offsets' | 'days'>, place: number, day: number): number {
	let [from, to] = [offsets[place], offsets[place + 1]];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (days[middle] <= day) from = middle + 1;
		else to = middle;
	}
	return from;
}

/** The history of one customer alone; shares the memory. */
export const ofPlace = (history: OrderDays, place: number): OrderDays => ofPlaces(history, place, place + 1);

/** The history of the customers at [first, end); shares the memory. */
export function ofPlaces({ numbers, offsets, firstAt, lastAt, days, orders, netE4 }: OrderDays, first: number, end: number): OrderDays {
	const [from, to] = [offsets[first], offsets[end]];
	return { numbers: numbers.subarray(first, end), offsets: offsets.slice(first, end + 1).map((offset) => offset - from), firstAt: firstAt.subarray(first, end), lastAt: lastAt.subarray(first, end), days: days.subarray(from, to), orders: orders.subarray(from, to), netE4: netE4.subarray(from, to) };
}

/** @returns the place of a customer by the number in the store, or -1 */
export function placeOf({ numbers }: OrderDays, customer: number): number {
	let [from, to] = [0, numbers.length];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (numbers[middle] < customer) from = middle + 1;
		else to = middle;
	}
	return numbers[from] === customer ? from : -1;
}
