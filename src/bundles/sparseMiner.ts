import { grown } from '../core/grown';
import type { ItemsetSink } from './itemsetSink';
import type { RankedBaskets } from './rankedBaskets';

/**
 * Frequent itemsets of sparse baskets: depth first, from rare items to frequent ones, each node on the baskets that hold its
 * itemset, reduced to what may still be added (occurrence deliver of LCM, Uno et al. 2004, on arrays). Reduced baskets and
 * occurrences live on stacks that are cut back when a node is done.
 */
export class SparseMiner {
	private data: Uint32Array<ArrayBuffer>;
	private dataTop = 0;
	/** An occurrence of an item in a reduced basket: where the basket starts, and where the item stands. */
	private starts: Uint32Array<ArrayBuffer> = new Uint32Array(4096);
	private places: Uint32Array<ArrayBuffer> = new Uint32Array(4096);
	private occurrencesTop = 0;
	private readonly path: Uint32Array;
	private readonly scratch: Level[] = [];

	constructor(
		private readonly baskets: RankedBaskets,
		private readonly minCount: number,
		private readonly maxLength: number,
		private readonly sink: ItemsetSink,
	) {
		this.data = new Uint32Array(Math.max(4096, baskets.ranks.length * 2));
		this.path = new Uint32Array(Math.min(maxLength, baskets.counts.length) + 1);
	}

	mine(): void {
		const { counts, offsets, ranks } = this.baskets;
		for (let rank = 0; rank < counts.length; rank++) this.sink.add(this.path, 0, rank, counts[rank]);
		if (this.maxLength < 2) return;
		this.data.set(ranks);
		this.dataTop = ranks.length;
		const bucketEnds = this.bucketEnds(counts);
		const filled = new Uint32Array(counts.length);
		for (let basket = 0; basket + 1 < offsets.length; basket++) {
			for (let place = offsets[basket]; place < offsets[basket + 1]; place++) {
				const rank = ranks[place];
				const at = (rank === 0 ? 0 : bucketEnds[rank - 1]) + filled[rank]++;
				this.starts[at] = offsets[basket];
				this.places[at] = place;
			}
		}
		for (let rank = 1; rank < counts.length; rank++) {
			this.path[0] = rank;
			this.expand(1, bucketEnds[rank - 1], bucketEnds[rank]);
		}
	}

	private bucketEnds(counts: Uint32Array): Uint32Array {
		const ends = new Uint32Array(counts.length);
		let top = 0;
		for (let rank = 0; rank < counts.length; rank++) ends[rank] = top += counts[rank];
		this.reserveOccurrences(top);
		this.occurrencesTop = top;
		return ends;
	}

	/** Finds what extends the itemset on `path[0 .. depth)`, whose occurrences are [from, to). */
	private expand(depth: number, from: number, to: number): void {
		const level = (this.scratch[depth] ??= new Level(this.baskets.counts.length));
		const { counts, bucketAt } = level;
		const touched = this.count(counts, level.touched, from, to);
		const frequent = this.frequentOf(counts, level, touched);
		for (let index = 0; index < frequent; index++) this.sink.add(this.path, depth, level.frequent[index], counts[level.frequent[index]]);
		const deeper = depth + 1 < this.maxLength && frequent > 1;
		const dataBefore = this.dataTop;
		const occurrencesBefore = this.occurrencesTop;
		if (deeper) {
			let top = this.occurrencesTop;
			for (let index = 0; index < frequent; index++) {
				const rank = level.frequent[index];
				level.bucketStart[index] = bucketAt[rank] = top;
				top += counts[rank];
			}
			level.bucketStart[frequent] = top;
			this.reserveOccurrences(top);
			this.occurrencesTop = top;
			this.reduce(counts, bucketAt, from, to);
			for (let index = 0; index < frequent; index++) level.bucketEnd[index] = bucketAt[level.frequent[index]];
		}
		for (let index = 0; index < touched; index++) counts[level.touched[index]] = 0;
		if (!deeper) return;
		for (let index = 1; index < frequent; index++) {
			if (level.bucketEnd[index] - level.bucketStart[index] < this.minCount) continue;
			this.path[depth] = level.frequent[index];
			this.expand(depth + 1, level.bucketStart[index], level.bucketEnd[index]);
		}
		this.dataTop = dataBefore;
		this.occurrencesTop = occurrencesBefore;
	}

	/** Counts the items before each occurrence. @returns how many different ones there are */
	private count(counts: Uint32Array, touched: Uint32Array, from: number, to: number): number {
		const { data, starts, places } = this;
		let different = 0;
		for (let at = from; at < to; at++) {
			for (let place = starts[at], end = places[at]; place < end; place++) {
				const rank = data[place];
				if (counts[rank]++ === 0) touched[different++] = rank;
			}
		}
		return different;
	}

	private frequentOf(counts: Uint32Array, level: Level, touched: number): number {
		let frequent = 0;
		for (let index = 0; index < touched; index++) {
			const rank = level.touched[index];
			if (counts[rank] >= this.minCount) level.frequent[frequent++] = rank;
		}
		level.frequent.subarray(0, frequent).sort();
		return frequent;
	}

	/** Copies the baskets with frequent items only and notes, in each item's bucket, where it stands behind others. */
	private reduce(counts: Uint32Array, bucketAt: Uint32Array, from: number, to: number): void {
		const { minCount } = this;
		for (let at = from; at < to; at++) {
			const end = this.places[at];
			const start = this.dataTop;
			if (start + end - this.starts[at] > this.data.length) this.data = grown(this.data, start + end - this.starts[at]);
			const { data, starts, places } = this;
			let top = start;
			for (let place = starts[at]; place < end; place++) {
				const rank = data[place];
				if (counts[rank] < minCount) continue;
				if (top > start) {
					const bucket = bucketAt[rank]++;
					starts[bucket] = start;
					places[bucket] = top;
				}
				data[top++] = rank;
			}
			// One item alone extends nothing.
			this.dataTop = top > start + 1 ? top : start;
		}
	}

	private reserveOccurrences(size: number): void {
		if (size <= this.starts.length) return;
		this.starts = grown(this.starts, size);
		this.places = grown(this.places, size);
	}
}

/** Working arrays of one depth, used by one node at a time. */
class Level {
	readonly counts: Uint32Array;
	readonly touched: Uint32Array;
	readonly frequent: Uint32Array;
	readonly bucketAt: Uint32Array;
	readonly bucketStart: Uint32Array;
	readonly bucketEnd: Uint32Array;

	constructor(items: number) {
		this.counts = new Uint32Array(items);
		this.touched = new Uint32Array(items);
		this.frequent = new Uint32Array(items);
		this.bucketAt = new Uint32Array(items);
		this.bucketStart = new Uint32Array(items + 1);
		this.bucketEnd = new Uint32Array(items);
	}
}
