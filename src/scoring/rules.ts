import { z } from 'zod/v4';
import { condition } from '../journeys/conditions';

/** Raised when a lead's points cross a threshold; it can give no points itself. */
export const LEAD_SCORE_CROSSED = 'lead_score_crossed';

const MOST_POINTS = 10_000;
const points = z.number().min(-MOST_POINTS).max(MOST_POINTS);
const label = z.string().trim().max(100).default('');

/** What a lead does. */
const leadAction = z.strictObject({
	/** In a marketer's words, for the reasons; empty: made of the event type. */
	label,
	eventType: z.string().trim().min(1).max(200).refine((type) => type !== LEAD_SCORE_CROSSED, `"${LEAD_SCORE_CROSSED}" is what the score itself tells and cannot give points`),
	/** On the fields of the event; all must hold. */
	filter: z.array(condition).default([]),
	/** Below 0: a bad sign. */
	points,
	/** After so many days an action is worth half; null: it stays. */
	halfLifeDays: z.number().positive().max(36_500).nullable().default(null),
	/** All such actions together count for so many points at most, in either direction; null: no limit. */
	most: z.number().positive().max(1_000_000).nullable().default(null),
});
export type LeadAction = z.output<typeof leadAction>;

/** Who a lead is. */
const leadFact = z.strictObject({
	label,
	/** On the customer: email, phone, country, stage, attributes.job_title ...; all must hold. */
	conditions: z.array(condition).min(1),
	points,
});

/** How a shop scores its leads (intelligence.md, "Lead score"). */
export const leadRules = z
	.strictObject({
		actions: z.array(leadAction).max(100).default([]),
		facts: z.array(leadFact).max(100).default([]),
		/** From so many points on a lead is worth marketing's time (MQL): warm. */
		mql: z.number().min(-MOST_POINTS).max(1_000_000),
		/** From so many points on a lead is worth a salesperson's time (SQL): hot. */
		sql: z.number().min(-MOST_POINTS).max(1_000_000),
	})
	.refine(({ actions, facts }) => actions.length + facts.length > 0, { message: 'add an action or a fact that gives points', path: ['actions'] })
	.refine(({ mql, sql }) => sql > mql, { message: 'it must be above where warm begins (MQL)', path: ['sql'] });
export type LeadRules = z.output<typeof leadRules>;

/** The score that is meant where none is named. */
export const DEFAULT_SCORE = 'default';

/** What a store starts with: the events of the shop connectors and of message results. */
export const DEFAULT_RULES: LeadRules = leadRules.parse({
	actions: [
		{ label: 'Opened a message', eventType: 'message_opened', points: 2, halfLifeDays: 30, most: 10 },
		{ label: 'Clicked in a message', eventType: 'message_clicked', points: 8, halfLifeDays: 30, most: 24 },
		{ label: 'Viewed a page or product', eventType: 'product_viewed', points: 2, halfLifeDays: 14, most: 14 },
		{ label: 'Filled a cart', eventType: 'cart_updated', points: 10, halfLifeDays: 14, most: 20 },
		{ label: 'Signed up', eventType: 'signed_up', points: 15, halfLifeDays: 90, most: 15 },
		{ label: 'Asked for an offer or a demo', eventType: 'demo_requested', points: 40, halfLifeDays: 60, most: 40 },
		{ label: 'Unsubscribed', eventType: 'message_unsubscribed', points: -30, halfLifeDays: 180, most: 30 },
		{ label: 'Complained', eventType: 'message_complained', points: -50, halfLifeDays: 365, most: 50 },
	],
	facts: [
		{ label: 'Phone is known', conditions: [{ field: 'phone', operator: 'exists' }], points: 5 },
		{ label: 'Name is known', conditions: [{ field: 'lastName', operator: 'exists' }], points: 3 },
	],
	mql: 25,
	sql: 50,
});
