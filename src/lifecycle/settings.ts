import { z } from 'zod/v4';
import { LIFECYCLE_DEFAULTS } from './defaults';

const ratio = z.number().positive().max(100);
const days = z.number().positive().max(36_500);

/** How a shop cuts the time since the last order into stages. */
export const lifecycleSettings = z
	.strictObject({
		/** By each customer's own gap, or by the same days for all. */
		by: z.enum(['gap', 'days']).default(LIFECYCLE_DEFAULTS.by),
		/** In expected gaps since the last order. */
		due: ratio.default(LIFECYCLE_DEFAULTS.due),
		dormant: ratio.default(LIFECYCLE_DEFAULTS.dormant),
		churned: ratio.default(LIFECYCLE_DEFAULTS.churned),
		/** Days since the last order, where they are the same for all. */
		dueDays: days.default(LIFECYCLE_DEFAULTS.dueDays),
		dormantDays: days.default(LIFECYCLE_DEFAULTS.dormantDays),
		churnedDays: days.default(LIFECYCLE_DEFAULTS.churnedDays),
		/** A change that time alone makes is told after it has held so many days. */
		holdDays: z.number().min(0).max(90).default(LIFECYCLE_DEFAULTS.holdDays),
		/** Customers who are VIP: those with the highest margin of twelve months. */
		vipShare: z.number().min(0).max(1).default(LIFECYCLE_DEFAULTS.vipShare),
	})
	.refine(({ due, dormant, churned }) => due <= dormant && dormant <= churned, { error: 'Due comes before dormant, and dormant before churned: let the three numbers ascend' })
	.refine(({ dueDays, dormantDays, churnedDays }) => dueDays <= dormantDays && dormantDays <= churnedDays, { error: 'Due comes before dormant, and dormant before churned: let the three numbers of days ascend' });

export type LifecycleSettings = z.output<typeof lifecycleSettings>;
export type CutOffs = Pick<LifecycleSettings, 'by' | 'due' | 'dormant' | 'churned' | 'dueDays' | 'dormantDays' | 'churnedDays'>;
