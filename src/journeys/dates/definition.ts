import { z } from 'zod/v4';

const DATE_SUBJECTS = ['customer', 'subscription', 'order', 'moment', 'owned', 'nextPurchase', 'nextGoods'] as const;
export type DateSubject = (typeof DATE_SUBJECTS)[number];

/** A year at most where the date comes every year, ten where it comes once. */
const MOST_DAYS = 3650;

/** When a date comes near enough to start a journey. */
export const dateEntry = z.strictObject({
	of: z.enum(DATE_SUBJECTS),
	/** customer: `birthDate`, `createdAt`, or an attribute; subscription: `expiresAt`, `startsAt`, or an attribute; order: `orderedAt`;
	 * moment (what follows an order, see moments.ts): `product:ID`, `category:NAME`, `any`;
	 * owned (when it is time for a new one of what was bought, see owned.ts): `upgrade`, `successor`, `lifetime`, with `:product:ID` or `:category:NAME`;
	 * nextPurchase (when the customer is expected to order, see subjects.ts): `predicted`;
	 * nextGoods (when the customer is expected to buy something again, see nextGoods.ts): `product:ID`, `category:NAME`, `each` (each product) */
	field: z.string().trim().min(1).max(200),
	/** days from the date: -30 is 30 days before, 1 the day after; each is an entry of its own */
	offsets: z.array(z.number().int().min(-MOST_DAYS).max(MOST_DAYS)).min(1).max(20),
	/** local time of the customer */
	time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write the time as HH:MM, 00:00 to 23:59').default('10:00'),
	/** The day and month count, not the year: birthdays. */
	yearly: z.boolean().default(false),
	/** Where 29 February does not exist. */
	leapDay: z.enum(['feb28', 'mar1']).default('feb28'),
	/** What becomes of a customer who is on the journey because of a date that is not so any more (J49). */
	onChange: z.enum(['leave', 'stay']).default('leave'),
	/** Those too whose moment came near before the journey was published, as long as the date itself is ahead. No default: it would be another definition. */
	alreadyInside: z.boolean().optional(),
});
export type DateEntry = z.output<typeof dateEntry>;

/** Event type of such an entry; it is no event that anybody sends. */
export const DATE_NEAR = 'date_near';
