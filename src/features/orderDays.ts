import { ownMemory, type Memory } from '../core/slabs';

/**
 * What a shop's customers bought, day by day, as typed arrays: what all figures of customers are computed from. Customers have
 * places 0, 1, 2 ... in the order of their numbers in the store. Who has not ordered may have a place too, with no days.
 */
export interface OrderDays {
	/** The customer's number in the store, by place; ascending. */
	readonly numbers: Float64Array;
	/** The customer at place c ordered on the days at [offsets[c], offsets[c + 1]). */
	readonly offsets: Uint32Array;
	/** UTC milliseconds of the customer's first order, by place; NaN for who has not ordered. */
	readonly firstAt: Float64Array;
	/** Local days since 1970-01-01 in the shop's zone; ascending, each once per customer. */
	readonly days: Int32Array;
	/** Orders on that day. */
	readonly orders: Uint32Array;
	/** Net revenue of the day's orders in the shop's main currency, in ten-thousandths; orders in another currency add nothing. */
	readonly netE4: Float64Array;
	/** UTC milliseconds of the last order of that day. */
	readonly lastAt: Float64Array;
}

/** One row an order, in any order of rows. Cancelled orders are not among them, nor any after the instant that is asked about. */
export interface OrderColumns {
	/** The customer's number in the store. */
	readonly customers: Float64Array;
	/** UTC milliseconds */
	readonly orderedAt: Float64Array;
	/** What was paid and not given back, in ten-thousandths. */
	readonly paidE4: Float64Array;
	/** Place in `currencies`. */
	readonly currency: Uint16Array;
	readonly currencies: readonly string[];
}

/** @returns the days, and the currency of the amounts: the one most orders are in */
export function orderDaysOf(columns: OrderColumns, dayOf: (ms: number) => number): { history: OrderDays; currency: string | null } {
	const { customers, orderedAt, paidE4, currency, currencies } = columns;
	const main = mainCurrency(countCurrencies(currency, currencies.length));
	const rows = Uint32Array.from(customers.keys()).sort((a, b) => customers[a] - customers[b] || orderedAt[a] - orderedAt[b] || a - b);
	const days = new OrderDaysBuilder(rows.length);
	for (const row of rows) days.add(customers[row], dayOf(orderedAt[row]), orderedAt[row], currency[row] === main ? paidE4[row] : 0);
	return { history: days.done(), currency: currencies[main] ?? null };
}

/** Takes orders customer by customer, in the order of time, and makes them days. */
export class OrderDaysBuilder {
	private readonly numbers: Float64Array;
	private readonly offsets: Uint32Array;
	private readonly firstAt: Float64Array;
	private days: Int32Array;
	private orders: Uint32Array;
	private netE4: Float64Array;
	private lastAt: Float64Array;
	private customers = 0;
	private size = 0;

	/** @param most orders to expect; there may be more @param mostCustomers customers at most @param memory of the history */
	constructor(most: number, mostCustomers = most, memory: Memory = ownMemory) {
		this.numbers = memory.float64(mostCustomers);
		this.offsets = memory.uint32(mostCustomers + 1);
		this.firstAt = memory.float64(mostCustomers).fill(Number.NaN);
		this.days = memory.int32(most);
		this.orders = memory.uint32(most);
		this.netE4 = memory.float64(most);
		this.lastAt = memory.float64(most);
	}

	/** A customer who may have no order. @param customer not below the one before */
	place(customer: number): void {
		if (this.customers > 0 && this.numbers[this.customers - 1] === customer) return;
		this.numbers[this.customers++] = customer;
		this.offsets[this.customers] = this.size;
	}

	/** An order of the customer. @param at UTC milliseconds; of one customer not before the one before */
	add(customer: number, day: number, at: number, netE4: number): void {
		this.place(customer);
		const last = this.size - 1;
		if (last < this.offsets[this.customers - 1]) this.firstAt[this.customers - 1] = at;
		else if (this.days[last] >= day) {
			// Where clocks went back over midnight, a later order may fall on an earlier date: it counts to the later one.
			this.orders[last]++;
			this.netE4[last] += netE4;
			this.lastAt[last] = at;
			return;
		}
		if (this.size === this.days.length) this.grow(1);
		this.days[this.size] = day;
		this.orders[this.size] = 1;
		this.netE4[this.size] = netE4;
		this.lastAt[this.size] = at;
		this.offsets[this.customers] = ++this.size;
	}

	/** Orders that came in while the others were read may be of the past. */
	private grow(by: number): void {
		const size = Math.max(1_024, 2 * this.size, this.size + by);
		const larger = <T extends Int32Array | Uint32Array | Float64Array>(old: T, fresh: T): T => {
			fresh.set(old);
			return fresh;
		};
		this.days = larger(this.days, new Int32Array(size));
		this.orders = larger(this.orders, new Uint32Array(size));
		this.netE4 = larger(this.netE4, new Float64Array(size));
		this.lastAt = larger(this.lastAt, new Float64Array(size));
	}

	/**
	 * Orders of the customer who was given a place last, as {@link add} takes them one by one.
	 * @param at UTC milliseconds, ascending; of those at [first, end) the ones that are not after `until` are taken @returns behind the last one taken
	 */
	addKnown(at: Float64Array, netE4: Float64Array, first: number, end: number, until: number, localDays: { of(ms: number): number }): number {
		if (this.size + end - first > this.days.length) this.grow(end - first);
		const { days, orders, netE4: nets, lastAt } = this;
		const from = this.offsets[this.customers - 1];
		let known = end;
		while (known > first && at[known - 1] > until) known--;
		let size = this.size;
		if (size === from && first < known) this.firstAt[this.customers - 1] = at[first];
		let last = size > from ? days[size - 1] : Number.NEGATIVE_INFINITY;
		for (let order = first; order < known; order++) {
			const instant = at[order];
			const day = localDays.of(instant);
			if (day <= last) {
				orders[size - 1]++;
				nets[size - 1] += netE4[order];
				lastAt[size - 1] = instant;
				continue;
			}
			last = day;
			days[size] = day;
			orders[size] = 1;
			nets[size] = netE4[order];
			lastAt[size++] = instant;
		}
		this.size = size;
		this.offsets[this.customers] = size;
		return known;
	}

	done(): OrderDays {
		const { customers, size } = this;
		return { numbers: this.numbers.subarray(0, customers), offsets: this.offsets.subarray(0, customers + 1), firstAt: this.firstAt.subarray(0, customers), days: this.days.subarray(0, size), orders: this.orders.subarray(0, size), netE4: this.netE4.subarray(0, size), lastAt: this.lastAt.subarray(0, size) };
	}
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

/** The history as it was known at the end of a day; every customer keeps the place. */
export function upTo(history: OrderDays, day: number): OrderDays {
	const { numbers } = history;
	const offsets = new Uint32Array(numbers.length + 1);
	for (let place = 0; place < numbers.length; place++) offsets[place + 1] = offsets[place] + endOfDay(history, place, day) - history.offsets[place];
	const size = offsets[numbers.length];
	const firstAt = history.firstAt.map((at, place) => (offsets[place + 1] > offsets[place] ? at : Number.NaN));
	const known = { numbers, offsets, firstAt, days: new Int32Array(size), orders: new Uint32Array(size), netE4: new Float64Array(size), lastAt: new Float64Array(size) };
	for (let place = 0; place < numbers.length; place++) {
		const [from, to] = [history.offsets[place], history.offsets[place] + offsets[place + 1] - offsets[place]];
		for (let at = from, put = offsets[place]; at < to; at++, put++) {
			known.days[put] = history.days[at];
			known.orders[put] = history.orders[at];
			known.netE4[put] = history.netE4[at];
			known.lastAt[put] = history.lastAt[at];
		}
	}
	return known;
}

/** The same history in memory of its own, no larger than it has to be. */
export function copyOf({ numbers, offsets, firstAt, days, orders, netE4, lastAt }: OrderDays): OrderDays {
	return { numbers: numbers.slice(), offsets: offsets.slice(), firstAt: firstAt.slice(), days: days.slice(), orders: orders.slice(), netE4: netE4.slice(), lastAt: lastAt.slice() };
}

/** The history of one customer alone; shares the memory. */
export const ofPlace = (history: OrderDays, place: number): OrderDays => ofPlaces(history, place, place + 1);

/** The history of the customers at [first, end); shares the memory. */
export function ofPlaces({ numbers, offsets, firstAt, days, orders, netE4, lastAt }: OrderDays, first: number, end: number): OrderDays {
	const [from, to] = [offsets[first], offsets[end]];
	return { numbers: numbers.subarray(first, end), offsets: offsets.slice(first, end + 1).map((offset) => offset - from), firstAt: firstAt.subarray(first, end), days: days.subarray(from, to), orders: orders.subarray(from, to), netE4: netE4.subarray(from, to), lastAt: lastAt.subarray(from, to) };
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

export function countCurrencies(currency: Uint16Array, size: number): Float64Array {
	const uses = new Float64Array(size);
	for (const place of currency) uses[place]++;
	return uses;
}

/** @returns the place of the currency most orders are in; of several the first */
export function mainCurrency(uses: ArrayLike<number>): number {
	let main = 0;
	for (let place = 1; place < uses.length; place++) if (uses[place] > uses[main]) main = place;
	return main;
}
