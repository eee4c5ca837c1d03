import { JourneyError } from '../core/errors';
import { grown } from '../core/grown';
import { frequentProducts, type FrequentProducts } from './frequentProducts';
import { gapsOf, GapScan, type Gaps } from './gapScan';
import type { Steps } from './steps';

/** Ordered pairs of products: pair `p` leads from product `from[p]` to `to[p]`, which `sizes[p]` customers bought on a later day. */
export interface PairSizes {
	/** How many pairs there could be of the products that enough customers bought. */
	readonly possible: number;
	readonly from: Uint32Array;
	readonly to: Uint32Array;
	readonly sizes: Uint32Array;
}

/** Pairs with their customers: those of pair `p` are the entries `offsets[p] .. offsets[p + 1])`. */
export interface Pairs extends PairSizes, Gaps {
	readonly offsets: Uint32Array;
}

export interface PairSettings {
	/** Customers of a pair, at least. */
	minCustomers: number;
	/** A longer gap does not count. */
	maxGapDays?: number;
	/** For what is found. */
	maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 2 ** 20;
const BYTES_PER_GAP = 12;
const BYTES_PER_PAIR = 12;

/**
 * All pairs "A, on a later day B", a product after itself included (intelligence.md, "Sequences"). A customer counts once: by
 * the first purchase of A that a purchase of B follows within the greatest gap, and the first such B. Pairs come in the order
 * of their names.
 * @throws JourneyError `too_many_itemsets` when they do not fit the memory
 */
export function findPairs(steps: Steps, settings: PairSettings): Pairs {
	const finder = new PairFinder(steps, settings);
	const found = finder.sizes();
	const offsets = new Uint32Array(found.sizes.length + 1);
	found.sizes.forEach((size, pair) => (offsets[pair + 1] = offsets[pair] + size));
	const all = offsets[found.sizes.length];
	finder.mustFit(found.sizes, all * BYTES_PER_GAP, (pairs) => `${pairs}, ${all.toLocaleString('en')} together`);
	const gaps = gapsOf(all);
	for (const { begin, end } of byFirstProduct(found)) finder.fill(found, Uint32Array.from({ length: end - begin }, (_, place) => begin + place), offsets.subarray(begin, end), gaps);
	return { ...found, ...gaps, offsets };
}

/** The same without the customers of each pair at once: how many each pair has, and then the customers of those pairs that are wanted. */
export class PairFinder {
	private readonly frequent: FrequentProducts;
	private readonly scan: GapScan;
	private readonly rankOf: Int32Array;
	private readonly places: Uint32Array;

	constructor(
		steps: Steps,
		private readonly settings: PairSettings,
	) {
		this.frequent = frequentProducts(steps, settings.minCustomers);
		const { products } = this.frequent;
		this.scan = new GapScan(steps, this.frequent, settings.maxGapDays ?? Number.MAX_SAFE_INTEGER);
		this.rankOf = new Int32Array(steps.names.length).fill(-1);
		products.forEach((product, rank) => (this.rankOf[product] = rank));
		this.places = new Uint32Array(products.length);
	}

	/** @throws JourneyError `too_many_itemsets` */
	sizes(): PairSizes {
		const { products } = this.frequent;
		const { counts } = this.scan;
		let [from, to, sizes] = [new Uint32Array(1024), new Uint32Array(1024), new Uint32Array(1024)];
		let length = 0;
		// One first product at a time: its counters stay in the processor's nearest memory.
		for (let rank = 0; rank < products.length; rank++) {
			this.scan.count(rank);
			if (length + products.length > from.length) [from, to, sizes] = [from, to, sizes].map((column) => grown(column, length + products.length));
			for (let other = 0; other < products.length; other++) {
				if (counts[other] < this.settings.minCustomers) continue;
				from[length] = products[rank];
				to[length] = products[other];
				sizes[length++] = counts[other];
			}
			this.mustFit(sizes.subarray(0, length), length * BYTES_PER_PAIR, (pairs) => `Already ${pairs}`);
		}
		return { possible: products.length ** 2, from: from.slice(0, length), to: to.slice(0, length), sizes: sizes.slice(0, length) };
	}

	/**
	 * Puts the customers of pairs that begin with the same product into the entries from `offsets` on.
	 * @param wanted pairs @param offsets one for each of them
	 */
	fill(pairs: PairSizes, wanted: Uint32Array, offsets: Uint32Array, gaps: Gaps): void {
		const { counts } = this.scan;
		counts.fill(0);
		wanted.forEach((pair, place) => {
			const rank = this.rankOf[pairs.to[pair]];
			counts[rank] = pairs.sizes[pair];
			this.places[rank] = offsets[place];
		});
		if (wanted.length > 0) this.scan.fill(this.rankOf[pairs.from[wanted[0]]], this.places, gaps);
	}

	/** @param words what takes the memory, given how many pairs were found @throws JourneyError `too_many_itemsets` */
	mustFit(found: Uint32Array, bytes: number, words: (pairs: string) => string): void {
		const { minCustomers, maxBytes = DEFAULT_MAX_BYTES } = this.settings;
		if (bytes <= maxBytes) return;
		const sizes = found.slice().sort();
		const wanted = Math.max(minCustomers + 1, sizes[Math.floor(sizes.length * 0.75)] ?? 0);
		throw new JourneyError('too_many_itemsets', `${words(`${sizes.length.toLocaleString('en')} pairs have at least ${minCustomers} customers`)}, which is more than the memory of ${Math.round(maxBytes / 2 ** 20)} MiB holds. Raise the minimum number of customers, for example to ${wanted}, or allow more memory.`, { minCustomers, tryCount: wanted });
	}
}

/** Pairs that begin with the same product stand one after another, `begin .. end)`. */
export function* byFirstProduct({ from }: PairSizes): Generator<{ begin: number; end: number }> {
	for (let begin = 0; begin < from.length; ) {
		let end = begin + 1;
		while (end < from.length && from[end] === from[begin]) end++;
		yield { begin, end };
		begin = end;
	}
}
