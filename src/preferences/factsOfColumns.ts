import type { Bucket } from '../features/bucket';
import type { ZoneClock } from '../policy/zoneClock';
import { DAY_MS, DEEDS_DAYS, PURCHASES_DAYS, type Deed, type PreferenceFacts, type PurchaseLine } from './contract';
import { DEED_KINDS } from './deedTypes';

const HOUR_MS = 3_600_000;
const NOTHING: readonly never[] = [];

/** Columns of the same customers, or of more. */
export interface TasteColumns {
	orders?: Bucket;
	/** Lines of these orders. */
	sales?: Bucket;
	deeds?: Bucket;
}

export interface Asked {
	/** UTC milliseconds; nothing later is looked at */
	at: number;
	/** Amounts in others are left out; null: no order at all. */
	currency: string | null;
	/** By product; of others none is known. */
	categories: ReadonlyMap<string, string>;
}

/** What has to be known of customers besides their columns. */
export interface About {
	/** Of who has deeds. */
	clockOf(customer: number): ZoneClock;
	/** Messages that went out in the time of deeds, by channel. */
	sentTo(customer: number): Record<string, number> | undefined;
}

/** What customers' preferences are read from, out of columns, customer by customer in the order of their numbers. */
export class FactsOfColumns {
	private readonly lines: LinesOfColumns | undefined;
	private readonly deeds: DeedsOfColumns | undefined;

	/** @param numbers of the customers, ascending */
	constructor(
		readonly numbers: Float64Array,
		{ orders, sales, deeds }: TasteColumns,
		{ at, currency, categories }: Asked,
	) {
		this.lines = orders && sales && currency !== null ? new LinesOfColumns(orders, sales, { at, currency, categories }) : undefined;
		this.deeds = deeds && new DeedsOfColumns(deeds, at);
	}

	/** Customers who did anything lately, and those among them who opened or clicked a message. */
	active(): { active: number[]; answering: number[] } {
		const found = { active: [] as number[], answering: [] as number[] };
		for (const customer of this.deeds ? this.numbers : []) {
			const did = this.deeds?.whatDid(customer);
			if (did !== undefined) found.active.push(customer);
			if (did === 'answered') found.answering.push(customer);
		}
		return found;
	}

	*all({ clockOf, sentTo }: About): Generator<PreferenceFacts> {
		for (const customer of this.numbers) {
			const lines = this.lines?.of(customer) ?? (NOTHING as unknown as PurchaseLine[]);
			const deeds = this.deeds?.of(customer, clockOf) ?? (NOTHING as unknown as Deed[]);
			yield { customer, lines, deeds, sent: sentTo(customer) ?? {} };
		}
	}
}

/** Finds customers in a bucket who are asked for in the order of their numbers. */
class Follower {
	private place = 0;

	constructor(private readonly numbers: Float64Array) {}

	/** @returns the place, or -1. Whoever begins anew has to ask for lower numbers than before. */
	placeOf(customer: number): number {
		const { numbers } = this;
		if (this.place > 0 && numbers[this.place - 1] >= customer) this.place = 0;
		while (this.place < numbers.length && numbers[this.place] < customer) this.place++;
		return numbers[this.place] === customer ? this.place : -1;
	}
}

class LinesOfColumns {
	private readonly placesOfOrders: Follower;
	private readonly placesOfSales: Follower;
	private readonly categories: (string | null)[];
	private readonly currency: number;
	private readonly at: number;

	constructor(
		private readonly orders: Bucket,
		private readonly sales: Bucket,
		{ at, currency, categories }: Asked & { currency: string },
	) {
		this.placesOfOrders = new Follower(orders.numbers);
		this.placesOfSales = new Follower(sales.numbers);
		this.categories = sales.texts.map((product) => categories.get(product) ?? null);
		this.currency = orders.texts.indexOf(currency);
		this.at = at;
	}

	/** The customer's purchases of the last {@link PURCHASES_DAYS}, without what was given back. */
	of(customer: number): PurchaseLine[] | undefined {
		const [own, sold] = [this.placesOfOrders.placeOf(customer), this.placesOfSales.placeOf(customer)];
		if (own < 0 || sold < 0) return undefined;
		const { columns, offsets } = this.sales.tables.lines;
		const { offsets: ends, columns: orders } = this.orders.tables.orders;
		const [first, end] = [ends[own], ends[own + 1]];
		const given = this.givenBack(own, end - first);
		const found: PurchaseLine[] = [];
		for (let line = offsets[sold]; line < offsets[sold + 1]; line++) {
			const order = columns.order[line];
			const place = first + order;
			// An order that came in between the reading of both is not known yet.
			if (place >= end || orders.currency[place] !== this.currency) continue;
			const at = orders.at[place];
			if (at > this.at || at <= this.at - PURCHASES_DAYS * DAY_MS) continue;
			const paid = orders.amount_e4[place];
			const left = paid > 0 ? Math.min(1, Math.max(0, 1 - (given?.[order] ?? 0) / paid)) : 0;
			const price = columns.price_e4[line];
			found.push({ order, category: this.categories[columns.product[line]], priceE4: Number.isFinite(price) && price > 0 ? price : null, spentE4: Math.max(0, columns.amount_e4[line] * left) });
		}
		return found;
	}

	/** What was given back of each of the customer's orders up to the instant; undefined: nothing. */
	private givenBack(own: number, orders: number): Float64Array | undefined {
		const { offsets, columns } = this.orders.tables.refunds;
		let given: Float64Array | undefined;
		for (let refund = offsets[own]; refund < offsets[own + 1]; refund++) if (columns.at[refund] <= this.at) (given ??= new Float64Array(orders))[columns.order[refund]] += columns.amount_e4[refund];
		return given;
	}
}

class DeedsOfColumns {
	private readonly places: Follower;
	private readonly since: number;

	constructor(
		private readonly deeds: Bucket,
		private readonly at: number,
	) {
		this.places = new Follower(deeds.numbers);
		this.since = at - DEEDS_DAYS * DAY_MS;
	}

	/** @returns undefined: nothing lately */
	whatDid(customer: number): 'looked' | 'answered' | undefined {
		const [first, end] = this.lately(customer);
		const { kind } = this.deeds.tables.deeds.columns;
		for (let row = first; row < end; row++) if (DEED_KINDS[kind[row]].signal !== 'visited') return 'answered';
		return first < end ? 'looked' : undefined;
	}

	/** The customer's deeds of the last {@link DEEDS_DAYS}. */
	of(customer: number, clockOf: About['clockOf']): Deed[] | undefined {
		const [first, end] = this.lately(customer);
		if (first >= end) return undefined;
		const { texts, tables: { deeds: { columns } } } = this.deeds;
		const clock = clockOf(customer);
		const found: Deed[] = [];
		for (let row = first; row < end; row++) {
			const at = columns.at[row];
			const wall = at + clock.offsetAt(at);
			const day = Math.floor(wall / DAY_MS);
			const { signal, view } = DEED_KINDS[columns.kind[row]];
			found.push({ signal, at, day, hour: Math.floor((wall - day * DAY_MS) / HOUR_MS), view, channel: texts[columns.channel[row]] || null, message: columns.message[row] || null });
		}
		return found;
	}

	/** Rows of the time in question: they stand in its order. */
	private lately(customer: number): [first: number, end: number] {
		const place = this.places.placeOf(customer);
		if (place < 0) return [0, 0];
		const { offsets, columns: { at } } = this.deeds.tables.deeds;
		let [first, end] = [offsets[place], offsets[place + 1]];
		while (first < end && at[first] <= this.since) first++;
		while (end > first && at[end - 1] > this.at) end--;
		return [first, end];
	}
}
