import { JourneyError } from '../core/errors';
import { basketCount, type Baskets } from './baskets';
import { DenseMiner } from './denseMiner';
import { ItemsetSink } from './itemsetSink';
import { rankBaskets, type RankedBaskets } from './rankedBaskets';
import { SparseMiner } from './sparseMiner';

/** Itemset `s` is `items[offsets[s] .. offsets[s + 1])`, item numbers in the order of their names; `counts[s]` baskets hold it. */
export interface Itemsets {
	readonly baskets: number;
	readonly minCount: number;
	readonly names: readonly string[];
	readonly items: Uint32Array;
	/** One longer than there are itemsets. */
	readonly offsets: Uint32Array;
	/** Most frequent itemset first; of equal ones the shorter, then by the names. */
	readonly counts: Uint32Array;
}

export interface MiningSettings {
	/** Baskets that must hold an itemset, at least; 1 or more. */
	minCount: number;
	/** Items of an itemset, at most. */
	maxLength?: number;
	/** For the arrays of found itemsets. */
	maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 2 ** 20;
/** Share of the cells of the table "basket × frequent item" that are filled, from which on bit sets are the faster way. */
const DENSE_FROM = 0.1;

/**
 * The least number of baskets for a support. @param support a share below 1, or a number of baskets from 1 on
 * @throws JourneyError `bad_input` for anything else
 */
export function minCountOf(support: number, baskets: number): number {
	if (support > 0 && support < 1) return Math.max(1, Math.ceil(support * baskets * (1 - 1e-12)));
	if (Number.isSafeInteger(support) && support >= 1) return support;
	throw new JourneyError('bad_input', `The minimum support ${support} cannot be used: give a share of the baskets such as 0.01, or a whole number of baskets such as 25.`, { field: 'minSupport' });
}

/**
 * All itemsets that stand in at least `minCount` baskets (intelligence.md, "Bundles"). The result is the same whatever the
 * order of baskets and items.
 * @throws JourneyError `too_many_itemsets` when they do not fit the memory; names a support that would
 */
export function mineItemsets(baskets: Baskets, { minCount, maxLength = Number.POSITIVE_INFINITY, maxBytes = DEFAULT_MAX_BYTES }: MiningSettings): Itemsets {
	const ranked = rankBaskets(baskets, minCount);
	const sink = new ItemsetSink(maxBytes, minCount, basketCount(baskets));
	if (ranked.counts.length > 0) new (isDense(ranked) ? DenseMiner : SparseMiner)(ranked, minCount, maxLength, sink).mine();
	return arranged(baskets, ranked, minCount, sink.finish());
}

/** How many pairs there could be of the frequent items. */
export function possiblePairs({ offsets, counts }: Itemsets): number {
	let items = 0;
	for (let set = 0; set < counts.length; set++) if (offsets[set + 1] - offsets[set] === 1) items++;
	return (items * (items - 1)) / 2;
}

function isDense({ counts, offsets, ranks }: RankedBaskets): boolean {
	return ranks.length >= DENSE_FROM * counts.length * (offsets.length - 1);
}

function arranged(baskets: Baskets, ranked: RankedBaskets, minCount: number, found: { items: Uint32Array; offsets: Uint32Array; counts: Uint32Array }): Itemsets {
	const { names } = baskets;
	const byName = Array.from(ranked.itemOfRank.keys()).sort((a, b) => (names[ranked.itemOfRank[a]] < names[ranked.itemOfRank[b]] ? -1 : 1));
	const placeOfRank = new Uint32Array(byName.length);
	byName.forEach((rank, place) => (placeOfRank[rank] = place));
	const itemOfPlace = Uint32Array.from(byName, (rank) => ranked.itemOfRank[rank]);

	const places = found.items.map((rank) => placeOfRank[rank]);
	for (let set = 0; set < found.counts.length; set++) places.subarray(found.offsets[set], found.offsets[set + 1]).sort();
	const order = new Uint32Array(found.counts.length).map((_, set) => set).sort((a, b) => compare(found, places, a, b));

	const items = new Uint32Array(places.length);
	const offsets = new Uint32Array(order.length + 1);
	let length = 0;
	order.forEach((set, index) => {
		for (let place = found.offsets[set]; place < found.offsets[set + 1]; place++) items[length++] = itemOfPlace[places[place]];
		offsets[index + 1] = length;
	});
	return { baskets: basketCount(baskets), minCount, names, items, offsets, counts: order.map((set) => found.counts[set]) };
}

function compare({ offsets, counts }: { offsets: Uint32Array; counts: Uint32Array }, places: Uint32Array, a: number, b: number): number {
	if (counts[a] !== counts[b]) return counts[b] - counts[a];
	const length = offsets[a + 1] - offsets[a];
	const longer = length - (offsets[b + 1] - offsets[b]);
	if (longer !== 0) return longer;
	for (let place = 0; place < length; place++) {
		const difference = places[offsets[a] + place] - places[offsets[b] + place];
		if (difference !== 0) return difference;
	}
	return 0;
}
