import { z } from 'zod/v4';

/** How a customer's worth is counted. */
export const worthSettings = z.strictObject({
	/** What the money of next year is worth less than today's: 0.1 is 10 % a year. */
	discountRate: z.number().min(0).max(1),
	/** How far ahead orders count into the lifetime value, in days. */
	horizonDays: z.number().int().min(30).max(3_650),
	/** Margin as a share of revenue, above 0 up to 1; null: it is not known, and all figures are revenue. */
	marginShare: z.number().positive().max(1).nullable(),
});

export type WorthSettings = z.output<typeof worthSettings>;
