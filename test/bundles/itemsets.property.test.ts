import fc from 'fast-check';
import type { Baskets } from '../../src/bundles/baskets';
import { condense } from '../../src/bundles/condensed';
import { DenseMiner } from '../../src/bundles/denseMiner';
import { ItemsetSink } from '../../src/bundles/itemsetSink';
import { mineItemsets, type Itemsets } from '../../src/bundles/itemsets';
import { rankBaskets } from '../../src/bundles/rankedBaskets';
import { namesOf, rulesOf } from '../../src/bundles/rules';
import { SparseMiner } from '../../src/bundles/sparseMiner';
import { basketsOf } from './support/basketFile';

const ITEMS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const lines = fc.array(fc.array(fc.constantFrom(...ITEMS), { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 40 });
const runs = { seed: 20_261_122, numRuns: 300 };

/** Every subset of the items, counted basket by basket. */
function bruteForce(all: readonly (readonly string[])[], minCount: number, maxLength: number): Map<string, number> {
	const found = new Map<string, number>();
	for (let chosen = 1; chosen < 2 ** ITEMS.length; chosen++) {
		const items = ITEMS.filter((_, place) => (chosen >> place) & 1);
		const count = all.filter((line) => items.every((item) => line.includes(item))).length;
		if (count >= minCount && items.length <= maxLength) found.set(items.join(' '), count);
	}
	return found;
}

const asMap = (itemsets: Itemsets) => new Map(Array.from(itemsets.counts, (count, set) => [namesOf(itemsets, set).join(' '), count]));
const readable = (itemsets: Itemsets) => Array.from(itemsets.counts, (count, set) => [namesOf(itemsets, set), count]);

function by(miner: typeof SparseMiner | typeof DenseMiner, baskets: Baskets, minCount: number, maxLength: number): Map<string, number> {
	const ranked = rankBaskets(baskets, minCount);
	const sink = new ItemsetSink(2 ** 24, minCount, 1);
	new miner(ranked, minCount, maxLength, sink).mine();
	const { items, offsets, counts } = sink.finish();
	return new Map(Array.from(counts, (count, set) => [Array.from(items.subarray(offsets[set], offsets[set + 1]), (rank) => baskets.names[ranked.itemOfRank[rank]]).sort().join(' '), count]));
}

test('both ways find exactly the itemsets that a count of every subset finds', () => {
	fc.assert(
		fc.property(lines, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), (all, minCount, maxLength) => {
			const baskets = basketsOf(all);
			const expected = bruteForce(all, minCount, maxLength);
			expect(by(SparseMiner, baskets, minCount, maxLength)).toEqual(expected);
			expect(by(DenseMiner, baskets, minCount, maxLength)).toEqual(expected);
			expect(asMap(mineItemsets(baskets, { minCount, maxLength }))).toEqual(expected);
		}),
		runs,
	);
});

test('the order of items and baskets changes nothing, not even the order of the result', () => {
	fc.assert(
		fc.property(lines, fc.infiniteStream(fc.nat()), (all, numbers) => {
			const shuffled = all.map((line) => [...line].reverse()).map((line) => ({ line, at: numbers.next().value as number })).sort((a, b) => a.at - b.at).map(({ line }) => line);
			expect(readable(mineItemsets(basketsOf(shuffled), { minCount: 2 }))).toEqual(readable(mineItemsets(basketsOf(all), { minCount: 2 })));
		}),
		runs,
	);
});

test('every basket twice: every count twice', () => {
	fc.assert(
		fc.property(lines, (all) => {
			const doubled = asMap(mineItemsets(basketsOf([...all, ...all]), { minCount: 4 }));
			expect(doubled).toEqual(new Map([...asMap(mineItemsets(basketsOf(all), { minCount: 2 }))].map(([items, count]) => [items, count * 2])));
		}),
		runs,
	);
});

test('closed: no larger itemset has the count; maximal: no larger one is frequent', () => {
	fc.assert(
		fc.property(lines, (all) => {
			const itemsets = mineItemsets(basketsOf(all), { minCount: 2 });
			const every = readable(itemsets) as [string[], number][];
			const larger = (a: string[], b: string[]) => b.length > a.length && a.every((item) => b.includes(item));
			expect(readable(condense(itemsets, 'closed'))).toEqual(every.filter(([items, count]) => !every.some(([other, its]) => larger(items, other) && its === count)));
			expect(readable(condense(itemsets, 'maximal'))).toEqual(every.filter(([items]) => !every.some(([other]) => larger(items, other))));
		}),
		runs,
	);
});

test('rules are every way to part an itemset, with their figures counted basket by basket', () => {
	fc.assert(
		fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (all, minConfidence, multi) => {
			const rules = rulesOf(mineItemsets(basketsOf(all), { minCount: 2 }), { minConfidence, multi });
			const count = (items: readonly string[]) => all.filter((line) => items.every((item) => line.includes(item))).length;
			const expected = [...bruteForce(all, 2, 8).keys()].flatMap((text) => {
				const items = text.split(' ');
				const parts = Array.from({ length: 2 ** items.length - 2 }, (_, chosen) => items.map((_item, place) => ((chosen + 1) >> place) & 1));
				return parts.map((part) => ({ when: items.filter((_, place) => part[place]), then: items.filter((_, place) => !part[place]) })).filter(({ then }) => multi || then.length === 1);
			}).filter(({ when, then }) => count([...when, ...then]) >= minConfidence * count(when) * (1 - 1e-12));
			expect(rules.map((rule) => `${rule.if.join(' ')} > ${rule.then.join(' ')}`).sort()).toEqual(expected.map(({ when, then }) => `${when.join(' ')} > ${then.join(' ')}`).sort());
			for (const rule of rules) {
				const [both, when, then, baskets] = [count([...rule.if, ...rule.then]), count(rule.if), count(rule.then), all.length];
				expect(rule.count).toBe(both);
				expect(rule.support).toBeCloseTo(both / baskets, 12);
				expect(rule.confidence).toBeCloseTo(both / when, 12);
				expect(rule.lift).toBeCloseTo((both * baskets) / (when * then), 10);
				expect(rule.leverage).toBeCloseTo(both / baskets - (when * then) / baskets ** 2, 12);
				if (rule.conviction === null) expect(both).toBe(when);
				else expect(rule.conviction).toBeCloseTo((1 - then / baskets) / (1 - both / when), 9);
				expect(rule.qValue).toBeGreaterThanOrEqual(rule.pValue * (1 - 1e-12));
			}
		}),
		{ ...runs, numRuns: 100 },
	);
});
