import { z } from 'zod/v4';

const ratio = z.number().positive().max(100);
const days = z.number().positive().max(36_500);

/** How a shop cuts the time since the last order into stages. */
export const lifecycleSettings = z
	.strictObject({
		/** By each customer's own gap, or by the same days for all. */
		by: z.enum(['gap', 'days']).default('gap'),
		/** In expected gaps since the last order. */
		due: ratio.default(1),
		dormant: ratio.default(1.5),
		churned: ratio.default(3),
		/** Days since the last order, where they are the same for all. */
		dueDays: days.default(30),
		dormantDays: days.default(60),
		churnedDays: days.default(180),
		/** A change that time alone makes is told after it has held so many days. */
		holdDays: z.number().min(0).max(90).default(3),
		/** Customers who are VIP: those with the highest margin of twelve months. */
		vipShare: z.number().min(0).max(1).default(0.1),
	})
	.refine(({ due, dormant, churned }) => due <= dormant && dormant <= churned, { error: 'Due comes before dormant, and dormant before churned: let the three numbers ascend' })
	.refine(({ dueDays, dormantDays, churnedDays }) => dueDays <= dormantDays && dormantDays <= churnedDays, { error: 'Due comes before dormant, and dormant before churned: let the three numbers of days ascend' });

export type LifecycleSettings = z.output<typeof lifecycleSettings>;
export type CutOffs = Pick<LifecycleSettings, 'by' | 'due' | 'dormant' | 'churned' | 'dueDays' | 'dormantDays' | 'churnedDays'>;
export const LIFECYCLE_DEFAULTS: LifecycleSettings = lifecycleSettings.parse({});
