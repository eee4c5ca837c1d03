import { basketCount } from '../../src/bundles/baskets';
import { mineItemsets, minCountOf, type Itemsets } from '../../src/bundles/itemsets';
import { namesOf, rulesOf } from '../../src/bundles/rules';
import { testWithData } from '../support/dataFolder';
import { apriori } from './support/apriori';
import { basketsOf, linesOf } from './support/basketFile';

const asMap = (itemsets: Itemsets) => new Map(Array.from(itemsets.counts, (count, set) => [namesOf(itemsets, set).join(' '), count]));

for (const [minConfidence, rules] of [
	[0.8, 410],
	[0.5, 5_668],
] as const) {
	testWithData('groceries.csv.gz', `Groceries at support .001 and confidence ${minConfidence}: ${rules} rules, as arules finds`, async (file) => {
		const baskets = basketsOf(linesOf(file, ','));
		expect(basketCount(baskets)).toBe(9_835);
		const itemsets = mineItemsets(baskets, { minCount: minCountOf(0.001, basketCount(baskets)) });
		expect(itemsets.minCount).toBe(10);
		expect(rulesOf(itemsets, { minConfidence })).toHaveLength(rules);
	}, 60_000);
}

testWithData('fimi-retail.dat.gz', 'FIMI retail at .1 %: 7,589 itemsets from 89 baskets on', async (file) => {
	const baskets = basketsOf(linesOf(file, ' '));
	expect(basketCount(baskets)).toBe(88_162);
	const itemsets = mineItemsets(baskets, { minCount: minCountOf(0.001, basketCount(baskets)) });
	expect(itemsets.minCount).toBe(89);
	expect(itemsets.counts).toHaveLength(7_589);
}, 60_000);

for (const [name, supports] of [
	['T10I4D100K.dat.gz', [0.01, 0.004]],
	['chess.dat.gz', [0.85, 0.75]],
] as const) {
	for (const support of supports) {
		testWithData(name, `${name} at ${support}: every itemset and count as the second implementation finds`, async (file) => {
			const lines = linesOf(file, ' ');
			const itemsets = mineItemsets(basketsOf(lines), { minCount: minCountOf(support, lines.length) });
			expect(asMap(itemsets)).toEqual(apriori(lines, itemsets.minCount));
		}, 120_000);
	}
}
