import type { Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import { chosenOf, type Catalogue, type OfferSubject } from './offerSubject';

/**
 * What is assumed of offers that no link speaks for, until enough were made to know better: shares of the customers who
 * take one, and the part of them who would not have bought it anyway.
 */
const ASSUMED = { tier: { chance: 0.05, gain: 0.03 }, successor: { chance: 0.1, gain: 0.06 }, lifetime: { chance: 0.15, gain: 0.08 } } as const;

/** Something better than what was bought is no news right after it was bought. */
const SETTLE_DAYS = 30;
const CART_DAYS = 3;
/** A product nears its end from here on; share of its lifetime. */
export const NEARING = 0.9;
const OVER = 1.25;

/** A better product of the same family than what was chosen (upsell): for a cart now, else when the product is bought anew. */
export function betterCandidates(index: OfferIndex, subject: OfferSubject, catalogue: Catalogue, today: number): Candidate[] {
	const inCart = subject.cart.length > 0;
	return chosenOf(subject).flatMap((id) => {
		const chosen = catalogue.product(id);
		if (!chosen || chosen.family === null || chosen.tier === null) return [];
		const tier = chosen.tier;
		const day = inCart ? null : (subject.owned.get(id)?.day ?? null);
		const repeat = index.repeatOf(id);
		const [fromDay, untilDay] = day === null ? [today, today + CART_DAYS] : repeat ? [day + repeat.p25, day + repeat.p75] : [day + SETTLE_DAYS, Number.MAX_SAFE_INTEGER];
		if (untilDay < today) return [];
		return catalogue
			.family(chosen.family)
			.filter((one) => one.tier !== null && one.tier > tier)
			.map(({ product_id: product }) => ({ product, ...ASSUMED.tier, fromDay, untilDay, because: { by: 'tier' as const, product: id, day } }));
	});
}

/** The successor of what is owned, or a new one where the owned one nears the end of its life (upgrade). */
export function newerCandidates(subject: OfferSubject, catalogue: Catalogue, today: number): Candidate[] {
	return [...subject.owned].flatMap(([id, { day }]) => {
		const successors = catalogue.successors(id);
		const lifetime = catalogue.product(id)?.lifetime_days ?? null;
		const [fromDay, untilDay] = lifetime === null || lifetime <= 0 ? [today, Number.MAX_SAFE_INTEGER] : [day + Math.floor(lifetime * NEARING), day + Math.ceil(lifetime * OVER)];
		const came = successors.map(({ product_id: product }): Candidate => ({ product, ...ASSUMED.successor, fromDay: today, untilDay: Number.MAX_SAFE_INTEGER, because: { by: 'successor', product: id, day } }));
		if (lifetime === null || lifetime <= 0 || untilDay < today) return came;
		// A successor is better news than the same again, and both are: the old one wears out.
		const next = successors.length > 0 ? successors.map(({ product_id }) => product_id) : [id];
		const worn = next.map((product): Candidate => ({ product, ...ASSUMED.lifetime, fromDay, untilDay, because: { by: 'lifetime', product: id, day } }));
		return fromDay <= today ? worn : [...came, ...worn];
	});
}

/** What must be loaded to find these: families of the chosen, successors of the owned. */
export function stepsWanted(subject: OfferSubject, product: (id: string) => { family: string | null } | undefined): { families: string[]; owned: string[] } {
	return { families: chosenOf(subject).flatMap((id) => product(id)?.family ?? []), owned: [...subject.owned.keys()] };
}
