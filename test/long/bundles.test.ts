import { findPairs } from '../../src/bundles/pairs';
import { stepsOf } from '../../src/bundles/steps';
import { onlineRetail } from '../bundles/support/shopData';
import { testWithData } from '../support/dataFolder';

testWithData('online-retail.csv.gz', 'Online Retail at .5 % of the customers: 113,621 pairs', async (file) => {
	const steps = stepsOf((await onlineRetail(file)).purchases, (ms) => Math.floor(ms / 86_400_000));
	expect(steps.offsets.length - 1).toBe(4_338);
	const pairs = findPairs(steps, { minCustomers: Math.ceil(0.005 * 4_338) });
	expect(pairs.from).toHaveLength(113_621);
}, 300_000);
