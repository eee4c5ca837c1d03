import { z } from 'zod/v4';
import { JourneyError } from '../core/errors';
import { instant, kind, text, word } from '../ingest/fieldTypes';
import { problemsOf } from '../ingest/problems';
import { withoutNulls } from './absent';
import { durationMs } from './duration';
import { clickHostOf } from '../links/clickTarget';
import { ZoneClock } from './zoneClock';

/**
 * The policy file: what `policy decide --policy` reads and what a store keeps as the company policy
 * (contact-policy.md sections 4, 10, 11). Reading it turns durations into milliseconds and times of day into minutes;
 * {@link readPolicyFile} is the way in.
 */

export const MESSAGE_CLASSES = ['transactional', 'service', 'marketing'] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/** In the order of `Date.getUTCDay`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What `rule` of a decision may name besides a rule's id. */
const RESERVED_RULE_WORDS = ['quiet-hours', 'send-window', 'blackout', 'not-before', 'channel-capacity', 'outranked', 'messages-per-run', 'digest'];

const LONGEST_WINDOW_MS = 366 * 86_400_000;
const LONGEST_JITTER_MS = 3_600_000;

function durationText(example: string, check: (ms: number, written: string) => string | null) {
	return kind((value) => {
		const ms = typeof value === 'string' ? durationMs(value) : null;
		if (ms === null) return { problem: `must be a duration such as ${example}` };
		const problem = check(ms, String(value));
		return problem === null ? { value: ms } : { problem };
	});
}

function wholeMinutes(ms: number, written: string): string | null {
	if (/\dS/.test(written)) return 'counts weeks, days, hours and minutes, no seconds';
	return ms > LONGEST_WINDOW_MS ? 'is longer than 366 days' : null;
}

const duration = (example: string) => durationText(example, (ms, written) => (ms === 0 ? 'must be longer than zero' : wholeMinutes(ms, written)));
const gap = durationText('PT4H', wholeMinutes);
const jitter = durationText('PT15M', (ms) => (ms > LONGEST_JITTER_MS ? 'is longer than one hour' : null));

export type Window = { kind: 'rolling'; ms: number } | { kind: 'calendar'; unit: 'day' | 'week' | 'month' };

const window = kind<Window>((value) => {
	if (value === 'day' || value === 'week' || value === 'month') return { value: { kind: 'calendar', unit: value } };
	const written = typeof value === 'string' ? value : '';
	if (/^P\d+(M|Y)/.test(written)) return { problem: `"${written}" has no fixed length: write days (P30D), or "month" for the calendar month` };
	const ms = durationMs(written);
	if (ms === null) return { problem: 'must be "day", "week", "month" or a duration such as P7D or PT4H' };
	const problem = ms === 0 ? 'must be longer than zero' : wholeMinutes(ms, written);
	return problem === null ? { value: { kind: 'rolling', ms } } : { problem };
});

/** How many messages one lifecycle stage may get: a number, or the default plus or minus some. */
export type StageLimit = { set: number } | { add: number };

/** `default` null: no limit for customers of other stages. */
export interface Limit {
	default: number | null;
	byStage: Record<string, StageLimit>;
}

const LIMIT_PROBLEM = 'must be a whole number from 0 (never), or { "default": 2, "byStage": { "vip": 3, "dormant": { "add": -1 } } }';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isBlank = (value: unknown): boolean => value === null || value === undefined || value === '';
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty limit is no limit; only 0 means never (P14). */
const limit = z.unknown().transform((value, context): Limit | null => {
	if (isBlank(value)) return null;
	if (isCount(value)) return { default: value, byStage: {} };
	const read = isRecord(value) ? limitByStage(value) : null;
	if (read !== null) return read;
	context.issues.push({ code: 'custom', message: LIMIT_PROBLEM, input: value });
	return z.NEVER;
});

function limitByStage(value: Record<string, unknown>): Limit | null {
	const { default: fallback, byStage = {}, ...unknown } = value;
	if (Object.keys(unknown).length > 0 || !isRecord(byStage)) return null;
	if (!isBlank(fallback) && !isCount(fallback)) return null;
	const stages: Array<[string, StageLimit]> = [];
	for (const [stage, own] of Object.entries(byStage)) {
		if (isCount(own)) stages.push([stage, { set: own }]);
		else if (isRecord(own) && Object.keys(own).length === 1 && Number.isSafeInteger(own.add)) stages.push([stage, { add: own.add as number }]);
		else return null;
	}
	return { default: isBlank(fallback) ? null : (fallback as number), byStage: Object.fromEntries(stages) };
}

/** Conditions are ANDed; none of them (`any`) covers every message. */
const scope = z
	.strictObject({
		any: z.literal(true, { error: 'can only be true; leave it out when a channel, category, tag or journey is named' }).optional(),
		channel: word.optional(),
		category: text(200).optional(),
		tag: text(200).optional(),
		journey: text(200).optional(),
	})
	.refine((value) => Object.values(value).some((condition) => condition !== undefined), {
		error: 'is empty: write { "any": true }, or name a channel, category, tag or journey',
	})
	.transform(({ channel, category, tag, journey }) => ({ channel, category, tag, journey }));
export type Scope = z.output<typeof scope>;

const ruleId = text(100).refine((id) => !RESERVED_RULE_WORDS.includes(id) && !id.startsWith('outranked:'), {
	error: 'is a reserved word: choose another id',
});

/** An instant with its offset, or a date: the whole local day in the store's zone. */
const boundary = z.union([z.iso.date(), instant], { error: 'must be a date such as 2026-12-01 or an instant such as 2026-12-01T09:00:00Z' });

const rule = z
	.strictObject({
		id: ruleId,
		scope,
		limit: limit.optional(),
		window: window.optional(),
		minGap: gap.optional(),
		appliesTo: z.array(z.enum(MESSAGE_CLASSES, { error: 'must be "transactional", "service" or "marketing"' })).min(1, 'is empty').optional(),
		activeFrom: boundary.optional(),
		activeTo: boundary.optional(),
		mode: z.enum(['fcfs', 'reserve_for_higher', 'batch'], { error: 'must be "fcfs", "reserve_for_higher" or "batch"' }).optional(),
		horizon: duration('PT24H').optional(),
		collectFor: duration('PT10M').optional(),
		releaseOnBounce: z.boolean().optional(),
	})
	.superRefine((value, context) => {
		const problem = (field: string, message: string) => context.issues.push({ code: 'custom', path: [field], message, input: value });
		if (value.limit && !value.window) problem('window', 'is missing: a limit needs one, such as "day" or "P7D"');
		if (value.collectFor !== undefined && value.mode !== 'batch') problem('collectFor', 'goes with "mode": "batch" only');
		if (value.mode === 'batch' && value.collectFor === undefined) problem('collectFor', 'is missing: "mode": "batch" needs it, such as "PT10M"');
		if (value.horizon !== undefined && (value.mode ?? 'reserve_for_higher') !== 'reserve_for_higher') {
			problem('horizon', 'goes with "mode": "reserve_for_higher" only');
		}
	});
export type RuleEntry = z.output<typeof rule>;

const timeOfDay = kind<number>((value) => {
	const match = typeof value === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) : null;
	if (match !== null) return { value: Number(match[1]) * 60 + Number(match[2]) };
	return { problem: value === '24:00' ? 'is 24:00: write 00:00' : 'must be a time of day such as 21:00' };
});

const period = z.strictObject({
	channels: z.array(word).min(1, 'is empty: leave it out for all channels').optional(),
	start: timeOfDay,
	end: timeOfDay,
	days: z.array(z.enum(WEEKDAYS, { error: 'must be one of mon, tue, wed, thu, fri, sat, sun' })).min(1, 'is empty: leave it out for all days').optional(),
});
export type PeriodEntry = z.output<typeof period>;

/** What the sender of a channel can take; without a window, a minute. */
const capacity = z
	.strictObject({ channel: word, limit: z.int('must be a whole number').min(0, 'is negative'), window: duration('PT1M').optional() })
	.transform(({ window: length, ...rest }) => ({ ...rest, window: length ?? 60_000 }));
export type ChannelCapacity = z.output<typeof capacity>;

const clickHost = kind<string>((value) => {
	const host = typeof value === 'string' ? clickHostOf(value) : null;
	return host === null ? { problem: 'is no host such as shop.example, or *.shop.example for all below it' } : { value: host };
});

const zone = kind<string>((value) => {
	if (typeof value === 'string' && ZoneClock.of(value) !== null) return { value };
	return { problem: 'is not a time zone such as Europe/Berlin' };
});

const policyFile = z
	.strictObject({
		version: text(100).optional(),
		storeZone: zone,
		/** Send to a customer of unknown zone only while it is open in every zone the customer may live in. */
		strict: z.boolean().default(false),
		weekStart: z.enum(['monday', 'sunday'], { error: 'must be "monday" or "sunday"' }).default('monday'),
		rules: z.array(rule).default([]),
		quietHours: z.array(period).default([]),
		sendWindows: z.array(period).default([]),
		blackoutDates: z.array(z.iso.date({ error: 'is not a date such as 2027-01-01' })).default([]),
		/** Spreads what quiet hours held over this long after their end. */
		jitter: jitter.default(0),
		requireConsent: z.boolean().default(true),
		/** One message of a class ages by one priority point per day held. */
		ageing: z.boolean().default(false),
		channelCapacity: z.array(capacity).default([]),
		/** Where click links may lead; none: there are no click links. */
		clickHosts: z.array(clickHost).default([]),
		/** Share of all customers who get no marketing, for comparison: the global control group. */
		controlPercent: z.number('must be a number').min(0, 'must be 0 to 50').max(50, 'must be 0 to 50').default(0),
		/** Stops all marketing and service messages. */
		off: z.boolean().default(false),
	})
	.superRefine(({ rules, channelCapacity }, context) => {
		const seen = new Set<string>();
		rules.forEach(({ id }, index) => {
			if (seen.has(id)) context.issues.push({ code: 'custom', path: ['rules', index, 'id'], message: 'is used by another rule too: ids must differ', input: id });
			seen.add(id);
		});
		channelCapacity.forEach(({ channel }, index) => {
			if (channelCapacity.findIndex((other) => other.channel === channel) === index) return;
			context.issues.push({ code: 'custom', path: ['channelCapacity', index, 'channel'], message: 'is listed twice', input: channel });
		});
	});
export type PolicyFile = z.output<typeof policyFile>;

/**
 * Reads a policy file, or says everything that is wrong with it, rule by rule and field by field.
 * @throws JourneyError bad_policy; `details.fields` lists the places
 */
export function readPolicyFile(raw: unknown): PolicyFile {
	const result = policyFile.safeParse(withoutNulls(raw), { reportInput: true });
	if (result.success) return result.data;
	const problems = problemsOf(result.error);
	const sentences = problems.map(({ field, problem }) => `${placeOf(field, raw)} ${problem}`);
	throw new JourneyError('bad_policy', `The contact policy cannot be used: ${sentences.join('; ')}.`, { fields: problems.map(({ field }) => field) });
}

/** "rule promo-7d: window", "quietHours entry 1: start": where a person finds it in the file. */
function placeOf(field: string, raw: unknown): string {
	const [list, index, ...inner] = field.split('.');
	if (field === '') return 'it';
	if (index === undefined || !/^\d+$/.test(index)) return field;
	const path = inner.length === 0 ? '' : `: ${inner.join('.')}`;
	if (list === 'rules') return `rule ${ruleName(raw, Number(index))}${path}`;
	return `${list} entry ${Number(index) + 1}${path}`;
}

function ruleName(raw: unknown, index: number): string {
	const rules = isRecord(raw) && Array.isArray(raw.rules) ? (raw.rules as unknown[]) : [];
	const entry = rules[index];
	return isRecord(entry) && typeof entry.id === 'string' && entry.id !== '' ? `"${entry.id}"` : `number ${index + 1}`;
}
