import { ItemsetIndex } from './itemsetIndex';
import type { Itemsets } from './itemsets';

/** `closed`: no larger itemset has the same count. `maximal`: no larger itemset is frequent at all. */
export type Condensed = 'closed' | 'maximal';

/** Keeps the closed or the maximal itemsets. Where a greatest length was set, only itemsets up to it are compared. */
export function condense(itemsets: Itemsets, kind: Condensed, index = new ItemsetIndex(itemsets)): Itemsets {
	const { counts, offsets, items } = itemsets;
	const dropped = new Uint8Array(counts.length);
	for (let set = 0; set < counts.length; set++) {
		const length = offsets[set + 1] - offsets[set];
		if (length < 2) continue;
		for (let place = 0; place < length; place++) {
			const smaller = index.without(set, place);
			if (kind === 'maximal' || counts[smaller] === counts[set]) dropped[smaller] = 1;
		}
	}
	const kept = counts.map((_, set) => set).filter((set) => dropped[set] === 0);
	const keptOffsets = new Uint32Array(kept.length + 1);
	kept.forEach((set, place) => (keptOffsets[place + 1] = keptOffsets[place] + offsets[set + 1] - offsets[set]));
	const keptItems = new Uint32Array(keptOffsets[kept.length]);
	kept.forEach((set, place) => keptItems.set(items.subarray(offsets[set], offsets[set + 1]), keptOffsets[place]));
	return { ...itemsets, counts: kept.map((set) => counts[set]), offsets: keptOffsets, items: keptItems };
}
