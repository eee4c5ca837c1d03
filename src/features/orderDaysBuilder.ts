import { ownMemory, type Memory } from '../core/slabs';
import type { LocalDays } from './localDays';
import type { OrderDays } from './orderDays';

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
	const main = mostUsed(currency, currencies.length);
	const rows = Uint32Array.from(customers.keys()).sort((a, b) => customers[a] - customers[b] || orderedAt[a] - orderedAt[b] || a - b);
	const days = new OrderDaysBuilder(rows.length);
	for (const row of rows) days.add(customers[row], dayOf(orderedAt[row]), orderedAt[row], currency[row] === main ? paidE4[row] : 0);
	return { history: days.done(), currency: currencies[main] ?? null };
}

/** @returns the place of the currency most orders are in; of several the first */
function mostUsed(currency: Uint16Array, size: number): number {
	const uses = new Float64Array(size);
	for (const place of currency) uses[place]++;
	let main = 0;
	for (let place = 1; place < size; place++) if (uses[place] > uses[main]) main = place;
	return main;
}

/** Orders of several customers, one customer after the other. */
export interface ClusteredOrders {
	/** The customers' numbers in the store, ascending. */
	readonly numbers: Float64Array;
	/** UTC milliseconds since when they are known. */
	readonly since: Float64Array;
	/** Orders of the customer at place c are [offsets[c], offsets[c + 1]). */
	readonly offsets: Uint32Array;
	/** UTC milliseconds; of one customer ascending. */
	readonly at: Float64Array;
	readonly netE4: Float64Array;
}

/** Before any day there is. */
const NO_DAY = -(2 ** 31);

/** Takes orders customer by customer, in the order of time, and makes them days. */
export class OrderDaysBuilder {
	private readonly numbers: Float64Array;
	private readonly offsets: Uint32Array;
	private readonly firstAt: Float64Array;
	private readonly lastAt: Float64Array;
	private days: Int32Array;
	private orders: Uint32Array;
	private netE4: Float64Array;
	private customers = 0;
	private size = 0;

	/** @param most orders to expect; there may be more @param mostCustomers customers at most @param memory of the history */
	constructor(most: number, mostCustomers = most, memory: Memory = ownMemory) {
		this.numbers = memory.float64(mostCustomers);
		this.offsets = memory.uint32(mostCustomers + 1);
		this.firstAt = memory.float64(mostCustomers);
		this.lastAt = memory.float64(mostCustomers);
		this.days = memory.int32(most);
		this.orders = memory.uint32(most);
		this.netE4 = memory.float64(most);
	}

	/** A customer who may have no order. @param customer not below the one before */
	place(customer: number): void {
		if (this.customers > 0 && this.numbers[this.customers - 1] === customer) return;
		this.numbers[this.customers] = customer;
		this.firstAt[this.customers] = this.lastAt[this.customers] = Number.NaN;
		this.offsets[++this.customers] = this.size;
	}

	/** An order of the customer. @param at UTC milliseconds; of one customer not before the one before */
	add(customer: number, day: number, at: number, netE4: number): void {
		this.place(customer);
		const [own, last] = [this.customers - 1, this.size - 1];
		this.lastAt[own] = at;
		if (last < this.offsets[own]) this.firstAt[own] = at;
		else if (this.days[last] >= day) {
			// Where clocks went back over midnight, a later order may fall on an earlier date: it counts to the later one.
			this.orders[last]++;
			this.netE4[last] += netE4;
			return;
		}
		if (this.size === this.days.length) this.grow(1);
		this.days[this.size] = day;
		this.orders[this.size] = 1;
		this.netE4[this.size] = netE4;
		this.offsets[this.customers] = ++this.size;
	}

	/** There may be more orders than were expected. */
	private grow(by: number): void {
		const size = Math.max(1_024, 2 * this.size, this.size + by);
		const larger = <T extends Int32Array | Uint32Array | Float64Array>(old: T, fresh: T): T => {
			fresh.set(old);
			return fresh;
		};
		this.days = larger(this.days, new Int32Array(size));
		this.orders = larger(this.orders, new Uint32Array(size));
		this.netE4 = larger(this.netE4, new Float64Array(size));
	}

	/**
	 * Customers as they were known at an instant, with the orders until then: the same as {@link place} and {@link add} of each,
	 * in one loop. Who came later, and had not ordered by then, is left out. @param customers none of whom has a place yet
	 * @param ends gets, by place, behind the last order that is taken; -1: the customer is left out
	 */
	addKnown({ numbers, since, offsets, at, netE4 }: ClusteredOrders, until: number, localDays: LocalDays, ends: Int32Array): void {
		if (this.size + at.length > this.days.length) this.grow(at.length);
		const from = this.size;
		localDays.ofAll(at, this.days, from);
		for (let place = 0; place < numbers.length; place++) {
			const first = offsets[place];
			let end = offsets[place + 1];
			while (end > first && at[end - 1] > until) end--;
			ends[place] = first === end && since[place] > until ? -1 : end;
			if (ends[place] >= 0) this.addDays(numbers[place], at, netE4, first, end, from);
		}
	}

	/**
	 * A customer with orders whose days lie at [from + first, from + end). Days that are written are never ahead of those that are
	 * read: an order has a day at most. What is done for each customer is a function of its own, which is compiled as a whole soon.
	 */
	private addDays(customer: number, at: Float64Array, netE4: Float64Array, first: number, end: number, from: number): void {
		const { days, orders, netE4: nets, customers: own } = this;
		let { size } = this;
		let last = NO_DAY;
		for (let order = first; order < end; order++) {
			const day = days[from + order];
			if (day <= last) {
				orders[size - 1]++;
				nets[size - 1] += netE4[order];
				continue;
			}
			last = day;
			days[size] = day;
			orders[size] = 1;
			nets[size++] = netE4[order];
		}
		this.numbers[own] = customer;
		this.firstAt[own] = first === end ? Number.NaN : at[first];
		this.lastAt[own] = first === end ? Number.NaN : at[end - 1];
		this.offsets[own + 1] = this.size = size;
		this.customers = own + 1;
	}

	done(): OrderDays {
		const { customers, size } = this;
		return { numbers: this.numbers.subarray(0, customers), offsets: this.offsets.subarray(0, customers + 1), firstAt: this.firstAt.subarray(0, customers), lastAt: this.lastAt.subarray(0, customers), days: this.days.subarray(0, size), orders: this.orders.subarray(0, size), netE4: this.netE4.subarray(0, size) };
	}
}
