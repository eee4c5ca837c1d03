import { JourneyError } from '../core/errors';
import { frequentProducts, type FrequentProducts } from './frequentProducts';
import type { Steps } from './steps';

/**
 * Ordered pairs of products with the customers who bought the second on a later day than the first. Pair `p` leads from
 * product `from[p]` to `to[p]`; its customers are the entries `offsets[p] .. offsets[p + 1])`.
 */
export interface Pairs {
	readonly from: Uint32Array;
	readonly to: Uint32Array;
	readonly offsets: Uint32Array;
	/** Days from the first product to the second, of each customer. */
	readonly gapDays: Uint32Array;
	/** The day the gap began on. */
	readonly startDays: Int32Array;
	/** How long the customer has been watched since the very first purchase of the first product. */
	readonly followUpDays: Uint32Array;
}

export interface PairSettings {
	/** Customers of a pair, at least. */
	minCustomers: number;
	/** A longer gap does not count. */
	maxGapDays?: number;
	/** For the counters and the gaps found. */
	maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 2 ** 20;

/**
 * All pairs "A, on a later day B", a product after itself included (intelligence.md, "Sequences"). A customer counts once: by
 * the first purchase of A that a purchase of B follows within the greatest gap, and the first such B.
 * @throws JourneyError `too_many_itemsets` when they do not fit the memory
 */
export function findPairs(steps: Steps, { minCustomers, maxGapDays = Number.MAX_SAFE_INTEGER, maxBytes = DEFAULT_MAX_BYTES }: PairSettings): Pairs {
	const frequent = frequentProducts(steps, minCustomers);
	const size = frequent.products.length;
	// As many first products at a time as the counters may be.
	const rows = Math.max(1, Math.min(size, Math.floor(maxBytes / 4 / 4 / Math.max(1, size))));
	const found = new PairCollector(minCustomers, maxBytes);
	for (let first = 0; first < size; first += rows) {
		const last = Math.min(size, first + rows);
		const counts = new Uint32Array((last - first) * size);
		const scan = new GapScan(steps, frequent, maxGapDays, first, last);
		scan.run((pair) => void counts[pair]++);
		found.block(counts, size, first, frequent, scan);
	}
	return found.finish();
}

type Visit = (pair: number, gap: number, startDay: number, followUp: number) => void;

/** Goes through the gaps of all customers from some first products to all products. */
class GapScan {
	constructor(
		private readonly steps: Steps,
		private readonly frequent: FrequentProducts,
		private readonly maxGapDays: number,
		private readonly first: number,
		private readonly last: number,
	) {}

	run(visit: Visit): void {
		const { customers } = this.frequent;
		for (let customer = 0; customer + 1 < customers.length; customer++) this.customer(customers[customer], customers[customer + 1], visit);
	}

	/** Runs of a customer are the products with their days: [begin, end) in the entries, by product. */
	private customer(from: number, to: number, visit: Visit): void {
		const { ranks, begins, ends } = this.frequent;
		const { days, lastDay } = this.steps;
		const size = this.frequent.products.length;
		for (let one = from; one < to; one++) {
			const rank = ranks[one];
			if (rank < this.first || rank >= this.last) continue;
			const row = (rank - this.first) * size;
			const start = days[begins[one]];
			for (let other = from; other < to; other++) {
				if (days[ends[other] - 1] <= start) continue;
				const at = this.gapStart(begins[one], ends[one], begins[other], ends[other]);
				if (at < 0) continue;
				visit(row + ranks[other], this.gap, days[at], lastDay - start);
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

/** Gathers the pairs that are frequent, block by block. */
class PairCollector {
	private readonly from: number[] = [];
	private readonly to: number[] = [];
	private readonly offsets: number[] = [0];
	private readonly blocks: { gapDays: Uint32Array; startDays: Int32Array; followUpDays: Uint32Array }[] = [];
	private bytes = 0;

	constructor(
		private readonly minCustomers: number,
		private readonly maxBytes: number,
	) {}

	block(counts: Uint32Array, size: number, first: number, { products }: FrequentProducts, scan: GapScan): void {
		const next = new Int32Array(counts.length).fill(-1);
		let total = 0;
		for (let pair = 0; pair < counts.length; pair++) {
			if (counts[pair] < this.minCustomers) continue;
			next[pair] = total;
			total += counts[pair];
			this.from.push(products[first + Math.floor(pair / size)]);
			this.to.push(products[pair % size]);
			this.offsets.push((this.offsets.at(-1) as number) + counts[pair]);
		}
		this.bytes += total * 12;
		if (this.bytes > this.maxBytes) throw this.tooMany();
		const block = { gapDays: new Uint32Array(total), startDays: new Int32Array(total), followUpDays: new Uint32Array(total) };
		if (total > 0) {
			scan.run((pair, gap, startDay, followUp) => {
				const place = next[pair];
				if (place < 0) return;
				next[pair]++;
				block.gapDays[place] = gap;
				block.startDays[place] = startDay;
				block.followUpDays[place] = followUp;
			});
		}
		this.blocks.push(block);
	}

	finish(): Pairs {
		const total = this.offsets.at(-1) as number;
		const pairs = { from: Uint32Array.from(this.from), to: Uint32Array.from(this.to), offsets: Uint32Array.from(this.offsets), gapDays: new Uint32Array(total), startDays: new Int32Array(total), followUpDays: new Uint32Array(total) };
		let place = 0;
		for (const block of this.blocks) {
			pairs.gapDays.set(block.gapDays, place);
			pairs.startDays.set(block.startDays, place);
			pairs.followUpDays.set(block.followUpDays, place);
			place += block.gapDays.length;
		}
		return pairs;
	}

	private tooMany(): JourneyError {
		const sizes = this.from.map((_, pair) => this.offsets[pair + 1] - this.offsets[pair]).sort((a, b) => a - b);
		const wanted = Math.max(this.minCustomers + 1, sizes[Math.floor(sizes.length * 0.75)] ?? 0);
		return new JourneyError('too_many_itemsets', `More than ${sizes.length.toLocaleString('en')} pairs have at least ${this.minCustomers} customers, more than the memory of ${Math.round(this.maxBytes / 2 ** 20)} MiB holds. Raise the minimum number of customers, for example to ${wanted}, or allow more memory.`, { minCustomers: this.minCustomers, tryCount: wanted });
	}
}
