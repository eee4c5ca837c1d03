import { JourneyError } from '../core/errors';
import { frequentProducts, type FrequentProducts } from './frequentProducts';
import type { Steps } from './steps';

/**
 * Ordered pairs of products with the customers who bought the second on a later day than the first. Pair `p` leads from
 * product `from[p]` to `to[p]`; its customers are the entries `offsets[p] .. offsets[p + 1])`.
 */
export interface Pairs {
	/** How many pairs there could be of the products that enough customers bought. */
	readonly possible: number;
	readonly from: Uint32Array;
	readonly to: Uint32Array;
	readonly offsets: Uint32Array;
	/** Place of each customer in the steps. */
	readonly customers: Uint32Array;
	/** Days from the first product to the second, of each customer. */
	readonly gapDays: Uint16Array;
	/** The day the gap began on. */
	readonly startDays: Int32Array;
	/** How long the customer has been watched since the very first purchase of the first product. */
	readonly followUpDays: Uint16Array;
}

export interface PairSettings {
	/** Customers of a pair, at least. */
	minCustomers: number;
	/** A longer gap does not count. */
	maxGapDays?: number;
	/** For the gaps found. */
	maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 2 ** 20;
const BYTES_PER_GAP = 12;

/**
 * All pairs "A, on a later day B", a product after itself included (intelligence.md, "Sequences"). A customer counts once: by
 * the first purchase of A that a purchase of B follows within the greatest gap, and the first such B. Pairs come in the order
 * of their names.
 * @throws JourneyError `too_many_itemsets` when they do not fit the memory
 */
export function findPairs(steps: Steps, { minCustomers, maxGapDays = Number.MAX_SAFE_INTEGER, maxBytes = DEFAULT_MAX_BYTES }: PairSettings): Pairs {
	const frequent = frequentProducts(steps, minCustomers);
	const scan = new GapScan(steps, frequent, maxGapDays, minCustomers);
	const found = new PairCollector(frequent, minCustomers, maxBytes);
	// One first product at a time: its counters stay in the processor's nearest memory.
	for (let rank = 0; rank < frequent.products.length; rank++) {
		scan.count(rank);
		const gaps = found.room(rank, scan.counts);
		if (gaps) scan.fill(rank, found.places, gaps);
	}
	return found.finish();
}

interface Gaps {
	customers: Uint32Array;
	gapDays: Uint16Array;
	startDays: Int32Array;
	followUpDays: Uint16Array;
}

function gapsOf(size: number): Gaps {
	return { customers: new Uint32Array(size), gapDays: new Uint16Array(size), startDays: new Int32Array(size), followUpDays: new Uint16Array(size) };
}

/** Goes through the gaps of all buyers of a first product to all products. */
class GapScan {
	/** Customers of the pairs from the first product to each. */
	readonly counts: Uint32Array;
	/** First and last day of each run. */
	private readonly earliest: Int32Array;
	private readonly latest: Int32Array;
	/** The buyers of each product and their runs of it. */
	private readonly buyers: { offsets: Uint32Array; customers: Uint32Array; runs: Uint32Array };

	constructor(
		private readonly steps: Steps,
		private readonly frequent: FrequentProducts,
		private readonly maxGapDays: number,
		private readonly minCustomers: number,
	) {
		this.counts = new Uint32Array(frequent.products.length);
		this.earliest = Int32Array.from(frequent.begins, (entry) => steps.days[entry]);
		this.latest = Int32Array.from(frequent.ends, (end) => steps.days[end - 1]);
		this.buyers = buyersOf(frequent);
	}

	count(rank: number): void {
		const { customers, ranks, begins, ends } = this.frequent;
		const { counts, earliest, latest, maxGapDays, buyers } = this;
		counts.fill(0);
		for (let buyer = buyers.offsets[rank]; buyer < buyers.offsets[rank + 1]; buyer++) {
			const one = buyers.runs[buyer];
			const start = earliest[one];
			const until = start + maxGapDays;
			for (let other = customers[buyers.customers[buyer]], to = customers[buyers.customers[buyer] + 1]; other < to; other++) {
				if (latest[other] <= start) continue;
				const next = earliest[other];
				// Mostly the other product's first purchase decides; only else all days must be gone through.
				if ((next > start && next <= until) || this.gapStart(begins[one], ends[one], begins[other], ends[other]) >= 0) counts[ranks[other]]++;
			}
		}
	}

	/** Puts the gaps of the pairs that are frequent into their places. */
	fill(rank: number, places: Uint32Array, gaps: Gaps): void {
		const { customers, ranks, begins, ends } = this.frequent;
		const { days, lastDay } = this.steps;
		const { counts, minCustomers, earliest, latest, maxGapDays, buyers } = this;
		for (let buyer = buyers.offsets[rank]; buyer < buyers.offsets[rank + 1]; buyer++) {
			const customer = buyers.customers[buyer];
			const one = buyers.runs[buyer];
			const start = earliest[one];
			for (let other = customers[customer], to = customers[customer + 1]; other < to; other++) {
				if (counts[ranks[other]] < minCustomers || latest[other] <= start) continue;
				let [at, gap] = [begins[one], earliest[other] - start];
				if (gap <= 0 || gap > maxGapDays) {
					at = this.gapStart(begins[one], ends[one], begins[other], ends[other]);
					if (at < 0) continue;
					gap = this.gap;
				}
				const place = places[ranks[other]]++;
				gaps.customers[place] = customer;
				gaps.gapDays[place] = gap;
				gaps.startDays[place] = days[at];
				gaps.followUpDays[place] = lastDay - start;
			}
		}
	}

	private gap = 0;

	/** @returns the entry of the first purchase that the other product follows in time, or -1; its gap in `gap` */
	private gapStart(begin: number, end: number, otherBegin: number, otherEnd: number): number {
		const { days } = this.steps;
		let other = otherBegin;
		for (let at = begin; at < end; at++) {
			while (other < otherEnd && days[other] <= days[at]) other++;
			if (other === otherEnd) return -1;
			this.gap = days[other] - days[at];
			if (this.gap <= this.maxGapDays) return at;
		}
		return -1;
	}
}

function buyersOf({ customers: runsOf, ranks, products }: FrequentProducts): { offsets: Uint32Array; customers: Uint32Array; runs: Uint32Array } {
	const offsets = new Uint32Array(products.length + 1);
	for (const rank of ranks) offsets[rank + 1]++;
	for (let rank = 0; rank < products.length; rank++) offsets[rank + 1] += offsets[rank];
	const next = offsets.slice();
	const [customers, runs] = [new Uint32Array(ranks.length), new Uint32Array(ranks.length)];
	for (let customer = 0; customer + 1 < runsOf.length; customer++) {
		for (let run = runsOf[customer]; run < runsOf[customer + 1]; run++) {
			const place = next[ranks[run]]++;
			customers[place] = customer;
			runs[place] = run;
		}
	}
	return { offsets, customers, runs };
}

/** Gathers the pairs that are frequent, first product by first product. */
class PairCollector {
	/** Where the next gap of the pair to each product goes, within the gaps of one first product. */
	readonly places: Uint32Array;
	private readonly from: number[] = [];
	private readonly to: number[] = [];
	private readonly sizes: number[] = [];
	private readonly rows: Gaps[] = [];
	private total = 0;

	constructor(
		private readonly frequent: FrequentProducts,
		private readonly minCustomers: number,
		private readonly maxBytes: number,
	) {
		this.places = new Uint32Array(frequent.products.length);
	}

	/** @returns room for the gaps of all frequent pairs of a first product; undefined when there is none */
	room(rank: number, counts: Uint32Array): Gaps | undefined {
		const { products } = this.frequent;
		let size = 0;
		for (let other = 0; other < counts.length; other++) {
			if (counts[other] < this.minCustomers) continue;
			this.places[other] = size;
			size += counts[other];
			this.from.push(products[rank]);
			this.to.push(products[other]);
			this.sizes.push(counts[other]);
		}
		this.total += size;
		if (this.total * BYTES_PER_GAP > this.maxBytes) throw this.tooMany();
		if (size === 0) return undefined;
		const gaps = gapsOf(size);
		this.rows.push(gaps);
		return gaps;
	}

	finish(): Pairs {
		const offsets = new Uint32Array(this.sizes.length + 1);
		this.sizes.forEach((size, pair) => (offsets[pair + 1] = offsets[pair] + size));
		const gaps = gapsOf(this.total);
		let place = 0;
		for (const row of this.rows) {
			gaps.customers.set(row.customers, place);
			gaps.gapDays.set(row.gapDays, place);
			gaps.startDays.set(row.startDays, place);
			gaps.followUpDays.set(row.followUpDays, place);
			place += row.gapDays.length;
		}
		return { possible: this.frequent.products.length ** 2, from: Uint32Array.from(this.from), to: Uint32Array.from(this.to), offsets, ...gaps };
	}

	private tooMany(): JourneyError {
		const sizes = this.sizes.slice().sort((a, b) => a - b);
		const wanted = Math.max(this.minCustomers + 1, sizes[Math.floor(sizes.length * 0.75)] ?? 0);
		return new JourneyError('too_many_itemsets', `More than ${sizes.length.toLocaleString('en')} pairs have at least ${this.minCustomers} customers, more than the memory of ${Math.round(this.maxBytes / 2 ** 20)} MiB holds. Raise the minimum number of customers, for example to ${wanted}, or allow more memory.`, { minCustomers: this.minCustomers, tryCount: wanted });
	}
}
