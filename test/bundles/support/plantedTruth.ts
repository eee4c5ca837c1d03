import { orderBaskets } from '../../../src/bundles/basketsOfPurchases';
import { basketCount } from '../../../src/bundles/baskets';
import { minCountOf, mineItemsets } from '../../../src/bundles/itemsets';
import { findPairs } from '../../../src/bundles/pairs';
import { describePairs } from '../../../src/bundles/sequences';
import { stepsOf } from '../../../src/bundles/steps';
import { orderStrata } from '../../../src/bundles/strata';
import { togetherOf } from '../../../src/bundles/together';
import type { PlantedShop } from './plantedShop';

export interface Found {
	/** Of what was planted, the share among as many first places of the two lists; with as many places as plants also the precision. */
	recall: number;
	precision: number;
	bundles: number;
	delayed: number;
	/** The same places filled by plain lift. */
	recallByLift: number;
	/** Of the delayed pairs found: how far the gap found is from the one planted, in the middle. */
	gapError: number;
	/** Share of them that are off by a tenth at most. */
	gapsWithinTenth: number;
}

const MAX_GAP_DAYS = 90;

/** Mines a planted shop as the commands do and looks how much of what was planted stands at the top. */
export function findPlanted({ purchases, kinds, bundles, delayed }: PlantedShop, minSupport = 0.0008): Found {
	const baskets = orderBaskets(purchases);
	const itemsets = mineItemsets(baskets, { minCount: minCountOf(minSupport, basketCount(baskets)), maxLength: 2 });
	const together = togetherOf(baskets, itemsets, orderStrata(purchases, (customer) => kinds[customer]!));
	const steps = stepsOf(purchases, (ms) => Math.floor(ms / 86_400_000));
	const customers = steps.offsets.length - 1;
	const later = describePairs(steps, findPairs(steps, { minCustomers: minCountOf(minSupport, customers), maxGapDays: MAX_GAP_DAYS }), MAX_GAP_DAYS, { groups: { names: ['a', 'b', 'c', 'd', 'e'], of: Array.from(steps.customers, (customer) => kinds[customer]!) } }).filter(({ from, to }) => from !== to);

	const plantedTogether = new Set(bundles.map(([one, other]) => `${one} ${other}`));
	const plantedLater = new Map(delayed.map(({ from, to, medianDays }) => [`${from} ${to}`, medianDays]));
	const topTogether = together.slice(0, bundles.length).filter(({ items }) => plantedTogether.has(items.join(' '))).length;
	const topLater = later.slice(0, delayed.length).filter(({ from, to }) => plantedLater.has(`${from} ${to}`));
	const byLift = [...together].sort((a, b) => b.lift - a.lift).slice(0, bundles.length).filter(({ items }) => plantedTogether.has(items.join(' '))).length
		+ [...later].sort((a, b) => b.lift - a.lift).slice(0, delayed.length).filter(({ from, to }) => plantedLater.has(`${from} ${to}`)).length;
	const errors = topLater.map(({ from, to, linkedGapDays, gapDays }) => Math.abs((linkedGapDays ?? gapDays).p50 / plantedLater.get(`${from} ${to}`)! - 1)).sort((a, b) => a - b);
	const planted = bundles.length + delayed.length;
	const shown = Math.min(bundles.length, together.length) + Math.min(delayed.length, later.length);
	return {
		recall: (topTogether + topLater.length) / planted,
		precision: (topTogether + topLater.length) / shown,
		bundles: topTogether / bundles.length,
		delayed: topLater.length / delayed.length,
		recallByLift: byLift / planted,
		gapError: errors[Math.floor(errors.length / 2)] ?? Number.NaN,
		gapsWithinTenth: errors.filter((error) => error <= 0.1).length / errors.length,
	};
}
