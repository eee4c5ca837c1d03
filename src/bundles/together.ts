import { basketCount, type Baskets } from './baskets';
import { possiblePairs, type Itemsets } from './itemsets';
import { falseDiscoveryRates, poissonTail } from './significance';
import type { Strata } from './strata';

/** Two products that stand in the same baskets, against what season, kind of customer and size of basket explain by themselves. */
export interface Together {
	items: [string, string];
	count: number;
	/** Baskets that would hold both if within each month, group and size chance alone ruled. */
	expected: number;
	/** `count` against `expected`: 1 is chance. */
	adjustedLift: number;
	/** Count against chance over all baskets alike. */
	lift: number;
	/** False discovery rate of the adjusted count (Poisson, Benjamini & Hochberg), over all pairs of frequent items. */
	qValue: number;
}

/** Pairs among the itemsets, those first that chance explains least. Larger itemsets are not looked at. */
export function togetherOf(baskets: Baskets, itemsets: Itemsets, strata: Strata): Together[] {
	const pairs = Array.from(itemsets.counts.keys()).filter((set) => itemsets.offsets[set + 1] - itemsets.offsets[set] === 2);
	const itemOf = (pair: number, side: 0 | 1) => itemsets.items[itemsets.offsets[pairs[pair]] + side];
	const rows = countsByStratum(baskets, strata, new Set(pairs.flatMap((_, pair) => [itemOf(pair, 0), itemOf(pair, 1)])));
	const expected = Float64Array.from(pairs, (_, pair) => {
		const [one, other] = [rows.of(itemOf(pair, 0)), rows.of(itemOf(pair, 1))];
		let sum = 0;
		for (let stratum = 0; stratum < strata.count; stratum++) if (one[stratum] > 0) sum += (one[stratum] * other[stratum]) / rows.sizes[stratum];
		return Math.max(sum, 1e-9);
	});
	const count = (pair: number) => itemsets.counts[pairs[pair]];
	const rates = falseDiscoveryRates(Float64Array.from(pairs, (_, pair) => poissonTail(count(pair), expected[pair])), possiblePairs(itemsets));
	const surprise = Float64Array.from(pairs, (_, pair) => (count(pair) - expected[pair]) / Math.sqrt(expected[pair] + 1));
	const total = (row: Uint32Array) => row.reduce((sum, one) => sum + one, 0);
	// Itemsets come in an order of their own, which settles ties.
	return Array.from(pairs.keys())
		.sort((a, b) => surprise[b] - surprise[a] || a - b)
		.map((pair) => ({
			items: [itemsets.names[itemOf(pair, 0)], itemsets.names[itemOf(pair, 1)]],
			count: count(pair),
			expected: expected[pair],
			adjustedLift: count(pair) / expected[pair],
			lift: (count(pair) * basketCount(baskets)) / (total(rows.of(itemOf(pair, 0))) * total(rows.of(itemOf(pair, 1)))),
			qValue: rates[pair],
		}));
}

/** Of each wanted item, the baskets of each stratum that hold it. */
function countsByStratum({ names, offsets, items }: Baskets, { of, count }: Strata, wanted: ReadonlySet<number>): { sizes: Uint32Array; of(item: number): Uint32Array } {
	const place = new Int32Array(names.length).fill(-1);
	[...wanted].forEach((item, row) => (place[item] = row));
	const table = new Uint32Array(wanted.size * count);
	const sizes = new Uint32Array(count);
	for (let basket = 0; basket + 1 < offsets.length; basket++) {
		sizes[of[basket]]++;
		for (let at = offsets[basket]; at < offsets[basket + 1]; at++) if (place[items[at]] >= 0) table[place[items[at]] * count + of[basket]]++;
	}
	return { sizes, of: (item) => table.subarray(place[item] * count, (place[item] + 1) * count) };
}
