import { basketCount, type Baskets } from './baskets';

/**
 * Baskets reduced to frequent items, each item by its rank: 0 is the most frequent. Within a basket ranks ascend, so that
 * what stands before an item is what may still be added to it.
 */
export interface RankedBaskets {
	/** Item number of a rank. */
	readonly itemOfRank: Uint32Array;
	/** Baskets that hold the item of a rank. */
	readonly counts: Uint32Array;
	/** Only baskets that hold a frequent item. */
	readonly offsets: Uint32Array;
	readonly ranks: Uint32Array;
}

/** Items of equal count are ranked by name, so that the result does not depend on the order of the baskets. */
export function rankBaskets(baskets: Baskets, minCount: number): RankedBaskets {
	const all = new Uint32Array(baskets.names.length);
	for (const item of baskets.items) all[item]++;
	const frequent = Array.from(all.keys()).filter((item) => all[item] >= minCount);
	frequent.sort((a, b) => all[b] - all[a] || (baskets.names[a] < baskets.names[b] ? -1 : 1));
	const rankOf = new Int32Array(baskets.names.length).fill(-1);
	frequent.forEach((item, rank) => (rankOf[item] = rank));

	const offsets = new Uint32Array(basketCount(baskets) + 1);
	const ranks = new Uint32Array(frequent.reduce((sum, item) => sum + all[item], 0));
	let kept = 0;
	let length = 0;
	for (let basket = 0; basket < basketCount(baskets); basket++) {
		const start = length;
		for (let place = baskets.offsets[basket]; place < baskets.offsets[basket + 1]; place++) {
			const rank = rankOf[baskets.items[place]];
			if (rank >= 0) ranks[length++] = rank;
		}
		if (length === start) continue;
		sortShort(ranks, start, length);
		offsets[++kept] = length;
	}
	return { itemOfRank: Uint32Array.from(frequent), counts: Uint32Array.from(frequent, (item) => all[item]), offsets: offsets.slice(0, kept + 1), ranks };
}

/** Baskets are short: insertion beats a sort that is called a million times. */
function sortShort(array: Uint32Array, from: number, to: number): void {
	if (to - from > 48) return void array.subarray(from, to).sort();
	for (let place = from + 1; place < to; place++) {
		const value = array[place];
		let hole = place;
		while (hole > from && array[hole - 1] > value) {
			array[hole] = array[hole - 1];
			hole--;
		}
		array[hole] = value;
	}
}
