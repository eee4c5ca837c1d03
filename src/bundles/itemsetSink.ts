import { JourneyError } from '../core/errors';

/** Takes found itemsets in, as ranks, and keeps within its memory. */
export class ItemsetSink {
	private items = new Uint32Array(4096);
	private offsets = new Uint32Array(1024);
	private counts = new Uint32Array(1024);
	private size = 0;
	private length = 0;

	/**
	 * @param maxBytes of the arrays that hold the itemsets
	 * @param minCount the least count asked for; named when the memory does not suffice
	 */
	constructor(
		private readonly maxBytes: number,
		private readonly minCount: number,
		private readonly baskets: number,
	) {}

	/**
	 * @param path ranks; the first `depth` of them are the itemset without `last`
	 * @throws JourneyError `too_many_itemsets`, with a support that would fit
	 */
	add(path: Uint32Array, depth: number, last: number, count: number): void {
		if (this.length + depth + 1 > this.items.length) this.items = this.grow(this.items, this.length + depth + 1);
		if (this.size + 1 >= this.offsets.length) {
			this.offsets = this.grow(this.offsets, 0);
			this.counts = this.grow(this.counts, 0);
		}
		for (let place = 0; place < depth; place++) this.items[this.length++] = path[place];
		this.items[this.length++] = last;
		this.counts[this.size++] = count;
		this.offsets[this.size] = this.length;
	}

	finish(): { items: Uint32Array; offsets: Uint32Array; counts: Uint32Array } {
		return { items: this.items.slice(0, this.length), offsets: this.offsets.slice(0, this.size + 1), counts: this.counts.slice(0, this.size) };
	}

	private grow(array: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
		const larger = Math.max(array.length * 2, atLeast);
		if ((this.items.length + this.offsets.length + this.counts.length + larger) * 4 > this.maxBytes) throw this.tooMany();
		const copy = new Uint32Array(larger);
		copy.set(array);
		return copy;
	}

	/** A quarter of what was found so far stands at or above the upper quartile of the counts. */
	private tooMany(): JourneyError {
		const found = this.counts.slice(0, this.size).sort();
		const wanted = Math.max(this.minCount + 1, found[Math.floor(found.length * 0.75)] ?? 0);
		return new JourneyError(
			'too_many_itemsets',
			`More than ${this.size.toLocaleString('en')} itemsets stand in at least ${this.minCount} of ${this.baskets} baskets, more than the memory of ${Math.round(this.maxBytes / 2 ** 20)} MiB holds. Raise the minimum support, for example to ${wanted} baskets (${(wanted / this.baskets).toPrecision(2)}), limit the length of an itemset, or allow more memory.`,
			{ minCount: this.minCount, found: this.size, tryCount: wanted },
		);
	}
}
