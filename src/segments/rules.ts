import { z } from 'zod/v4';
import { toAmountE4 } from '../core/money';
import { condition } from '../journeys/conditions';

/** Groups within groups, at most. */
const DEEPEST = 6;
/** Conditions in all groups together, at most. */
const MOST_CONDITIONS = 200;
/** Ten years. */
const MOST_DAYS = 3_660;

/** A text that both databases can hold; in a statement it is always a value, never a part of it. */
const text = (most = 200) => z.string().trim().min(1).max(most).refine((value) => !/[\0\p{Cs}]/u.test(value), 'holds a character that cannot be stored');
const texts = z.array(text()).max(500);
const days = z.number().int().min(1).max(MOST_DAYS);
const calendarDay = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'write the day as 2026-11-21');

/** When something was done. Days are 24 hours each, counted back from the instant that is asked about. */
const period = z
	.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('ever') }),
		z.strictObject({ kind: z.literal('inTheLast'), days }),
		/** More than `days` ago. */
		z.strictObject({ kind: z.literal('longerAgo'), days }),
		/** Whole days in the shop's zone, both included. */
		z.strictObject({ kind: z.literal('between'), from: calendarDay, to: calendarDay }),
	])
	.default({ kind: 'ever' });
export type Period = z.output<typeof period>;

const COMPARISONS = ['atLeast', 'atMost', 'exactly', 'moreThan', 'lessThan'] as const;
const comparison = z.strictObject({ is: z.enum(COMPARISONS), value: z.number().min(-1e12).max(1e12) });
export type Comparison = z.output<typeof comparison>;

/** What was bought: any of the products (id or name) or of the categories; without both, anything. */
const goods = { products: texts.default([]), categories: texts.default([]) };

const MEASURES = ['orders', 'pieces', 'amount', 'average'] as const;

/** Words that a customer is labelled with. */
const LABELS = ['stage', 'rfmGroup', 'rhythm', 'valueTier', 'priceTier', 'favouriteCategory', 'bestChannel'] as const;
export type Label = (typeof LABELS)[number];

/** Numbers that are known of a customer. Probabilities are 0 to 1, money is in units of the shop's currency. */
const NUMBERS = ['recency', 'frequency', 'monetary', 'orders', 'revenue', 'expectedGapDays', 'pAlive', 'noReturn', 'expectedOrders', 'lifetimeValue', 'margin', 'engagement', 'bestHour', 'views'] as const;
export type NumberName = (typeof NUMBERS)[number];

const leaf = z.discriminatedUnion('about', [
	/** A field of the profile, as conditions of journeys look at it: `country`, `vip`, `attributes.size` ... */
	condition.extend({ about: z.literal('profile'), field: text() }),
	/** A date in the profile: `createdAt`, `birthDate`, or an attribute. `anniversary`: the next time its day comes round is within `days`. */
	z.strictObject({ about: z.literal('date'), field: text(), is: z.enum(['inTheLast', 'longerAgo', 'inTheNext', 'anniversary']), days }),
	/** How much was bought. Cancelled orders are none; `amount` and `average` are net of what was given back, in the shop's main currency. */
	z.strictObject({ about: z.literal('bought'), measure: z.enum(MEASURES).default('orders'), compare: comparison.default({ is: 'atLeast', value: 1 }), period, ...goods }),
	/** When the first or the last order was; who has none is not in. */
	z.strictObject({ about: z.literal('order'), which: z.enum(['first', 'last']), is: z.enum(['inTheLast', 'longerAgo']), days, ...goods }),
	/** How often something happened, such as `message_opened`. */
	z.strictObject({ about: z.literal('did'), eventType: text(), compare: comparison.default({ is: 'atLeast', value: 1 }), period, filter: z.array(condition).max(20).default([]) }),
	/** When it happened first or last; for whom it never did is not in. */
	z.strictObject({ about: z.literal('event'), eventType: text(), which: z.enum(['first', 'last']), is: z.enum(['inTheLast', 'longerAgo']), days, filter: z.array(condition).max(20).default([]) }),
	z.strictObject({ about: z.literal('label'), label: z.enum(LABELS), oneOf: texts.min(1), not: z.boolean().default(false) }),
	z.strictObject({ about: z.literal('number'), number: z.enum(NUMBERS), compare: comparison }),
	z.strictObject({ about: z.literal('vip'), is: z.boolean() }),
	/** Whether a message of this purpose may go out on this channel (contact-policy.md section 7). */
	z.strictObject({ about: z.literal('consent'), channel: text(40), purpose: text(40).default('marketing'), given: z.boolean().default(true) }),
	/** In another saved segment, or outside of it. */
	z.strictObject({ about: z.literal('segment'), name: text(), inside: z.boolean().default(true) }),
]);
export type Leaf = z.output<typeof leaf>;

const MATCHES = ['all', 'any', 'none'] as const;

/** `all` of no rules is everybody. */
export interface Group {
	match: (typeof MATCHES)[number];
	rules: Rule[];
}
export type Rule = Leaf | Group;

const group: z.ZodType<Group> = z.lazy(() => z.strictObject({ match: z.enum(MATCHES), rules: z.array(z.union([group, leaf])).max(MOST_CONDITIONS) }));

/** Who is in a segment (docs/segments.md). */
export const segmentRules = group.superRefine((rules, context) => {
	const { depth, conditions, empty } = sizeOf(rules, 1);
	if (depth > DEEPEST) context.addIssue({ code: 'custom', message: `are nested deeper than ${DEEPEST} groups: save the inner ones as segments and refer to them` });
	if (conditions > MOST_CONDITIONS) context.addIssue({ code: 'custom', message: `are more than ${MOST_CONDITIONS} conditions: save some as segments and refer to them` });
	if (empty) context.addIssue({ code: 'custom', message: 'hold a group without conditions' });
	for (const one of leavesOf(rules)) {
		if (one.about === 'bought' && (one.measure === 'amount' || one.measure === 'average') && toAmountE4(one.compare.value) === undefined) context.addIssue({ code: 'custom', message: 'hold an amount that is too large' });
		if ('period' in one && one.period.kind === 'between' && one.period.from > one.period.to) context.addIssue({ code: 'custom', message: 'hold a period that ends before it begins' });
	}
});
export type SegmentRules = z.output<typeof segmentRules>;

/** The first thing that is wrong with rules, and where: a union alone would say no more than that nothing fits. */
export function problemOf(rules: unknown, path: readonly (string | number)[] = []): { path: readonly (string | number)[]; message: string } | undefined {
	const here = typeof rules === 'object' && rules !== null ? (rules as Partial<Group>) : {};
	if ('match' in here && Array.isArray(here.rules)) {
		if (!MATCHES.some((one) => one === here.match)) return { path: [...path, 'match'], message: `is none of ${MATCHES.join(', ')}` };
		for (const [place, rule] of here.rules.entries()) {
			const problem = problemOf(rule, [...path, 'rules', place]);
			if (problem) return problem;
		}
		return undefined;
	}
	if (path.length === 0) return { path, message: 'hold neither "match" nor "rules"' };
	const [issue] = leaf.safeParse(rules).error?.issues ?? [];
	return issue && { path: [...path, ...issue.path.map((one) => (typeof one === 'number' ? one : String(one)))], message: issue.message };
}

export const SEGMENT_NAME = text(100);

export const isGroup = (rule: Rule): rule is Group => 'match' in rule;

export function leavesOf(rule: Rule): Leaf[] {
	return isGroup(rule) ? rule.rules.flatMap(leavesOf) : [rule];
}

/** Names of the segments that the rules refer to themselves, each once. */
export function segmentsNamed(rules: Group): string[] {
	return [...new Set(leavesOf(rules).flatMap((one) => (one.about === 'segment' ? [one.name] : [])))];
}

function sizeOf(rule: Rule, depth: number): { depth: number; conditions: number; empty: boolean } {
	if (!isGroup(rule)) return { depth: depth - 1, conditions: 1, empty: false };
	const inner = rule.rules.map((one) => sizeOf(one, depth + 1));
	return {
		depth: Math.max(depth, ...inner.map((one) => one.depth)),
		conditions: inner.reduce((sum, one) => sum + one.conditions, 0),
		empty: (rule.rules.length === 0 && (depth > 1 || rule.match !== 'all')) || inner.some((one) => one.empty),
	};
}
