import { unitHash } from '../core/hash';
import type { ProductRow } from '../store/plans/ingestPlans';
import { neverReason, reachOf, type Never, type Reach } from './neverOffer';
import type { Because, Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import type { OfferKind, OfferSettings } from './offerSettings';
import { betterCandidates, newerCandidates } from './offerSteps';
import type { Catalogue, OfferSubject } from './offerSubject';
import { inRhythm } from './offerRhythm';

/** One offer, ready to be shown. */
export interface Offer {
	product: ProductRow;
	kind: OfferKind;
	/** What the offer adds to the probability that the customer buys: P(buy | offered) less P(buy anyway). */
	gain: number;
	/** Expected incremental margin, in ten-thousandths; what offers are ranked by. */
	valueE4: number;
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

/** Assumed share of the price that is margin where none is known. */
const ASSUMED_MARGIN = 0.3;
/** So many made offers weigh as much as what the links say. */
const PRIOR_OFFERS = 20;
/** Each further offer of one category counts for so much of its value, so that a letter shows different things. */
const SAME_CATEGORY = 0.5;

/** What may be offered, before anything is known of the products. */
export interface Found {
	/** What stable links lead to ({@link linkedCandidates}). */
	linked: readonly Candidate[];
	/** What is likely where no link speaks ({@link likelyCandidates}). */
	likely: readonly Candidate[];
}

/**
 * What to offer a customer, and when (intelligence.md, "Readiness moments"). Pure: the same question gets the same answer.
 * What is merely likely stands in for links: it comes after them, and makes nobody who will be ready for one skip the wait.
 * @param now UTC milliseconds
 */
export function recommend(index: OfferIndex, subject: OfferSubject, catalogue: Catalogue, { linked, likely }: Found, settings: OfferSettings, now: number): Recommendation {
	const today = subject.clock.localDay(now);
	const judging = new Judging(index, subject, catalogue, settings, now);
	const steps = [...betterCandidates(index, subject, catalogue, today), ...newerCandidates(subject, catalogue, today)].filter(({ fromDay }) => fromDay <= today + settings.horizonDays);
	const best = judging.judge([...linked, ...steps]);
	const open = best.filter(({ readyFrom }) => readyFrom <= now);
	const known = new Set(best.map(({ product }) => product.product_id));
	const more = open.length > 0 || best.length === 0 ? judging.judge(likely.filter(({ product }) => !known.has(product))) : [];
	const [offers, rest] = open.length > 0 ? [open, more] : best.length > 0 ? [best, []] : [more, []];
	if (offers.length === 0) return { ready: 'nothing', why: whyNothing(index, subject, catalogue, judging.refused), refused: judging.refused };
	return chosen(offers, rest, judging.typicalMargin(), subject, settings, today, now);
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
		return { product, kind, gain, valueE4: marginE4 === null ? Number.NaN : gain * marginE4, readyFrom: window.from, readyUntil: window.until, because: candidate.because, origin: origin ?? null, explored: false };
	}
}

function chosen(offers: Offer[], rest: Offer[], typicalE4: number, subject: OfferSubject, settings: OfferSettings, today: number, now: number): Recommendation {
	for (const offer of [...offers, ...rest]) if (Number.isNaN(offer.valueE4)) offer.valueE4 = offer.gain * typicalE4;
	const most = subject.rhythm?.pattern === 'long_cycle' ? 1 : settings.maxOffers;
	const open = offers.filter(({ readyFrom }) => readyFrom <= now);
	if (open.length > 0) {
		const [first, ...others] = favouritesFirst([open, rest], subject, settings).map(ranked);
		return { ready: 'now', offers: varied([explored(first, subject, settings, today), ...others], most) };
	}
	const later = offers.sort((a, b) => a.readyFrom - b.readyFrom || byValue(a, b));
	return { ready: 'later', at: later[0].readyFrom, offers: later.slice(0, most) };
}

/** None of the lists is empty. */
function favouritesFirst(lists: readonly Offer[][], { favouriteCategory }: OfferSubject, { favouriteFirst }: OfferSettings): Offer[][] {
	const isFavourite = ({ product }: Offer) => favouriteFirst && favouriteCategory !== null && product.category === favouriteCategory;
	return [...lists.map((list) => list.filter(isFavourite)), ...lists.map((list) => list.filter((offer) => !isFavourite(offer)))].filter(({ length }) => length > 0);
}

const byValue = (a: Offer, b: Offer) => b.valueE4 - a.valueE4 || (a.product.product_id < b.product.product_id ? -1 : 1);
const ranked = (offers: Offer[]) => offers.sort(byValue);

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
 * P(buy | offered) less P(buy anyway): what the links say, moved towards what came of the offers that were made of this
 * product, and of those kept back from control groups, the more of them there are.
 */
function learnedGain(index: OfferIndex, { product, chance, gain }: Candidate): number {
	const known = index.learnedOf(product);
	if (!known) return gain;
	const anyway = chance - gain;
	const offered = (known.accepted + PRIOR_OFFERS * chance) / (known.offered + PRIOR_OFFERS);
	const held = (known.heldBought + PRIOR_OFFERS * anyway) / (known.held + PRIOR_OFFERS);
	return offered - held;
}

/** A step up in the cart earns what it earns more. null: unknown */
function marginOf(product: ProductRow, kind: OfferKind, origin: ProductRow | undefined, subject: OfferSubject): number | null {
	const margin = assumedMargin(product);
	if (kind !== 'upsell' || margin === null || !origin || !subject.cart.includes(origin.product_id)) return margin;
	return margin - (assumedMargin(origin) ?? 0);
}

function assumedMargin({ margin_e4: margin, price_e4: price }: ProductRow): number | null {
	return margin ?? (price === null ? null : price * ASSUMED_MARGIN);
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

/** List after list: one of a family, and of a category only as long as it is worth more than what is different. */
function varied(lists: readonly (readonly Offer[])[], most: number): Offer[] {
	const variety = new Variety();
	const taken: Offer[] = [];
	for (const list of lists) {
		const left = [...list];
		while (taken.length < most && left.length > 0) {
			// What was drawn to learn from stands first whatever it is worth.
			const place = taken.length === 0 && left[0].explored ? 0 : variety.best(left);
			const [next] = left.splice(place, 1);
			if (variety.take(next)) taken.push(next);
		}
	}
	return taken;
}

/** What an answer holds already. */
class Variety {
	private readonly categories = new Map<string, number>();
	private readonly families = new Set<string>();

	best(offers: readonly Offer[]): number {
		let best = 0;
		for (let place = 1; place < offers.length; place++) if (this.worth(offers[place]) > this.worth(offers[best])) best = place;
		return best;
	}

	/** @returns false: something of its family is there */
	take({ product: { category, family } }: Offer): boolean {
		if (family !== null && this.families.has(family)) return false;
		if (family !== null) this.families.add(family);
		if (category !== null) this.categories.set(category, (this.categories.get(category) ?? 0) + 1);
		return true;
	}

	private worth({ product: { category }, valueE4 }: Offer): number {
		return valueE4 * SAME_CATEGORY ** (category === null ? 0 : (this.categories.get(category) ?? 0));
	}
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

