import { JourneyError } from '../core/errors';
import type { Baskets } from './baskets';
import { gapsOf } from './gapScan';
import { mineItemsets } from './itemsets';
import { byFirstProduct, PairFinder } from './pairs';
import { WeighedRules, type Rule } from './rules';
import { WeighedPairs, type Sequence } from './sequences';
import type { Steps } from './steps';

/** Links of one product and kind that are kept, the strongest: more are never looked at. */
const LINKS_PER_PRODUCT = 40;
/** Links of one kind in all: some MiB of JSON. */
const LINKS = 60_000;
/** A product is bought again when this share of its buyers does so. */
const REPEATED_SHARE = 0.1;
/** Periods in which a link must have occurred, of those in which its first product was bought. */
const LEAST_STABILITY = 0.3;
const ATTEMPTS = 8;

export interface LinkSettings {
	/** B follows A within so many days. */
	maxGapDays: number;
	/** Customers (baskets) of a link, at least; absent: by the size of the shop. */
	minCustomers?: number;
	/** Links with a higher false discovery rate are left out. */
	maxFalseDiscoveryRate: number;
	/** Links of less lift are left out. */
	minLift: number;
	/** For the counters of the mining. */
	maxBytes: number;
}

/** What is bought after what: `later` from one product to another, `repeated` from a product to itself; those first that chance explains least. */
export function linksInTime(steps: Steps, { minCustomers, maxGapDays, maxFalseDiscoveryRate, minLift, maxBytes }: LinkSettings): { later: Sequence[]; repeated: Sequence[] } {
	return withRoom(minCustomers ?? leastCount(steps.offsets.length - 1), (least) => {
		const finder = new PairFinder(steps, { minCustomers: least, maxGapDays, maxBytes });
		const pairs = finder.sizes();
		const weighed = new WeighedPairs(steps, pairs, maxGapDays);
		const place = new Uint32Array(pairs.from.length);
		weighed.order.forEach((pair, at) => (place[pair] = at));
		const mayLink = (pair: number) => pairs.from[pair] === pairs.to[pair] || (weighed.qValues[pair] <= maxFalseDiscoveryRate && weighed.lifts[pair] >= minLift);
		const [later, repeated]: [Described[], Described[]] = [[], []];
		for (const { begin, end } of byFirstProduct(pairs)) {
			const wanted = Uint32Array.from({ length: end - begin }, (_, at) => begin + at).filter(mayLink).sort((a, b) => place[a] - place[b]);
			const offsets = new Uint32Array(wanted.length + 1);
			wanted.forEach((pair, at) => (offsets[at + 1] = offsets[at] + pairs.sizes[pair]));
			const gaps = gapsOf(offsets[wanted.length]);
			finder.fill(pairs, wanted, offsets, gaps);
			let kept = 0;
			wanted.forEach((pair, at) => {
				const again = pairs.from[pair] === pairs.to[pair];
				if (!again && kept === LINKS_PER_PRODUCT) return;
				const link = weighed.describe(pair, gaps, offsets[at]);
				if (again && link.confidence >= REPEATED_SHARE) repeated.push({ place: place[pair], link });
				if (again || link.stability.presentIn < LEAST_STABILITY * link.stability.periods) return;
				later.push({ place: place[pair], link });
				kept++;
			});
		}
		const inOrder = (found: Described[]) => found.sort((a, b) => a.place - b.place).map(({ link }) => link);
		return { later: inOrder(later).slice(0, LINKS), repeated: inOrder(repeated) };
	});
}

interface Described {
	/** Among all pairs, those first that chance explains least. */
	place: number;
	link: Sequence;
}

/**
 * What stands in one order, by what the link adds to chance, as sequences are.
 * @param baskets items numbered in the order of their names, which settles ties
 */
export function linksInBaskets(baskets: Baskets, { minCustomers, maxFalseDiscoveryRate, minLift, maxBytes }: LinkSettings): Rule[] {
	return withRoom(minCustomers ?? leastCount(baskets.offsets.length - 1), (minCount) => {
		const itemsets = mineItemsets(baskets, { minCount, maxLength: 2, maxBytes });
		const weighed = new WeighedRules(itemsets, { minConfidence: 1e-9, maxFalseDiscoveryRate });
		const item = (set: number) => itemsets.items[itemsets.offsets[set]];
		const order = weighed.chosen().filter((rule) => weighed.lift(rule) >= minLift);
		order.sort((a, b) => weighed.leverage(b) - weighed.leverage(a) || item(weighed.when(a)) - item(weighed.when(b)) || item(weighed.then(a)) - item(weighed.then(b)));
		const taken = new Map<number, number>();
		const kept: Rule[] = [];
		for (const rule of order) {
			const before = taken.get(weighed.when(rule)) ?? 0;
			if (before === LINKS_PER_PRODUCT) continue;
			taken.set(weighed.when(rule), before + 1);
			kept.push(weighed.describe(rule));
			if (kept.length === LINKS) break;
		}
		return kept;
	});
}

/** Five in a small shop; one in two thousand in a large one. */
function leastCount(population: number): number {
	return Math.max(5, Math.ceil(population / 2_000));
}

/** Runs again with the support that the refusal names, so that a large shop gets its strongest links instead of none. */
function withRoom<T>(minCount: number, run: (minCount: number) => T): T {
	for (let attempt = 1; ; attempt++) {
		try {
			return run(minCount);
		} catch (error) {
			if (!(error instanceof JourneyError) || error.code !== 'too_many_itemsets' || attempt === ATTEMPTS) throw error;
			minCount = Math.max(minCount * 2, Number(error.details.tryCount) || 0);
		}
	}
}
