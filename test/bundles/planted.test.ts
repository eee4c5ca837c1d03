import { plantedShop } from './support/plantedShop';
import { findPlanted } from './support/plantedTruth';

/** A small shop with strong links; test/long/planted.test.ts has the whole. */
test('what was planted stands at the top, in spite of season, popularity, kinds of customers and large orders', () => {
	const found = findPlanted(plantedShop({ seed: 77, customers: 12_000, bundles: 40, delayed: 10, lift: [2, 3], support: [0.004, 0.012] }), 0.003);
	expect(found.recall).toBeGreaterThanOrEqual(0.8);
	expect(found.precision).toBeGreaterThanOrEqual(0.8);
	expect(found.gapError).toBeLessThanOrEqual(0.15);
	expect(found.recallByLift).toBeLessThan(found.recall);
}, 120_000);
