import { z } from 'zod/v4';

export const nextPurchaseSettings = z.strictObject({
	/** Who does not order within so many days is not expected back; twice the customer's own gap where that is longer. */
	horizonDays: z.number().int().min(30).max(3_650),
});

export type NextPurchaseSettings = z.output<typeof nextPurchaseSettings>;
