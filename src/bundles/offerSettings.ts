import { z } from 'zod/v4';
import { readRecord } from '../ingest/problems';

export const OFFER_KINDS = ['cross-sell', 'upsell', 'upgrade'] as const;
export type OfferKind = (typeof OFFER_KINDS)[number];

const share = z.number('must be a number').min(0, 'must be 0 to 1').max(1, 'must be 0 to 1');
const days = z.number('must be a number').int('must be whole days').min(0, 'must be 0 or more').max(3650, 'must be at most 3650');

/** What a marketer decides about offers. */
export const offerForm = z.strictObject({
	kinds: z.array(z.enum(OFFER_KINDS)).min(1, 'is empty: choose at least one kind of offer').default([...OFFER_KINDS]),
	maxOffers: z.number('must be a number').int('must be a whole number').min(1, 'must be 1 to 20').max(20, 'must be 1 to 20').default(3),
	/** An offer costs at most so many times the dearest thing that was chosen. */
	priceReach: z.number('must be a number').gt(0, 'must be more than 0').max(1000, 'must be at most 1000').default(1.4),
	/** Share of the price that must be margin. 0: no floor; above it, a product of unknown margin is not offered. */
	marginFloor: share.default(0),
	/** What was offered, or declined, is not offered again for so long. */
	notAgainDays: days.default(60),
	/** An order of the product within this time accepts an offer; after it, silence has declined it. */
	respondDays: days.min(1, 'must be 1 or more').default(14),
	/** A window that opens later than this is nothing to wait for. */
	horizonDays: days.default(120),
	/** Share of the customers a day who get something else than what ranks first, so that the ranking can be wrong and learn. */
	exploration: share.max(0.5, 'must be 0 to 0.5').default(0.05),
	/** Owned products may be offered again: those that buyers do buy again, always, never. */
	repeat: z.enum(['learned', 'always', 'never']).default('learned'),
	/** Only products of these categories; empty: all. */
	categories: z.array(z.string().trim().min(1)).max(100).default([]),
	/** Products of the category that stands out in what the customer buys come before all others. */
	favouriteFirst: z.boolean().default(false),
});
export type OfferSettings = z.output<typeof offerForm>;

/** @throws JourneyError bad_input naming the field */
export function readOfferSettings(raw: unknown): OfferSettings {
	return readRecord(offerForm, raw, 'The offer');
}
