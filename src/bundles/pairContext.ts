import { watched, type Watched } from './followUp';
import type { PairSizes } from './pairs';
import type { Steps } from './steps';

/** What the pairs of one first product have in common. */
export interface FirstProduct {
	/** Days each buyer was watched since the first purchase. */
	watched: Watched;
	/** How many buyers have 0, 1, 2 ... order days that come after a purchase, within the greatest gap. */
	laterOrderDays: number[];
	/** Those order days by stratum. */
	byStratum: Float64Array;
	/** Those order days by their distance from the first purchase within the greatest gap before them: how many lie at most so many days after. */
	byGap: Float64Array;
	/** Buyers by the period of the first purchase. */
	byPeriod: Uint32Array;
	/** Buyers by group; empty without groups. */
	byGroup: Uint32Array;
}

/** Kinds of customers: `of` holds for each customer, by place in the steps, a place in `names`. */
export interface CustomerGroups {
	readonly names: readonly string[];
	readonly of: ArrayLike<number>;
}

const MONTH_DAYS = 365.25 / 12;
/** Upper bounds of the number of products on an order day. */
const SIZES = [3, 8, Number.POSITIVE_INFINITY];
/** A product's share of a stratum's order days is drawn to its share of all by so many of them. */
const SHRINK = 25;

/**
 * How often order days hold a product: over all of them, and by stratum (month, number of products on the day, group of the
 * customer), because season, large orders and kinds of customers make pairs that have no link.
 */
export class PairContext {
	readonly period: 'month' | 'quarter';
	private readonly periodDays: number;
	private readonly firstDay: number;
	private readonly shares: Float64Array;
	private readonly strataOf: Uint16Array;
	private readonly strata: number;
	private readonly rowOf: Int32Array;
	private readonly byStratum: Float32Array;
	private readonly runsOf: Runs[];
	private current = -1;
	private first: FirstProduct | undefined;

	/** @param groups absent: all alike */
	constructor(
		private readonly steps: Steps,
		pairs: PairSizes,
		private readonly maxGapDays: number,
		private readonly groups?: CustomerGroups,
	) {
		const { orderDays, products, names, lastDay } = steps;
		this.firstDay = orderDays.reduce((least, day) => Math.min(least, day), lastDay);
		this.period = lastDay - this.firstDay > 550 ? 'quarter' : 'month';
		this.periodDays = MONTH_DAYS * (this.period === 'quarter' ? 3 : 1);
		this.shares = new Float64Array(names.length);
		for (const product of products) this.shares[product]++;
		for (let product = 0; product < names.length; product++) this.shares[product] /= Math.max(1, orderDays.length);
		const orderDayOf = orderDaysOf(steps);
		const { of, count } = this.stratify(orderDayOf);
		this.strataOf = of;
		this.strata = count;
		this.rowOf = new Int32Array(names.length).fill(-1);
		let rows = 0;
		for (const product of pairs.to) if (this.rowOf[product] < 0) this.rowOf[product] = rows++;
		this.byStratum = this.sharesByStratum(orderDayOf, rows);
		this.runsOf = runsOf(steps);
	}

	/** Customers of the pair if chance alone ruled, over all order days alike. */
	expected(from: number, to: number): number {
		return this.customersBy(this.firstProduct(from), this.shares[to]);
	}

	/** The same within each month, size of order and group. */
	expectedWithin(from: number, to: number): number {
		const first = this.firstProduct(from);
		const row = this.rowOf[to] * this.strata;
		let [held, all] = [0, 0];
		for (let stratum = 0; stratum < this.strata; stratum++) {
			if (first.byStratum[stratum] === 0) continue;
			held += first.byStratum[stratum] * this.byStratum[row + stratum];
			all += first.byStratum[stratum];
		}
		return this.customersBy(first, all > 0 ? held / all : 0);
	}

	private customersBy({ laterOrderDays }: FirstProduct, share: number): number {
		const missing = 1 - share;
		let never = 1;
		let expected = 0;
		for (const buyers of laterOrderDays) {
			expected += buyers * (1 - never);
			never *= missing;
		}
		return Math.max(expected, 1e-9);
	}

	/** Of one product at a time: pairs come ordered by it. */
	firstProduct(product: number): FirstProduct {
		if (!this.first || this.current !== product) {
			this.first = this.find(product);
			this.current = product;
		}
		return this.first;
	}

	periodOf(day: number): number {
		return Math.floor((day - this.firstDay) / this.periodDays);
	}

	private find(product: number): FirstProduct {
		const { orderOffsets, orderDays, days, lastDay } = this.steps;
		const { customers, begins, ends } = this.runsOf[product];
		const laterOrderDays: number[] = [];
		const byStratum = new Float64Array(this.strata);
		const byGap = new Float64Array(Math.min(this.maxGapDays, lastDay - this.firstDay) + 1);
		const byPeriod = new Uint32Array(this.periodOf(lastDay) + 1);
		const byGroup = new Uint32Array(this.groups?.names.length ?? 0);
		for (let buyer = 0; buyer < customers.length; buyer++) {
			let later = 0;
			// A pair counts from whichever purchase the other product follows in time, so chance has as many tries.
			const end = ends[buyer];
			let oldest = begins[buyer];
			const firstDay = days[oldest];
			for (let place = orderOffsets[customers[buyer]]; place < orderOffsets[customers[buyer] + 1]; place++) {
				while (oldest < end && orderDays[place] - days[oldest] > this.maxGapDays) oldest++;
				if (oldest === end) break;
				const gap = orderDays[place] - days[oldest];
				if (gap <= 0) continue;
				later++;
				byStratum[this.strataOf[place]]++;
				byGap[gap]++;
			}
			while (laterOrderDays.length <= later) laterOrderDays.push(0);
			laterOrderDays[later]++;
			byPeriod[this.periodOf(firstDay)]++;
			if (this.groups) byGroup[this.groups.of[customers[buyer]]]++;
		}
		for (let gap = 1; gap < byGap.length; gap++) byGap[gap] += byGap[gap - 1];
		return { watched: watched(Uint32Array.from(begins, (entry) => lastDay - days[entry])), laterOrderDays, byStratum, byGap, byPeriod, byGroup };
	}

	private stratify(orderDayOf: Uint32Array): { of: Uint16Array; count: number } {
		const { orderOffsets, orderDays, lastDay } = this.steps;
		const sizes = new Uint32Array(orderDays.length);
		for (const place of orderDayOf) sizes[place]++;
		const months = Math.floor((lastDay - this.firstDay) / MONTH_DAYS) + 1;
		// Years of months would leave little in each: seasons come back.
		const calendar = Math.min(months, 24);
		const numbers = new Map<number, number>();
		const of = new Uint16Array(orderDays.length);
		for (let customer = 0; customer + 1 < orderOffsets.length; customer++) {
			for (let place = orderOffsets[customer]; place < orderOffsets[customer + 1]; place++) {
				const month = Math.floor((orderDays[place] - this.firstDay) / MONTH_DAYS) % calendar;
				const key = ((this.groups?.of[customer] ?? 0) * calendar + month) * SIZES.length + SIZES.findIndex((most) => sizes[place] <= most);
				const number = numbers.get(key) ?? numbers.size;
				numbers.set(key, number);
				of[place] = number;
			}
		}
		return { of, count: Math.max(1, numbers.size) };
	}

	private sharesByStratum(orderDayOf: Uint32Array, rows: number): Float32Array {
		const { products } = this.steps;
		const days = new Float64Array(this.strata);
		for (const stratum of this.strataOf) days[stratum]++;
		const found = new Float32Array(rows * this.strata);
		const overall = new Float64Array(rows);
		for (let entry = 0; entry < products.length; entry++) {
			const row = this.rowOf[products[entry]];
			if (row < 0) continue;
			found[row * this.strata + this.strataOf[orderDayOf[entry]]]++;
			overall[row] = this.shares[products[entry]];
		}
		for (let row = 0; row < rows; row++) {
			for (let stratum = 0; stratum < this.strata; stratum++) {
				const at = row * this.strata + stratum;
				found[at] = (found[at] + SHRINK * overall[row]) / (days[stratum] + SHRINK);
			}
		}
		return found;
	}
}

/** Of each entry, the place of its day among the order days. */
function orderDaysOf({ offsets, days, orderOffsets, orderDays }: Steps): Uint32Array {
	const places = new Uint32Array(days.length);
	const placeOf = new Map<number, number>();
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		placeOf.clear();
		for (let place = orderOffsets[customer]; place < orderOffsets[customer + 1]; place++) placeOf.set(orderDays[place], place);
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) places[entry] = placeOf.get(days[entry]) as number;
	}
	return places;
}

/** Who bought a product: the entries `begins[n] .. ends[n])` are those of customer `customers[n]`, by day. */
interface Runs {
	customers: Uint32Array;
	begins: Uint32Array;
	ends: Uint32Array;
}

/** The runs of each product. */
function runsOf({ names, offsets, products }: Steps): Runs[] {
	const isFirst = (entry: number, customer: number) => entry === offsets[customer] || products[entry - 1] !== products[entry];
	const sizes = new Uint32Array(names.length);
	for (let customer = 0; customer + 1 < offsets.length; customer++) for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) if (isFirst(entry, customer)) sizes[products[entry]]++;
	const found = Array.from(sizes, (size): Runs => ({ customers: new Uint32Array(size), begins: new Uint32Array(size), ends: new Uint32Array(size) }));
	sizes.fill(0);
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
			const of = found[products[entry]];
			if (isFirst(entry, customer)) {
				of.customers[sizes[products[entry]]] = customer;
				of.begins[sizes[products[entry]]++] = entry;
			}
			of.ends[sizes[products[entry]] - 1] = entry + 1;
		}
	}
	return found;
}
