import type { ItemsetSink } from './itemsetSink';
import type { RankedBaskets } from './rankedBaskets';

/**
 * Frequent itemsets of dense baskets (few items, long baskets): depth first on bit sets of baskets (Eclat, Zaki 2000). Below
 * the first level a node keeps diffsets, the baskets its prefix has and it has not (dEclat, Zaki & Gouda 2003), as bits: the
 * count falls out of how many bits differ, and a count that cannot be reached any more ends an intersection early.
 */
export class DenseMiner {
	private readonly words: number;
	private readonly path: Uint32Array;
	/** Bit sets of one depth, made at its first use. */
	private readonly levels: { bits: Uint32Array[]; ranks: Uint32Array; counts: Uint32Array }[] = [];

	constructor(
		private readonly baskets: RankedBaskets,
		private readonly minCount: number,
		private readonly maxLength: number,
		private readonly sink: ItemsetSink,
	) {
		this.words = (baskets.offsets.length + 30) >>> 5;
		this.path = new Uint32Array(Math.min(maxLength, baskets.counts.length) + 1);
	}

	mine(): void {
		const { counts, offsets, ranks } = this.baskets;
		const first = this.level(0);
		const size = counts.length;
		// Rare items first: their nodes are small, and the frequent ones have little left to be combined with.
		for (let index = 0; index < size; index++) {
			first.bits[index] = new Uint32Array(this.words);
			first.ranks[index] = size - 1 - index;
			first.counts[index] = counts[size - 1 - index];
		}
		for (let basket = 0; basket + 1 < offsets.length; basket++) {
			for (let place = offsets[basket]; place < offsets[basket + 1]; place++) first.bits[size - 1 - ranks[place]][basket >>> 5] |= 1 << (basket & 31);
		}
		this.expand(0, size);
	}

	private expand(depth: number, size: number): void {
		const own = this.level(depth);
		for (let index = 0; index < size; index++) this.sink.add(this.path, depth, own.ranks[index], own.counts[index]);
		if (depth + 1 >= this.maxLength) return;
		for (let index = 0; index + 1 < size; index++) {
			this.path[depth] = own.ranks[index];
			const found = this.combine(depth, index, size);
			if (found > 0) this.expand(depth + 1, found);
		}
	}

	/** Joins an item of a level with those that follow it into the next level. @returns how many are frequent */
	private combine(depth: number, index: number, size: number): number {
		const own = this.level(depth);
		const next = this.level(depth + 1);
		let found = 0;
		for (let other = index + 1; other < size; other++) {
			const target = (next.bits[found] ??= new Uint32Array(this.words));
			// d(PXY) = d(PY) - d(PX); on the first level, where whole sets stand, d(XY) = t(X) - t(Y).
			const count =
				depth === 0
					? own.counts[index] - difference(own.bits[index], own.bits[other], target, own.counts[index] - this.minCount)
					: own.counts[index] - difference(own.bits[other], own.bits[index], target, own.counts[index] - this.minCount);
			if (count < this.minCount) continue;
			next.ranks[found] = own.ranks[other];
			next.counts[found++] = count;
		}
		return found;
	}

	private level(depth: number): { bits: Uint32Array[]; ranks: Uint32Array; counts: Uint32Array } {
		const size = this.baskets.counts.length;
		return (this.levels[depth] ??= { bits: [], ranks: new Uint32Array(size), counts: new Uint32Array(size) });
	}
}

/**
 * Writes the bits of `a` that `b` has not into `target`.
 * @returns how many there are; more than `atMost` as soon as that is certain
 */
function difference(a: Uint32Array, b: Uint32Array, target: Uint32Array, atMost: number): number {
	let bits = 0;
	for (let word = 0; word < a.length; word++) {
		const value = a[word] & ~b[word];
		target[word] = value;
		if (value === 0) continue;
		let folded = value - ((value >>> 1) & 0x55555555);
		folded = (folded & 0x33333333) + ((folded >>> 2) & 0x33333333);
		bits += Math.imul((folded + (folded >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
		if (bits > atMost) return bits;
	}
	return bits;
}
