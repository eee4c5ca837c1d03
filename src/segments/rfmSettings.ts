import { z } from 'zod/v4';
import type { Cuts } from './rfmCuts';
import { RFM_GROUPS, type RfmMap } from './rfmGroups';

const ascending = (cuts: readonly number[]) => cuts.every((cut, place) => place === 0 || cut > cuts[place - 1]);
const cuts = (value: z.ZodNumber) => z.tuple([value, value, value, value]).refine(ascending, { error: 'let the four values ascend, each above the one before' }) as z.ZodType<Cuts>;
const field = z.enum(RFM_GROUPS);
const row = z.tuple([field, field, field, field, field]);

/**
 * How customers get their scores: by fifths of the shop's own customers, by five equal parts of the range, or by fixed
 * values. Fewer than 100 buyers are scored by fixed values whatever is wanted: a fifth of forty says nothing.
 */
export const rfmSettings = z.strictObject({
	/** Orders of this many months count for frequency and revenue. */
	windowMonths: z.number().int().min(1).max(120),
	method: z.enum(['quintiles', 'equalWidth', 'thresholds']),
	thresholds: z.strictObject({
		/** At most this many days since the last order: score 5, 4, 3, 2; more: 1. */
		recencyDays: cuts(z.number().int().min(0).max(36_500)),
		/** At most this many orders: score 1, 2, 3, 4; more: 5. */
		orders: cuts(z.number().int().min(0).max(1_000_000)),
		/** The same for revenue, in ten-thousandths; null: 1, 2, 4 and 10 times the mean worth of an order here. */
		revenueE4: cuts(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)).nullable(),
	}),
	/** The group for R (first index, R - 1) and for (F + M) / 2 rounded (second index, minus 1). */
	map: z.tuple([row, row, row, row, row]) as z.ZodType<RfmMap>,
});

export type RfmSettings = z.output<typeof rfmSettings>;
