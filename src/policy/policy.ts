import { canonicalJson, hashOf } from '../core/hash';
import { readPolicyFile, WEEKDAYS, type ChannelCapacity, type Limit, type MessageClass, type PeriodEntry, type PolicyFile, type RuleEntry, type Scope, type Window } from './schema';
import { ZoneClock } from './zoneClock';

const DAY_MS = 86_400_000;
const DEFAULT_HORIZON_MS = DAY_MS;

/** One rule of section 4, ready to be asked. Instants and durations in milliseconds. */
export interface Rule {
	id: string;
	scope: Scope;
	/** null: the rule limits only by its gap, or nobody */
	limit: Limit | null;
	window: Window;
	/** 0: none */
	minGapMs: number;
	appliesTo: MessageClass[];
	/** The rule holds in [activeFromMs, activeToMs). */
	activeFromMs: number;
	activeToMs: number;
	mode: 'fcfs' | 'reserve_for_higher' | 'batch';
	/** How far ahead `reserve_for_higher` looks for higher requests. */
	horizonMs: number;
	/** How long `batch` collects. */
	collectForMs: number;
	releaseOnBounce: boolean;
}

/** A time span of the day, by local wall clock. `end <= start` runs into the next day. */
export interface DayPeriod {
	/** null: all */
	channels: string[] | null;
	/** Minutes after midnight. */
	startMinute: number;
	endMinute: number;
	/** By day of week of the start, Sunday first. */
	onWeekday: boolean[];
}

/** A compiled policy. Plain data: it may be kept, compared and sent to a worker thread. */
export interface Policy {
	/** The file's own version, else a hash of its content. Every decision names it. */
	version: string;
	storeZone: string;
	strict: boolean;
	weekStart: 'monday' | 'sunday';
	rules: Rule[];
	quietHours: DayPeriod[];
	sendWindows: DayPeriod[];
	/** Days since 1970-01-01 on the customer's calendar, ascending. */
	blackoutDays: number[];
	jitterMs: number;
	requireConsent: boolean;
	ageing: boolean;
	channelCapacity: ChannelCapacity[];
	/** Hosts that click links may lead to, `*.` in front: and all below. */
	clickHosts: string[];
	/** Share of all customers who get no marketing, for comparison: the global control group. */
	controlPercent: number;
	off: boolean;
	/** What it was compiled from, so that a decision can be made again later. */
	source: PolicySource;
	/** Older touches than this before an instant cannot bear on a decision at it: what a ledger slice must reach back to. */
	lookBackMs: number;
}

/** A policy as people write it: a policy file, and the rules of a node on top of it. */
export interface PolicySource {
	file: unknown;
	ownRules: unknown[];
}

/**
 * Compiles a policy file; do it once per policy, not once per decision.
 * @param raw the parsed JSON of section 10
 * @throws JourneyError bad_policy naming rule and field
 */
export function compilePolicy(raw: unknown): Policy {
	const file = readPolicyFile(raw);
	const rules = file.rules.map((entry) => compileRule(entry, file));
	return {
		version: file.version ?? hashOf('policy', canonicalJson(raw)),
		storeZone: file.storeZone,
		strict: file.strict,
		weekStart: file.weekStart,
		rules,
		quietHours: file.quietHours.map(compilePeriod),
		sendWindows: file.sendWindows.map(compilePeriod),
		blackoutDays: [...new Set(file.blackoutDates.map(dayNumber))].sort((a, b) => a - b),
		jitterMs: file.jitter,
		requireConsent: file.requireConsent,
		ageing: file.ageing,
		channelCapacity: file.channelCapacity,
		clickHosts: file.clickHosts,
		controlPercent: file.controlPercent,
		off: file.off,
		source: { file: raw, ownRules: [] },
		lookBackMs: Math.max(0, ...rules.map(lookBackOf)),
	};
}

/**
 * The company policy with a node's own rules added. Rules are ANDed, so they can only make it stricter (section 11).
 * @param company raw company policy
 * @param ownRules raw entries of `rules`
 * @throws JourneyError bad_policy, also when an id is taken by the company policy
 */
export function compileStricter(company: unknown, ownRules: unknown[]): Policy {
	if (ownRules.length === 0) return compilePolicy(company);
	const { version } = compilePolicy(company);
	const file = company as Record<string, unknown>;
	const rules = [...((file.rules as unknown[] | undefined) ?? []), ...ownRules];
	return { ...compilePolicy({ ...file, rules }), version: `${version}+${hashOf('rules', canonicalJson(ownRules)).slice(0, 8)}`, source: { file: company, ownRules } };
}

function compileRule(entry: RuleEntry, file: PolicyFile): Rule {
	return {
		id: entry.id,
		scope: entry.scope,
		limit: entry.limit ?? null,
		window: entry.window ?? { kind: 'calendar', unit: 'day' },
		minGapMs: entry.minGap ?? 0,
		appliesTo: entry.appliesTo ?? ['marketing', 'service'],
		activeFromMs: entry.activeFrom === undefined ? -Infinity : boundaryMs(entry.activeFrom, file.storeZone, 0),
		activeToMs: entry.activeTo === undefined ? Infinity : boundaryMs(entry.activeTo, file.storeZone, 1),
		mode: entry.mode ?? 'reserve_for_higher',
		horizonMs: entry.horizon ?? DEFAULT_HORIZON_MS,
		collectForMs: entry.collectFor ?? 0,
		releaseOnBounce: entry.releaseOnBounce ?? false,
	};
}

/** A date stands for its whole local day: from its start, or to its end. */
function boundaryMs(boundary: string | number, storeZone: string, daysLater: 0 | 1): number {
	if (typeof boundary === 'number') return boundary;
	return zoneClock(storeZone).startOfDay(dayNumber(boundary) + daysLater);
}

function compilePeriod({ channels, start, end, days }: PeriodEntry): DayPeriod {
	return {
		channels: channels ?? null,
		startMinute: start,
		endMinute: end,
		onWeekday: WEEKDAYS.map((day) => days === undefined || days.includes(day)),
	};
}

/** @param date YYYY-MM-DD */
function dayNumber(date: string): number {
	return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** A calendar month is at most 31 days, and a local day at most two hours longer or shorter than 24. */
function lookBackOf(rule: Rule): number {
	const calendarDays = { day: 1, week: 7, month: 31 };
	const windowMs = rule.window.kind === 'rolling' ? rule.window.ms : (calendarDays[rule.window.unit] + 1) * DAY_MS;
	return Math.max(rule.limit === null ? 0 : windowMs, rule.minGapMs);
}

/** The clock of a zone that reading the policy has checked already. */
export function zoneClock(name: string): ZoneClock {
	const clock = ZoneClock.of(name);
	if (clock === null) throw new RangeError(`no such time zone: ${name}`);
	return clock;
}
