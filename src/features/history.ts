import { ownMemory, type Memory } from '../core/slabs';
import type { Bucket } from './bucket';
import type { AsOf, ShopHistory } from './contract';
import { LocalDays } from './localDays';
import { OrderDaysBuilder } from './orderDaysBuilder';
import type { MarginBuilder } from './productMargins';

/**
 * Makes the history as of an instant out of buckets of orders, given in the order of customers' numbers. Customers who came
 * later, orders that came later and refunds that came later are not known yet.
 */
export class HistoryBuilder {
	private readonly days: OrderDaysBuilder;
	private readonly localDays: LocalDays;
	private readonly since: Float64Array;
	private readonly used = new Map<string, number>();
	private customers = 0;

	/**
	 * @param currency that amounts are counted in, as far as it is known @param mostOrders to expect @param mostCustomers at most
	 * @param margins where the catalogue says them @param memory of the history
	 */
	constructor(
		private readonly asOf: AsOf,
		private currency: string | null,
		mostOrders: number,
		mostCustomers: number,
		private readonly margins?: MarginBuilder,
		memory: Memory = ownMemory,
	) {
		this.days = new OrderDaysBuilder(mostOrders, mostCustomers, memory);
		this.localDays = LocalDays.in(asOf.zone);
		this.since = memory.float64(mostCustomers);
	}

	/** @param sales lines of the orders, where margins are added up */
	add(bucket: Bucket, sales?: Bucket): void {
		const { numbers, texts, tables: { orders, known } } = bucket;
		const { since } = known.columns;
		this.currency ??= firstUsed(bucket);
		const main = this.currency === null ? -1 : texts.indexOf(this.currency);
		const netE4 = netOf(bucket, main, this.asOf.at);
		const ends = new Int32Array(numbers.length);
		this.days.addKnown({ numbers, since, offsets: orders.offsets, at: orders.columns.at, netE4 }, this.asOf.at, this.localDays, ends);
		for (let place = 0; place < numbers.length; place++) if (ends[place] >= 0) this.since[this.customers++] = since[place];
		if (sales) this.addMargins(bucket, netE4, ends, sales);
		this.count(bucket, ends);
	}

	private addMargins({ numbers, tables: { orders } }: Bucket, netE4: Float64Array, ends: Int32Array, sales: Bucket): void {
		this.margins?.begin(sales);
		for (let place = 0; place < numbers.length; place++) if (ends[place] >= 0) this.margins?.add(numbers[place], netE4, orders.columns.at, orders.offsets[place], ends[place], this.localDays);
	}

	/** Orders by currency. */
	private count({ texts, numbers, tables: { orders: { offsets, columns } } }: Bucket, ends: Int32Array): void {
		const uses = new Float64Array(texts.length);
		for (let place = 0; place < numbers.length; place++) {
			const [first, end] = [offsets[place], ends[place]];
			if (uses.length === 1) uses[0] += Math.max(0, end - first);
			else for (let order = first; order < end; order++) uses[columns.currency[order]]++;
		}
		texts.forEach((text, code) => this.used.set(text, (this.used.get(text) ?? 0) + uses[code]));
	}

	/** @returns the history, and orders by currency, in the order in which they were met */
	done(): { history: ShopHistory; uses: [currency: string, orders: number][] } {
		return { history: { orders: this.days.done(), currency: this.currency, since: this.since.subarray(0, this.customers), margins: this.margins?.done() }, uses: [...this.used] };
	}
}

/** The currency that most orders are in; of several the one that amounts are counted in now, else the first. Where it is another one, they have to be counted anew. */
export function mainCurrency(uses: Iterable<[currency: string, orders: number]>, current: string | null): string | null {
	const sums = new Map<string, number>();
	for (const [text, orders] of uses) sums.set(text, (sums.get(text) ?? 0) + orders);
	let [main, most] = [null as string | null, 0];
	for (const [text, orders] of sums) if (orders > most || (orders === most && text === current)) [main, most] = [text, orders];
	return main;
}

/** Of the first order of a bucket; null where there is none. */
export function firstUsed({ tables, texts }: Bucket): string | null {
	const [code] = tables.orders.columns.currency;
	return code === undefined ? null : texts[code];
}

/** What was paid for each order in the main currency and not given back until the instant. */
function netOf({ numbers, tables: { orders, refunds }, texts }: Bucket, main: number, until: number): Float64Array {
	const { amount_e4: amounts, currency } = orders.columns;
	const isForeign = (texts.length > 1 || main < 0) && currency.some((code) => code !== main);
	if (!isForeign && refunds.columns.at.length === 0) return amounts;
	const net = amounts.slice();
	for (let place = 0; place < numbers.length; place++) {
		for (let row = refunds.offsets[place]; row < refunds.offsets[place + 1]; row++) if (refunds.columns.at[row] <= until) net[orders.offsets[place] + refunds.columns.order[row]] -= refunds.columns.amount_e4[row];
	}
	if (isForeign) for (let order = 0; order < net.length; order++) if (currency[order] !== main) net[order] = 0;
	return net;
}
