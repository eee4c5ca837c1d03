import type { FrequentProducts } from './frequentProducts';
import type { Steps } from './steps';

/** The customers of pairs, one entry each. */
export interface Gaps {
	/** Place of each customer in the steps. */
	readonly customers: Uint32Array;
	/** Days from the first product to the second, of each customer. */
	readonly gapDays: Uint16Array;
	/** The day the gap began on. */
	readonly startDays: Int32Array;
	/** How long the customer has been watched since the very first purchase of the first product. */
	readonly followUpDays: Uint16Array;
}

export function gapsOf(size: number): Gaps {
	return { customers: new Uint32Array(size), gapDays: new Uint16Array(size), startDays: new Int32Array(size), followUpDays: new Uint16Array(size) };
}

/** Goes through the gaps of all buyers of a first product to all products. */
export class GapScan {
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

	/** Puts the gaps to the products whose count is above 0 into their places. */
	fill(rank: number, places: Uint32Array, gaps: Gaps): void {
		const { customers, ranks, begins, ends } = this.frequent;
		const { days, lastDay } = this.steps;
		const { counts, earliest, latest, maxGapDays, buyers } = this;
		for (let buyer = buyers.offsets[rank]; buyer < buyers.offsets[rank + 1]; buyer++) {
			const customer = buyers.customers[buyer];
			const one = buyers.runs[buyer];
			const start = earliest[one];
			for (let other = customers[customer], to = customers[customer + 1]; other < to; other++) {
				if (counts[ranks[other]] === 0 || latest[other] <= start) continue;
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
