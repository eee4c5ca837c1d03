import type { Bucket } from './bucket';
import type { CustomerMargins } from './contract';

const YEAR_DAYS = 365;

/** What the catalogue says is left of a piece when it is sold at its price; ten-thousandths. */
export interface PieceMargin {
	marginE4: number;
	priceE4: number | null;
}

/** By product, in one currency. */
export type PieceMargins = ReadonlyMap<string, PieceMargin>;

/**
 * Adds up what is left of customers' revenue, of goods whose margin the catalogue says: a line leaves what was paid for it less
 * what its pieces cost, which is price less margin, or else the margin of its pieces; never more than what was paid. What an order leaves of what was paid for
 * it, deliveries, discounts and refunds included, is the share that its lines leave.
 */
export class MarginBuilder {
	private readonly columns: Omit<CustomerMargins, 'elsewhere'>;
	private customers = 0;
	private sales: Bucket | undefined;
	/** By the place of the product in the texts of the lines. */
	private costs: (PieceMargin | undefined)[] = [];
	private place = 0;

	constructor(
		private readonly margins: PieceMargins,
		private readonly day: number,
		mostCustomers: number,
	) {
		const column = () => new Float64Array(mostCustomers);
		this.columns = { knownE4: column(), marginE4: column(), yearKnownE4: column(), yearMarginE4: column() };
	}

	/** The lines of the customers who come next. */
	begin(sales: Bucket): void {
		this.sales = sales;
		this.costs = sales.texts.map((product) => this.margins.get(product));
		this.place = 0;
	}

	/**
	 * The next customer's, in the order of their numbers.
	 * @param netE4 by order, what was paid and not given back in the main currency; the customer's are at [first, end)
	 */
	add(customer: number, netE4: Float64Array, at: Float64Array, first: number, end: number, localDays: { of(ms: number): number }): void {
		const { knownE4, marginE4, yearKnownE4, yearMarginE4 } = this.columns;
		const own = this.customers++;
		const { numbers, tables } = this.sales as Bucket;
		while (this.place < numbers.length && numbers[this.place] < customer) this.place++;
		if (numbers[this.place] !== customer) return;
		const { offsets, columns } = tables.lines;
		const last = offsets[this.place + 1];
		for (let line = offsets[this.place]; line < last; ) {
			const order = columns.order[line];
			let [all, known, margin] = [0, 0, 0];
			for (; line < last && columns.order[line] === order; line++) {
				const amount = columns.amount_e4[line];
				all += amount;
				const cost = this.costs[columns.product[line]];
				if (!cost) continue;
				known += amount;
				margin += Math.min(amount, cost.priceE4 === null ? columns.pieces[line] * cost.marginE4 : amount - columns.pieces[line] * (cost.priceE4 - cost.marginE4));
			}
			if (first + order >= end || !(all > 0)) continue;
			const net = netE4[first + order] / all;
			knownE4[own] += net * known;
			marginE4[own] += net * margin;
			if (localDays.of(at[first + order]) <= this.day - YEAR_DAYS) continue;
			yearKnownE4[own] += net * known;
			yearMarginE4[own] += net * margin;
		}
	}

	done(): CustomerMargins {
		const { knownE4, marginE4, yearKnownE4, yearMarginE4 } = this.columns;
		const full = (column: Float64Array) => column.subarray(0, this.customers);
		return { elsewhere: 1, knownE4: full(knownE4), marginE4: full(marginE4), yearKnownE4: full(yearKnownE4), yearMarginE4: full(yearMarginE4) };
	}
}
