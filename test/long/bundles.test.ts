import { minCountOf, mineItemsets } from '../../src/bundles/itemsets';
import { findPairs } from '../../src/bundles/pairs';
import { stepsOf } from '../../src/bundles/steps';
import { namesOf } from '../../src/bundles/rules';
import { apriori } from '../bundles/support/apriori';
import { basketsOf, linesOf } from '../bundles/support/basketFile';
import { onlineRetail } from '../bundles/support/shopData';
import { testWithData } from '../support/dataFolder';

testWithData('online-retail.csv.gz', 'Online Retail at .5 % of the customers: 113,621 pairs', async (file) => {
	const steps = stepsOf((await onlineRetail(file)).purchases, (ms) => Math.floor(ms / 86_400_000));
	expect(steps.offsets.length - 1).toBe(4_338);
	const pairs = findPairs(steps, { minCustomers: Math.ceil(0.005 * 4_338) });
	expect(pairs.from).toHaveLength(113_621);
}, 300_000);

for (const [name, support] of [
	['T10I4D100K.dat.gz', 0.002],
	['chess.dat.gz', 0.8],
	['chess.dat.gz', 0.7],
] as const) {
	testWithData(name, `${name} at ${support}: every itemset and count as the second implementation finds`, async (file) => {
		const lines = linesOf(file, ' ');
		const itemsets = mineItemsets(basketsOf(lines), { minCount: minCountOf(support, lines.length) });
		const expected = apriori(lines, itemsets.minCount);
		expect(itemsets.counts.length).toBe(expected.size);
		const different = Array.from(itemsets.counts.keys()).filter((set) => expected.get(namesOf(itemsets, set).join(' ')) !== itemsets.counts[set]);
		expect(different).toEqual([]);
	}, 1_200_000);
}
