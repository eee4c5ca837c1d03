import type { Itemsets } from './itemsets';

/** Finds itemsets by their items, and each itemset without one of its items: what rules and closedness are read from. */
export class ItemsetIndex {
	private readonly slots: Int32Array;
	private readonly mask: number;
	private readonly buffer: Uint32Array;

	constructor(private readonly itemsets: Itemsets) {
		const size = itemsets.counts.length;
		const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, size * 2)));
		this.slots = new Int32Array(capacity).fill(-1);
		this.mask = capacity - 1;
		let longest = 0;
		for (let set = 0; set < size; set++) {
			const [from, to] = [itemsets.offsets[set], itemsets.offsets[set + 1]];
			longest = Math.max(longest, to - from);
			let slot = hashOf(itemsets.items, from, to) & this.mask;
			while (this.slots[slot] >= 0) slot = (slot + 1) & this.mask;
			this.slots[slot] = set;
		}
		this.buffer = new Uint32Array(longest);
	}

	/** @param items item numbers in the itemset's order. @returns the itemset's number, or -1 */
	find(items: ArrayLike<number>, from = 0, to = items.length): number {
		const { items: all, offsets } = this.itemsets;
		for (let slot = hashOf(items, from, to) & this.mask; ; slot = (slot + 1) & this.mask) {
			const set = this.slots[slot];
			if (set < 0) return -1;
			const start = offsets[set];
			if (offsets[set + 1] - start !== to - from) continue;
			let place = 0;
			while (place < to - from && all[start + place] === items[from + place]) place++;
			if (place === to - from) return set;
		}
	}

	/** The itemset without the item on its `place`-th place; it is frequent too, so it is there. */
	without(set: number, place: number): number {
		const { items, offsets } = this.itemsets;
		let length = 0;
		for (let at = offsets[set]; at < offsets[set + 1]; at++) if (at - offsets[set] !== place) this.buffer[length++] = items[at];
		return this.find(this.buffer, 0, length);
	}

	/** The item on the `place`-th place of an itemset, as an itemset. */
	single(set: number, place: number): number {
		const at = this.itemsets.offsets[set] + place;
		return this.find(this.itemsets.items, at, at + 1);
	}

	/** The items of an itemset whose bits are set in `chosen`, as an itemset. */
	part(set: number, chosen: number): number {
		const { items, offsets } = this.itemsets;
		let length = 0;
		for (let at = offsets[set]; at < offsets[set + 1]; at++) if ((chosen >>> (at - offsets[set])) & 1) this.buffer[length++] = items[at];
		return this.find(this.buffer, 0, length);
	}
}

/** FNV-1a over the item numbers, mixed once more so that neighbours spread. */
function hashOf(items: ArrayLike<number>, from: number, to: number): number {
	let hash = 0x811c9dc5;
	for (let at = from; at < to; at++) hash = Math.imul(hash ^ items[at], 0x01000193) ^ (hash >>> 15);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	return (hash ^ (hash >>> 13)) >>> 0;
}
