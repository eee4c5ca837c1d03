import { storedModel, type StoredCandidateModel } from './candidateModel';
import { fitCandidates } from './fitCandidates';
import { orderBaskets } from './basketsOfPurchases';
import { linksInBaskets, linksInTime, type LinkSettings } from './offerLinks';
import type { Purchases } from './purchases';
import { stepsOf, type Steps } from './steps';

/** Name of the model in the store's table `model`. */
export const OFFER_MODEL = 'offers';

export const DEFAULT_MODEL_SETTINGS: LinkSettings = { maxGapDays: 180, maxFalseDiscoveryRate: 0.05, minLift: 1.2, maxBytes: 512 * 2 ** 20 };

/** Links from a product to others as columns. Product numbers lead into `products`. */
export interface LinkColumns {
	from: number[];
	to: number[];
	/** Share of the buyers (baskets) of `from` that take `to`. */
	confidence: number[];
	lift: number[];
	/** Customers (baskets) the link rests on. */
	customers: number[];
}

/** Links with a time between: `to` is bought `p25` to `p75` days after `from`. */
export interface LaterColumns extends LinkColumns {
	p25: number[];
	p50: number[];
	p75: number[];
	/** Share of the periods that the link was present in. */
	stability: number[];
}

/** What was learned from the offers made: of a product, how often it was offered and taken, and kept back and bought. */
export interface LearnedColumns {
	product: string[];
	offered: number[];
	accepted: number[];
	held: number[];
	heldBought: number[];
}

/** What belongs together and when, as recommendations need it: plain JSON, kept in the store. */
export interface OfferModel {
	products: string[];
	/** Products that their buyers buy again, and how long after. */
	repeated: { product: number[]; p25: number[]; p75: number[] };
	together: LinkColumns;
	later: LaterColumns;
	learned: LearnedColumns;
	/** What is likely to be bought next where no link speaks; null in a shop whose orders do not teach it. */
	likely: StoredCandidateModel | null;
	customers: number;
	baskets: number;
}

/**
 * Mines what recommendations rest on (intelligence.md, "Bundles", "Sequences"). Pure: no clock, no store.
 * @param given in any order; the result does not depend on it, nor on how the products are numbered
 * @param dayOf local day of an instant in the shop's zone
 * @param lastDay the day up to which purchases are known
 */
export function fitOffers(given: Purchases, dayOf: (ms: number) => number, lastDay: number, settings: LinkSettings = DEFAULT_MODEL_SETTINGS): OfferModel {
	const numbers = new Map<string, number>();
	const number = (name: string): number => {
		const known = numbers.get(name) ?? numbers.size;
		numbers.set(name, known);
		return known;
	};
	const purchases = numberedByName(given);
	const steps = stepsOf(purchases, dayOf, lastDay);
	const customers = steps.offsets.length - 1;
	const baskets = orderBaskets(purchases);
	const { later, repeated } = linksInTime(steps, settings);
	const together = linksInBaskets(baskets, settings);
	const model: OfferModel = {
		products: [],
		repeated: { product: repeated.map(({ from }) => number(from)), p25: repeated.map(({ gapDays }) => gapDays.p25), p75: repeated.map(({ gapDays }) => gapDays.p75) },
		together: {
			from: together.map((rule) => number(rule.if[0])),
			to: together.map((rule) => number(rule.then[0])),
			confidence: together.map(({ confidence }) => short(confidence)),
			lift: together.map(({ lift }) => short(lift)),
			customers: together.map(({ count }) => count),
		},
		later: {
			from: later.map(({ from }) => number(from)),
			to: later.map(({ to }) => number(to)),
			confidence: later.map(({ confidence }) => short(confidence)),
			lift: later.map(({ lift }) => short(lift)),
			customers: later.map((link) => link.customers),
			p25: later.map(({ gapDays }) => gapDays.p25),
			p50: later.map(({ gapDays }) => gapDays.p50),
			p75: later.map(({ gapDays }) => gapDays.p75),
			stability: later.map(({ stability }) => short(stability.presentIn / Math.max(1, stability.periods))),
		},
		learned: { product: [], offered: [], accepted: [], held: [], heldBought: [] },
		likely: likelyNext(steps, lastDay),
		customers,
		baskets: baskets.offsets.length - 1,
	};
	model.products = [...numbers.keys()];
	return model;
}

/** Equal things stand in the order of their numbers: these go by the names. */
function numberedByName(purchases: Purchases): Purchases {
	const order = Array.from(purchases.products.keys()).sort((a, b) => (purchases.products[a] < purchases.products[b] ? -1 : 1));
	const numbers = new Uint32Array(order.length);
	order.forEach((product, number) => (numbers[product] = number));
	return { ...purchases, products: order.map((product) => purchases.products[product]), items: purchases.items.map((item) => numbers[item]) };
}

/** "Next" is within so many days. */
const NEXT_DAYS = 60;

function likelyNext(steps: Steps, lastDay: number): StoredCandidateModel | null {
	const model = fitCandidates(steps, lastDay, { horizonDays: NEXT_DAYS });
	return model.learnedFrom > 0 ? storedModel(model) : null;
}

/** Six digits: the model is text. */
const short = (value: number) => Number(value.toPrecision(6));
