import { z } from 'zod/v4';
import { readyRule } from '../bundles/readiness';
import { condition } from './conditions';
import { dateEntry } from './dates/definition';

/** An event that matters to a journey, tied to the entry by a shared property when the marketer says so. */
export const eventRule = z.strictObject({
	eventType: z.string().trim().min(1),
	filter: z.array(condition).default([]),
	/** `event.<eventField> = entry.<entryField>`: only the same cart, order or product counts (journeys.md section 3). */
	correlate: z.strictObject({ eventField: z.string().trim().min(1), entryField: z.string().trim().min(1) }).optional(),
});
export type EventRule = z.output<typeof eventRule>;

const durationUnit = z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks', 'calendarDays']);
/** `calendarDays` keep the wall-clock time in the customer's zone; all others are exact (J14). */
export const duration = z.strictObject({ amount: z.number().min(0).max(100_000), unit: durationUnit });
export type Duration = z.output<typeof duration>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** So many steps any journey may have; only beyond are settings looked at. */
export const FEWEST_MAX_VISITS = 10;

/** A journey as its Journey Trigger registers it. */
export const journeySettings = z.strictObject({
	key: z.string().trim().min(1).max(200),
	name: z.string().trim().min(1).max(200),
	entry: z.strictObject({
		eventType: z.string().trim().min(1),
		filter: z.array(condition).default([]),
		/** What makes two entries the same: the event's own id, or a property such as cart_id (journeys.md section 2). */
		entryKey: z.discriminatedUnion('kind', [
			z.strictObject({ kind: z.literal('event') }),
			z.strictObject({ kind: z.literal('property'), property: z.string().trim().min(1) }),
		]),
		/** No event starts the journey, but a date that comes near; `eventType` then is DATE_NEAR. */
		date: dateEntry.optional(),
		/** Starts by entering a segment: those who are in it already start too, as many an hour as may enter. */
		alreadyInside: z.boolean().optional(),
		/** The event starts the journey only when it makes the customer ready. */
		ready: readyRule.optional(),
		/** The entry is held until the key was quiet for this long. */
		debounceMs: z.number().int().min(0).default(0),
	}),
	audience: z
		.strictObject({
			/** Only customers who granted marketing on this channel. */
			consentChannel: z.string().optional(),
			/** On the customer: stage, vip, locale, country, attributes.x ... */
			conditions: z.array(condition).default([]),
		})
		.prefault({}),
	reEntry: z
		.discriminatedUnion('mode', [
			z.strictObject({ mode: z.literal('once_ever') }),
			z.strictObject({ mode: z.literal('after_exit') }),
			z.strictObject({ mode: z.literal('cooldown'), length: duration, from: z.enum(['entry', 'exit']) }),
			z.strictObject({ mode: z.literal('parallel'), max: z.number().int().min(1).max(1000) }),
		])
		.default({ mode: 'after_exit' }),
	/** Share of the customers who get none of the journey's messages, for comparison (src/experiments/controlGroups.ts). */
	controlPercent: z.number().min(0).max(50).default(0),
	whileActive: z.enum(['ignore', 'restart', 'refresh']).default('ignore'),
	exits: z.array(eventRule).default([]),
	goal: z
		.strictObject({
			rule: eventRule,
			windowMs: z.number().int().min(0),
			/** The window begins with the entry, or anew with every message of the enrolment. */
			from: z.enum(['entry', 'lastMessage']).default('entry'),
			valueField: z.string().optional(),
		})
		.optional(),
	/** Customers who enter within any 60 minutes, at most; further ones are refused (`cap`). */
	entriesPerHour: z.number().int().min(1).max(10_000_000).optional(),
	/** Against other journeys, 0 to 100. */
	priority: z.number().int().min(0).max(100).default(50),
	/** Nobody enters who is in so many other journeys of at least this priority already. */
	atMostJourneys: z.number().int().min(1).max(1000).optional(),
	/** `along`: the control group goes through the canvas, and Contact Policy sends it nothing; `outside`: it passes through nothing there. In both its goals count. */
	controlMembers: z.enum(['along', 'outside']).default('along'),
	/** Events older than this start nobody (journeys.md section 5). */
	maxTriggerAgeMs: z.number().int().min(0).default(72 * HOUR),
	/** Unkeyed entries of one customer within this time are one entry. */
	guardMs: z.number().int().min(0).default(5 * MINUTE),
	/** What becomes of those who wait when the workflow is switched on again after a pause (journeys.md section 6). */
	whenResumed: z
		.discriminatedUnion('mode', [
			z.strictObject({ mode: z.literal('overdue') }),
			z.strictObject({ mode: z.literal('shift') }),
			/** Whoever is overdue by more than this leaves. */
			z.strictObject({ mode: z.literal('expire'), afterMs: z.number().int().min(0) }),
		])
		.default({ mode: 'overdue' }),
	/** What becomes of those who wait at a step that was taken off the canvas (J26). `to`: step key or name of a Journey Wait. */
	removedSteps: z
		.discriminatedUnion('action', [z.strictObject({ action: z.literal('hold') }), z.strictObject({ action: z.literal('exit') }), z.strictObject({ action: z.literal('move'), to: z.string().trim().min(1) })])
		.default({ action: 'hold' }),
	/** A customer who came to so many steps goes round in circles and leaves (J30). */
	maxVisits: z.number().int().min(FEWEST_MAX_VISITS).default(1000),
});
export type JourneySettings = z.output<typeof journeySettings>;
export type JourneySettingsInput = z.input<typeof journeySettings>;
