import type { ProductRow } from '../store/plans/ingestPlans';
import { isBoughtAgain } from './offerAgain';
import type { OfferIndex } from './offerIndex';
import type { OfferKind, OfferSettings } from './offerSettings';
import { chosenOf, type Catalogue, type OfferSubject, type Owned } from './offerSubject';

/** Why a product that links lead to is not offered; also why nothing fits, where it is what kept most products back. */
export type Never = 'unknown_product' | 'in_cart' | 'out_of_stock' | 'returned' | 'owned' | 'owns_better' | 'resting' | 'kind_not_wanted' | 'category_not_wanted' | 'no_price' | 'too_dear' | 'other_currency' | 'margin_unknown' | 'margin_too_low' | 'no_gain';

/** Everything that the rules look at besides the product; made once per customer. */
export interface Reach {
	/** The dearest thing chosen or bought, in ten-thousandths; null: unknown, so nothing is too dear. */
	dearestE4: number | null;
	/** Of the chosen products; null: unknown. */
	currency: string | null;
}

/** How far the customer goes: the dearest of the cart, else of everything bought. */
export function reachOf(subject: OfferSubject, catalogue: Catalogue): Reach {
	let dearest = 0;
	let currency: string | null = null;
	for (const id of chosenOf(subject)) {
		const product = catalogue.product(id);
		dearest = Math.max(dearest, product?.price_e4 ?? 0);
		currency ??= product?.currency ?? null;
	}
	if (subject.cart.length === 0) for (const { priceE4 } of subject.owned.values()) dearest = Math.max(dearest, priceE4);
	return { dearestE4: dearest > 0 ? dearest : null, currency };
}

/** A product that is judged: what it is offered as, and what it would take the place of. */
export interface Judged {
	product: ProductRow;
	kind: OfferKind;
	/** The product that leads to it. */
	origin: ProductRow | undefined;
	/** It is to replace what is owned and worn. */
	renews: boolean;
}

/**
 * The rules under which something is never offered (intelligence.md, "Readiness moments"), in the order of how much they say.
 * @param nowMs UTC milliseconds
 * @returns undefined: it may be offered
 */
export function neverReason({ product, kind, origin, renews }: Judged, subject: OfferSubject, reach: Reach, index: OfferIndex, catalogue: Catalogue, settings: OfferSettings, nowMs: number): Never | undefined {
	const id = product.product_id;
	if (subject.cart.includes(id)) return 'in_cart';
	if (product.in_stock === 0) return 'out_of_stock';
	if (subject.returned.has(id)) return 'returned';
	const owned = subject.owned.get(id);
	if (owned && !renews && !mayRepeat(product, owned, index, settings, nowMs)) return 'owned';
	if (kind === 'upsell' && ownsAsGood(product, origin, subject, catalogue)) return 'owns_better';
	if ((subject.restingUntil.get(id) ?? 0) > nowMs) return 'resting';
	if (!settings.kinds.includes(kind)) return 'kind_not_wanted';
	if (settings.categories.length > 0 && !settings.categories.some((one) => one.toLowerCase() === product.category?.toLowerCase())) return 'category_not_wanted';
	return priceReason(product, kind, origin, reach, settings) ?? marginReason(product, settings);
}

function priceReason({ price_e4: price, currency }: ProductRow, kind: OfferKind, origin: ProductRow | undefined, reach: Reach, { priceReach }: OfferSettings): Never | undefined {
	// A step up is compared with what it takes the place of: without both prices nobody knows how far it is.
	if (kind === 'upsell' && (price === null || (origin?.price_e4 ?? null) === null)) return 'no_price';
	if (price === null) return undefined;
	const compared = kind === 'upsell' ? origin : undefined;
	const otherCurrency = compared ? compared.currency : reach.currency;
	if (otherCurrency !== null && currency !== null && otherCurrency !== currency) return 'other_currency';
	const limit = compared ? (compared.price_e4 as number) : reach.dearestE4;
	// A successor costs what it costs: it is for those who have the thing.
	return kind !== 'upgrade' && limit !== null && price > limit * priceReach ? 'too_dear' : undefined;
}

function marginReason({ price_e4: price, margin_e4: margin }: ProductRow, { marginFloor }: OfferSettings): Never | undefined {
	if (margin !== null && margin <= 0) return 'margin_too_low';
	if (marginFloor === 0) return undefined;
	if (margin === null || price === null || price <= 0) return 'margin_unknown';
	return margin < marginFloor * price ? 'margin_too_low' : undefined;
}

/** What buyers or the customer buy again, or what has served its time. */
function mayRepeat(product: ProductRow, bought: Owned, index: OfferIndex, { repeat }: OfferSettings, nowMs: number): boolean {
	if (repeat !== 'learned') return repeat === 'always';
	if (isBoughtAgain(index, product.product_id, bought)) return true;
	return product.lifetime_days !== null && nowMs >= bought.at + product.lifetime_days * 86_400_000;
}

/** Something of the same family and of this tier or a higher one is owned already; what the offer starts from does not count. */
function ownsAsGood(product: ProductRow, origin: ProductRow | undefined, { owned }: OfferSubject, catalogue: Catalogue): boolean {
	if (product.family === null || product.tier === null) return false;
	for (const id of owned.keys()) {
		const one = catalogue.product(id);
		if (one && id !== origin?.product_id && one.family === product.family && one.tier !== null && one.tier >= product.tier) return true;
	}
	return false;
}
