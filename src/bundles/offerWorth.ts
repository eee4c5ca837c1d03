import type { ProductRow } from '../store/plans/ingestPlans';
import { DEFAULT_VALUE_WEIGHT } from './candidates';
import type { Candidate } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import type { OfferKind } from './offerSettings';
import type { OfferSubject } from './offerSubject';
import type { Offer } from './recommend';

/** Assumed share of the price that is margin where none is known. */
const ASSUMED_MARGIN = 0.3;
/** So many made offers weigh as much as what the links say. */
const PRIOR_OFFERS = 20;

/**
 * P(buy | offered) less P(buy anyway): what the links say, moved towards what came of the offers that were made of this
 * product, and of those kept back from control groups, the more of them there are.
 */
export function learnedGain(index: OfferIndex, { product, chance, gain }: Candidate): number {
	const known = index.learnedOf(product);
	if (!known) return gain;
	const anyway = chance - gain;
	const offered = (known.accepted + PRIOR_OFFERS * chance) / (known.offered + PRIOR_OFFERS);
	const held = (known.heldBought + PRIOR_OFFERS * anyway) / (known.held + PRIOR_OFFERS);
	return offered - held;
}

/**
 * A guessed gain that is multiplied by a large margin is mostly a large error: on time splits of real shops the full margin brings
 * no more revenue, and fewer hits ({@link DEFAULT_VALUE_WEIGHT}). The more offers of the product were made, the less is guessed.
 */
export function rankOf({ product, gain, valueE4 }: Offer, typicalE4: number, index: OfferIndex): number {
	const offered = index.learnedOf(product.product_id)?.offered ?? 0;
	const weight = (offered + PRIOR_OFFERS * DEFAULT_VALUE_WEIGHT) / (offered + PRIOR_OFFERS);
	return gain * (valueE4 / gain / typicalE4) ** weight;
}

/** A step up in the cart earns what it earns more. null: unknown */
export function marginOf(product: ProductRow, kind: OfferKind, origin: ProductRow | undefined, subject: OfferSubject): number | null {
	const margin = assumedMargin(product);
	if (kind !== 'upsell' || margin === null || !origin || !subject.cart.includes(origin.product_id)) return margin;
	return margin - (assumedMargin(origin) ?? 0);
}

function assumedMargin({ margin_e4: margin, price_e4: price }: ProductRow): number | null {
	return margin ?? (price === null ? null : price * ASSUMED_MARGIN);
}
