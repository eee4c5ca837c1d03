import { unitHash } from '../core/hash';
import type { ProductRow } from '../store/plans/ingestPlans';
import { neverReason, reachOf, type Never, type Reach } from './neverOffer';
import type { Because, Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import type { Found } from './offerLikely';
import type { OfferKind, OfferSettings } from './offerSettings';
import { betterCandidates, newerCandidates } from './offerSteps';
import type { Catalogue, OfferSubject } from './offerSubject';
import { inRhythm } from './offerRhythm';
import { varied } from './offerVariety';
import { learnedGain, marginOf, rankOf } from './offerWorth';

/** One offer, ready to be shown. */
export interface Offer {
	product: ProductRow;
	kind: OfferKind;
	/** What the offer adds to the probability that the customer buys: P(buy | offered) less P(buy anyway). */
	gain: number;
	/** Expected incremental margin, in ten-thousandths. */
	valueE4: number;
	/** What offers are ranked by: the value, in which the margin counts in full only as far as offers of the product have shown the gain. */
	rank: number;
	/** UTC milliseconds; the window in which the customer is ready. `readyUntil` null: no end. */
	readyFrom: number;
	readyUntil: number | null;
	because: Because;
	/** The product that the reason goes back to; null where the catalogue does not know it. */
	origin: ProductRow | null;
	/** Drawn to learn from, not ranked first. */
	explored: boolean;
}

/** Why nothing is offered. */
export type NothingWhy = 'empty_cart' | 'no_history' | 'unknown_products' | 'no_links' | Never;

export type Recommendation =
	| { ready: 'now'; offers: Offer[] }
	/** Nothing today; the first window opens at `at`. Offers stand in the order in which their windows open. */
	| { ready: 'later'; at: number; offers: Offer[] }
	| { ready: 'nothing'; why: NothingWhy; refused: Partial<Record<Never, number>> };

/**
 * What to offer a customer, and when (intelligence.md, "Readiness moments"). Pure: the same question gets the same answer.
 * Links decide on the day: on one on which the window of a link is open, whatever may be offered is weighed together; else the
 * customer waits for the next window. For whom there is no link, what they are due to buy again and what is likely stand in.
 * @param now UTC milliseconds
 */
export function recommend(index: OfferIndex, subject: OfferSubject, catalogue: Catalogue, { linked, again, likely }: Found, settings: OfferSettings, now: number): Recommendation {
	const today = subject.clock.localDay(now);
	const judging = new Judging(index, subject, catalogue, settings, now);
	const steps = [...betterCandidates(index, subject, catalogue, today), ...newerCandidates(subject, catalogue, today)].filter(({ fromDay }) => fromDay <= today + settings.horizonDays);
	const isOpen = ({ readyFrom }: Offer) => readyFrom <= now;
	const led = judging.judge([...linked, ...steps]);
	const waits = led.length > 0 && !led.some(isOpen);
	const others = waits ? [] : without(led, judging.judge([...again, ...likely]));
	const open = [...led, ...others].filter(isOpen);
	const offers = open.length > 0 ? open : [...led, ...others];
	if (offers.length === 0) return { ready: 'nothing', why: whyNothing(index, subject, catalogue, judging.refused), refused: judging.refused };
	return chosen(offers, judging.typicalMargin(), index, subject, settings, today, now);
}

function without(taken: readonly Offer[], offers: readonly Offer[]): Offer[] {
	const known = new Set(taken.map(({ product }) => product.product_id));
	return offers.filter(({ product }) => !known.has(product.product_id));
}

/** Candidates under the rules, one offer a product. */
class Judging {
	readonly refused: Partial<Record<Never, number>> = {};
	private readonly margins: number[] = [];
	private readonly reach: Reach;

	constructor(
		private readonly index: OfferIndex,
		private readonly subject: OfferSubject,
		private readonly catalogue: Catalogue,
		private readonly settings: OfferSettings,
		private readonly now: number,
	) {
		this.reach = reachOf(subject, catalogue);
	}

	judge(candidates: readonly Candidate[]): Offer[] {
		const best = new Map<string, Offer>();
		for (const candidate of candidates) {
			const offer = this.offerOf(candidate);
			if (typeof offer === 'string') {
				this.refused[offer] = (this.refused[offer] ?? 0) + 1;
				continue;
			}
			const before = best.get(candidate.product);
			if (!before || isBetter(offer, before, this.now)) best.set(candidate.product, offer);
		}
		return [...best.values()];
	}

	typicalMargin(): number {
		return this.margins.sort((a, b) => a - b)[Math.floor(this.margins.length / 2)] ?? 1;
	}

	private offerOf(candidate: Candidate): Offer | Never {
		const { catalogue, subject, index, settings, now } = this;
		const product = catalogue.product(candidate.product);
		if (!product) return 'unknown_product';
		const origin = catalogue.product(candidate.because.product);
		const kind = kindOf(candidate, product, origin);
		const renews = candidate.because.by === 'lifetime' && candidate.product === candidate.because.product;
		const why = neverReason({ product, kind, origin, renews }, subject, this.reach, index, catalogue, settings, now);
		if (why) return why;
		const gain = learnedGain(index, candidate);
		const marginE4 = marginOf(product, kind, origin, subject);
		if (gain <= 0 || (marginE4 !== null && marginE4 <= 0)) return 'no_gain';
		if (marginE4 !== null) this.margins.push(marginE4);
		const window = inRhythm(candidate, subject, subject.clock.localDay(now), now);
		// NaN: valued like the others, once they are known.
		return { product, kind, gain, valueE4: marginE4 === null ? Number.NaN : gain * marginE4, rank: 0, readyFrom: window.from, readyUntil: window.until, because: candidate.because, origin: origin ?? null, explored: false };
	}
}

function chosen(offers: Offer[], typicalE4: number, index: OfferIndex, subject: OfferSubject, settings: OfferSettings, today: number, now: number): Recommendation {
	for (const offer of offers) {
		if (Number.isNaN(offer.valueE4)) offer.valueE4 = offer.gain * typicalE4;
		offer.rank = rankOf(offer, typicalE4, index);
	}
	const most = subject.rhythm?.pattern === 'long_cycle' ? 1 : settings.maxOffers;
	const open = offers.filter(({ readyFrom }) => readyFrom <= now);
	if (open.length > 0) {
		const [first, ...others] = favouritesFirst(open, subject, settings).map(ranked);
		return { ready: 'now', offers: varied([explored(first, subject, settings, today), ...others], most) };
	}
	const later = offers.sort((a, b) => a.readyFrom - b.readyFrom || byRank(a, b));
	return { ready: 'later', at: later[0].readyFrom, offers: later.slice(0, most) };
}

/** Lists of which each comes before the next; none is empty. */
function favouritesFirst(offers: readonly Offer[], { favouriteCategory }: OfferSubject, { favouriteFirst }: OfferSettings): Offer[][] {
	const isFavourite = ({ product }: Offer) => favouriteFirst && favouriteCategory !== null && product.category === favouriteCategory;
	return [offers.filter(isFavourite), offers.filter((offer) => !isFavourite(offer))].filter(({ length }) => length > 0);
}

const byRank = (a: Offer, b: Offer) => b.rank - a.rank || (a.product.product_id < b.product.product_id ? -1 : 1);
const ranked = (offers: Offer[]) => offers.sort(byRank);

/** An open window before one to come, then the higher value. */
function isBetter(one: Offer, before: Offer, now: number): boolean {
	const [open, wasOpen] = [one.readyFrom <= now, before.readyFrom <= now];
	return open === wasOpen ? one.gain > before.gain : open;
}

/** What the links call a link may be a step up, or the next version. */
function kindOf({ because }: Candidate, product: ProductRow, origin: ProductRow | undefined): OfferKind {
	if (because.by === 'tier') return 'upsell';
	if (because.by === 'successor' || because.by === 'lifetime' || product.successor_of === because.product) return 'upgrade';
	const stepsUp = origin !== undefined && origin.family !== null && origin.family === product.family && origin.tier !== null && product.tier !== null && product.tier > origin.tier;
	return stepsUp ? 'upsell' : 'cross-sell';
}

/**
 * For a share of the customers a day, one of the others comes first: drawn by customer and day alone, so that asking again
 * changes nothing.
 */
function explored(offers: Offer[], { key }: OfferSubject, { exploration }: OfferSettings, today: number): Offer[] {
	if (offers.length < 2 || unitHash('explore', key, today) >= exploration) return offers;
	const place = 1 + Math.floor(unitHash('explore which', key, today) * (offers.length - 1));
	return [{ ...offers[place], explored: true }, ...offers.filter((_, other) => other !== place)];
}

function whyNothing(index: OfferIndex, subject: OfferSubject, catalogue: Catalogue, refused: Partial<Record<Never, number>>): NothingWhy {
	// What the marketer left out on purpose says less than what the product or the customer stood in the way of.
	const weight = ([why, count]: [Never, number]) => (why === 'kind_not_wanted' || why === 'category_not_wanted' ? 0 : count);
	const [most] = (Object.entries(refused) as [Never, number][]).sort((a, b) => weight(b) - weight(a) || (a[0] < b[0] ? -1 : 1));
	if (most) return most[0];
	if (subject.cart.length === 0 && subject.owned.size === 0) return 'no_history';
	const known = (id: string) => catalogue.product(id) !== undefined || index.numberOf(id) !== undefined;
	return subject.cart.length > 0 && !subject.cart.some(known) ? 'unknown_products' : 'no_links';
}

