import type { OfferIndex, RepeatWindow } from './offerIndex';
import type { Owned } from './offerSubject';

/** So many own gaps weigh as much as what other buyers of the product take. */
const PRIOR_GAPS = 3;
/** The middle half of own gaps where no other buyer tells, around their mean. */
const SPREAD = [0.75, 1.25] as const;

/** Whether the customer buys it again: its buyers do, or the customer has. */
export function isBoughtAgain(index: OfferIndex, product: string, { firstDay, day }: Owned): boolean {
	return index.repeatOf(product) !== undefined || day > firstDay;
}

/**
 * When the customer is due to buy it again, in days after the last time: the window of its buyers, drawn to the customer's own
 * pace the more gaps there are.
 * @returns undefined: neither its buyers nor the customer have bought it twice
 */
export function againAfter(index: OfferIndex, product: string, owned: Owned): RepeatWindow | undefined {
	const buyers = index.repeatOf(product);
	const gaps = owned.day > owned.firstDay ? Math.max(1, owned.times - 1) : 0;
	const own = gaps === 0 ? undefined : (owned.day - owned.firstDay) / gaps;
	if (!buyers) return own === undefined ? undefined : { p25: Math.floor(own * SPREAD[0]), p75: Math.ceil(own * SPREAD[1]) };
	if (own === undefined) return buyers;
	const usual = Math.sqrt(Math.max(1, buyers.p25) * Math.max(1, buyers.p75));
	const pace = (own / usual) ** (gaps / (gaps + PRIOR_GAPS));
	return { p25: Math.floor(buyers.p25 * pace), p75: Math.ceil(buyers.p75 * pace) };
}
