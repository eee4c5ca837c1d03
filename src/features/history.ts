import type { Bucket } from './bucket';
import type { AsOf, ShopHistory } from './contract';
import { LocalDays } from './localDays';
import { OrderDaysBuilder } from './orderDays';
import type { MarginBuilder } from './productMargins';

/**
 * Makes the history as of an instant out of buckets of orders, given in the order of customers' numbers. Customers who came
 * later, orders that came later and refunds that came later are not known yet.
 */
export class HistoryBuilder {
	private readonly days: OrderDaysBuilder;
	private readonly localDays: LocalDays;
	private readonly since: Float64Array;
	private readonly uses = new Map<string, number>();
	private customers = 0;

	/** @param currency that amounts are counted in, as far as it is known @param mostOrders to expect @param mostCustomers at most @param margins where the catalogue says them */
	constructor(
		private readonly asOf: AsOf,
		private currency: string | null,
		mostOrders: number,
		mostCustomers: number,
		private readonly margins?: MarginBuilder,
	) {
		this.days = new OrderDaysBuilder(mostOrders, mostCustomers);
		this.localDays = LocalDays.in(asOf.zone);
		this.since = new Float64Array(mostCustomers);
	}

	/** @param sales lines of the orders, where margins are added up */
	add(bucket: Bucket, sales?: Bucket): void {
		const { orders, known: customers } = bucket.tables;
		const { at, currency } = orders.columns;
		const uses = new Float64Array(bucket.texts.length);
		this.currency ??= firstUsed(bucket);
		const main = this.currency === null ? -1 : bucket.texts.indexOf(this.currency);
		const until = this.asOf.at;
		const netE4 = netOf(bucket, main, until);
		if (sales) this.margins?.begin(sales);
		for (let place = 0; place < bucket.numbers.length; place++) {
			const [first, end] = [orders.offsets[place], orders.offsets[place + 1]];
			const since = customers.columns.since[place];
			if (since > until && !(first < end && at[first] <= until)) continue;
			this.days.place(bucket.numbers[place]);
			this.since[this.customers++] = since;
			const known = this.days.addKnown(at, netE4, first, end, until, this.localDays);
			this.margins?.add(bucket.numbers[place], netE4, at, first, known, this.localDays);
			for (let order = first; order < known; order++) uses[currency[order]]++;
		}
		bucket.texts.forEach((text, code) => this.uses.set(text, (this.uses.get(text) ?? 0) + uses[code]));
	}

	/** @returns the history, and the currency that most orders are in: where it is another one, the amounts have to be counted anew */
	done(): { history: ShopHistory; mainCurrency: string | null } {
		let [mainCurrency, most] = [null as string | null, 0];
		for (const [text, count] of this.uses) if (count > most || (count === most && text === this.currency)) [mainCurrency, most] = [text, count];
		return { history: { orders: this.days.done(), currency: this.currency, since: this.since.subarray(0, this.customers), margins: this.margins?.done() }, mainCurrency };
	}
}

function firstUsed({ tables, texts }: Bucket): string | null {
	const [code] = tables.orders.columns.currency;
	return code === undefined ? null : texts[code];
}

/** What was paid for each order in the main currency and not given back until the instant. */
function netOf({ numbers, tables: { orders, refunds } }: Bucket, main: number, until: number): Float64Array {
	const { amount_e4: amounts, currency } = orders.columns;
	const isForeign = currency.some((code) => code !== main);
	if (!isForeign && refunds.columns.at.length === 0) return amounts;
	const net = amounts.slice();
	for (let place = 0; place < numbers.length; place++) {
		for (let row = refunds.offsets[place]; row < refunds.offsets[place + 1]; row++) if (refunds.columns.at[row] <= until) net[orders.offsets[place] + refunds.columns.order[row]] -= refunds.columns.amount_e4[row];
	}
	if (isForeign) for (let order = 0; order < net.length; order++) if (currency[order] !== main) net[order] = 0;
	return net;
}
