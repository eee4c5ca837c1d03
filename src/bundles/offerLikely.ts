import type { History, LikelyProduct } from './candidates';
import { againAfter, isBoughtAgain } from './offerAgain';
import type { Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import type { OfferSettings } from './offerSettings';
import type { OfferSubject } from './offerSubject';

/** What may be offered, before anything is known of the products. */
export interface Found {
	/** What stable links lead to, each in its window. */
	linked: readonly Candidate[];
	/** What the customer has and buys again, from the day on which it is due. */
	again: readonly Candidate[];
	/** What is likely by everything bought so far, where no link speaks. */
	likely: readonly Candidate[];
}

/** Looked at closely, for each offer that is wanted: the rules take some out. */
const MOST_AN_OFFER = 4;
/** An offer that no gap times stands for so long. */
const OPEN_DAYS = 14;
/** Who is due and did not come stays due for so many times the end of the window; after it, they buy something else. */
const OVERDUE = 3;
/** An offer adds nothing where a purchase is certain, or out of the question; in between, the odds less 1 by which it is taken to raise it. */
const ADDED = 0.6;

/**
 * Weighs what links lead to by everything that the customer bought so far, as the shop's own past teaches it (candidates.ts), and
 * finds what else is likely: what is due again, and what a product of theirs leads to without a stable link. All chances are
 * on one scale: of buying within the model's horizon. What is merely popular is left out: it is bought anyway.
 * In a shop whose orders do not teach it, the links stay as they are.
 * @param linked {@link linkedCandidates} @param today local day
 */
export function foundFor(index: OfferIndex, subject: OfferSubject, today: number, { maxOffers, repeat, horizonDays }: OfferSettings, linked: readonly Candidate[]): Found {
	const { scorer } = index;
	const history = historyOf(index, subject, today);
	if (!scorer || !history) return { linked, again: [], likely: [] };
	const names = scorer.model.products;
	const isDue = (product: string): boolean => {
		const owned = subject.owned.get(product);
		// Where something lies in the cart, offers are for the cart.
		return owned !== undefined && repeat !== 'never' && subject.cart.length === 0 && isBoughtAgain(index, product, owned);
	};
	const also = linked.flatMap(({ product }) => index.scoredNumberOf(product) ?? []);
	const scored = scorer.likely(history, today, { limit: maxOffers * MOST_AN_OFFER, also, newByGain: true, allowed: (product, times) => times === 0 || isDue(names[product]) });
	const chances = new Map(scored.map((one) => [names[one.product], one]));
	const known = new Set(linked.map(({ product }) => product));
	const others = scored.filter(({ product }) => !known.has(names[product]));
	return {
		linked: linked.map((one) => {
			const chance = chances.get(one.product);
			return chance === undefined ? one : { ...one, ...offered(chance, one.gain / one.chance) };
		}),
		again: others.flatMap((one) => (one.times > 0 ? again(index, subject, one, names[one.product], today, horizonDays) : [])),
		likely: others.flatMap((one) => (one.times === 0 ? likely(subject, one, names, today) : [])),
	};
}

function again(index: OfferIndex, subject: OfferSubject, one: LikelyProduct, product: string, today: number, horizonDays: number): Candidate[] {
	const owned = subject.owned.get(product);
	const after = owned && againAfter(index, product, owned);
	if (!after) return [];
	const [fromDay, untilDay] = [owned.day + after.p25, owned.day + OVERDUE * after.p75];
	if (untilDay < today || fromDay > today + horizonDays) return [];
	return [{ product, ...offered(one), fromDay, untilDay, because: { by: 'again', product, day: owned.day } }];
}

function likely({ cart, owned }: OfferSubject, one: LikelyProduct, names: readonly string[], today: number): Candidate[] {
	const { product, probability, anyway, because } = one;
	if (because === undefined || probability <= anyway) return [];
	const from = names[because];
	return [{ product: names[product], ...offered(one), fromDay: today, untilDay: today + OPEN_DAYS, because: { by: 'likely', product: from, day: cart.includes(from) ? null : (owned.get(from)?.day ?? null) } }];
}

/**
 * What an offer makes of the probability of a purchase that nobody prompted. Of what is new to the customer only the part counts
 * that a link explains: the rest is bought anyway. How much of it an offer brings about nobody knows as long as none were made:
 * all are taken to raise the odds alike.
 * @param explained the part, at least
 */
function offered({ probability, anyway, times }: LikelyProduct, explained = 0): Pick<Candidate, 'chance' | 'gain'> {
	const part = times > 0 ? 1 : Math.max(explained, 1 - anyway / probability);
	const gain = ADDED * probability * part * (1 - probability);
	return { chance: probability + gain, gain };
}

/** undefined: nothing of it is known to the scorer. */
function historyOf(index: OfferIndex, subject: OfferSubject, today: number): History | undefined {
	const entries: [product: number, day: number][] = [];
	for (const product of subject.cart) {
		const number = index.scoredNumberOf(product);
		if (number !== undefined) entries.push([number, today]);
	}
	for (const [product, { firstDay, day, times }] of subject.owned) {
		const number = index.scoredNumberOf(product);
		if (number === undefined) continue;
		// The scorer looks at the first and the last day, and at how many there were.
		for (let time = 0; time < Math.min(times, 50); time++) entries.push([number, time === 0 ? firstDay : day]);
	}
	if (entries.length === 0) return undefined;
	entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	return { products: Uint32Array.from(entries, ([product]) => product), days: Int32Array.from(entries, ([, day]) => day) };
}
