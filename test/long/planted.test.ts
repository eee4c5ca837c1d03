import { plantedShop } from '../bundles/support/plantedShop';
import { findPlanted } from '../bundles/support/plantedTruth';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Seeds that nothing was tuned on. `PLANTED_SEEDS=5,6` takes others. */
const seeds = (process.env.PLANTED_SEEDS ?? '101,102').split(',').map(Number);

test.each(seeds)('seed %d: of 300 bundles and 100 delayed pairs in 100,000 customers four fifths at the top 400, their gaps within a tenth', (seed) => {
	const found = findPlanted(plantedShop({ seed, customers: 100_000, bundles: 300, delayed: 100 }));
	process.stdout.write(`Planted truth, seed ${seed}: at the top 400 recall ${percent(found.recall)}, precision ${percent(found.precision)} (bundles ${percent(found.bundles)}, delayed ${percent(found.delayed)}; by plain lift ${percent(found.recallByLift)}); median gap off by ${percent(found.gapError)} in the middle, ${percent(found.gapsWithinTenth)} of them within a tenth\n`);
	expect(found.recall).toBeGreaterThanOrEqual(0.8);
	expect(found.precision).toBeGreaterThanOrEqual(0.8);
	expect(found.gapError).toBeLessThanOrEqual(0.1);
	expect(found.gapsWithinTenth).toBeGreaterThanOrEqual(0.75);
});
