import type { Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import type { OfferSubject } from './offerSubject';

/** Looked at closely, for each offer that is wanted: the rules take some out. */
const MOST_AN_OFFER = 4;
/** An offer that no gap times stands for so long. */
const OPEN_DAYS = 14;

/**
 * What the customer is likely to buy next by everything bought so far, as the shop's own past teaches it (candidates.ts), for
 * those whom no stable link speaks for. Only what a product of theirs leads to: what is merely popular is bought anyway.
 * @param today local day @param wanted offers, at most @returns the largest gain first
 */
export function likelyCandidates(index: OfferIndex, subject: OfferSubject, today: number, wanted: number): Candidate[] {
	const { scorer } = index;
	if (!scorer) return [];
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
	if (entries.length === 0) return [];
	entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	const history = { products: Uint32Array.from(entries, ([product]) => product), days: Int32Array.from(entries, ([, day]) => day) };
	const names = scorer.model.products;
	return scorer
		.likely(history, today, { limit: wanted * MOST_AN_OFFER, allowed: (_, times) => times === 0 })
		.flatMap(({ product, probability, anyway, because }): Candidate[] => {
			if (because === undefined || probability <= anyway) return [];
			const from = names[because];
			return [{ product: names[product], chance: probability, gain: probability - anyway, fromDay: today, untilDay: today + OPEN_DAYS, because: { by: 'likely', product: from, day: subject.cart.includes(from) ? null : (subject.owned.get(from)?.day ?? null) } }];
		})
		.sort((a, b) => b.gain - a.gain || (a.product < b.product ? -1 : 1));
}
