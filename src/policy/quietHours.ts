import type { DayPeriod } from './policy';
import type { ZoneClock } from './zoneClock';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Far enough for a window that opens one day a week and is swallowed once by a change of clocks. */
const DAYS_AHEAD = 15;
/** So many periods that follow each other without a break are walked through; the fixed point goes on from there. */
const STEPS = 8;

/** [startMs, endMs) */
interface Span {
	startMs: number;
	endMs: number;
}

/**
 * Check 7 (sections 5 and 11): quiet hours, send windows and blackout dates, written in local wall time, meant as instants.
 * Each function gives the earliest instant from `ms` on at which its part is open in every one of the zones.
 */
export function quietUntil(periods: readonly DayPeriod[], zones: readonly ZoneClock[], ms: number): number {
	return walk(ms, (at) => {
		let end = at;
		for (const zone of zones) {
			for (const period of periods) {
				for (const span of spansNear(period, zone, at, quietSpan)) {
					if (span.startMs <= at && at < span.endMs) end = Math.max(end, span.endMs);
				}
			}
		}
		return end;
	});
}

export function nextSendWindow(windows: readonly DayPeriod[], zones: readonly ZoneClock[], ms: number): number {
	if (windows.length === 0) return ms;
	return walk(ms, (at) => Math.max(...zones.map((zone) => windowOpening(windows, zone, at))));
}

/** @param days blackout days, ascending, as days since 1970-01-01 on the customer's calendar */
export function blackoutUntil(days: readonly number[], zones: readonly ZoneClock[], ms: number): number {
	if (days.length === 0) return ms;
	return walk(ms, (at) => {
		let end = at;
		for (const zone of zones) {
			const day = zone.dayHolding(at);
			if (days.includes(day)) end = Math.max(end, zone.startOfDay(day + 1));
		}
		return end;
	});
}

/** The first instant after `ms`, itself open, at which a period, a blackout date or the end of a send window closes it. */
export function openUntil(
	quiet: readonly DayPeriod[],
	windows: readonly DayPeriod[],
	blackoutDays: readonly number[],
	zones: readonly ZoneClock[],
	ms: number,
): number {
	const closings: number[] = [];
	for (const zone of zones) {
		for (const period of quiet) closings.push(...spansNear(period, zone, ms, quietSpan).map(({ startMs }) => startMs));
		const holding = windows.flatMap((window) => spansNear(window, zone, ms, windowSpan)).filter(({ startMs, endMs }) => startMs <= ms && ms < endMs);
		if (holding.length > 0) closings.push(Math.max(...holding.map(({ endMs }) => endMs)));
		closings.push(...blackoutDays.map((day) => zone.startOfDay(day)));
	}
	return Math.min(Infinity, ...closings.filter((closing) => closing > ms));
}

export const forChannel = (periods: readonly DayPeriod[], channel: string): DayPeriod[] =>
	periods.filter(({ channels }) => channels === null || channels.includes(channel));

/** Follows an answer until it is its own answer: adjacent periods leave no hole between them (P32). */
function walk(ms: number, next: (at: number) => number): number {
	let at = ms;
	for (let step = 0; step < STEPS; step++) {
		const later = next(at);
		if (later === at) return at;
		at = later;
	}
	return at;
}

function windowOpening(windows: readonly DayPeriod[], zone: ZoneClock, ms: number): number {
	let opening = Infinity;
	for (const window of windows) {
		for (const span of spansNear(window, zone, ms, windowSpan, DAYS_AHEAD)) {
			if (ms < span.endMs) opening = Math.min(opening, Math.max(ms, span.startMs));
		}
	}
	return opening;
}

/**
 * The spans that may hold an instant. One that starts two days before can still run, and one of the next local day can have
 * begun, where clocks go back over midnight.
 */
function spansNear(
	period: DayPeriod,
	zone: ZoneClock,
	ms: number,
	spanOn: (period: DayPeriod, zone: ZoneClock, startDay: number) => Span,
	daysAhead = 1,
): Span[] {
	const today = zone.localDay(ms);
	const spans: Span[] = [];
	for (let day = today - 2; day <= today + daysAhead; day++) {
		if (!period.onWeekday[weekday(day)]) continue;
		const span = spanOn(period, zone, day);
		if (span.startMs < span.endMs) spans.push(span);
	}
	return spans;
}

/** An ambiguous start is the earlier instant and an ambiguous end the later: nobody's quiet is shortened. */
function quietSpan(period: DayPeriod, zone: ZoneClock, startDay: number): Span {
	const [start, end] = wallTimes(period, startDay);
	return { startMs: zone.instantsOf(start).earliest, endMs: zone.instantsOf(end).latest };
}

/** Outside a send window it is quiet, so its ambiguous ends go the other way round. */
function windowSpan(period: DayPeriod, zone: ZoneClock, startDay: number): Span {
	const [start, end] = wallTimes(period, startDay);
	return { startMs: zone.instantsOf(start).latest, endMs: zone.instantsOf(end).earliest };
}

function wallTimes({ startMinute, endMinute }: DayPeriod, startDay: number): [number, number] {
	const midnight = startDay * DAY_MS;
	const endDay = endMinute <= startMinute ? midnight + DAY_MS : midnight;
	return [midnight + startMinute * MINUTE_MS, endDay + endMinute * MINUTE_MS];
}

/** 1970-01-01 was a Thursday. */
const weekday = (localDay: number): number => (((localDay + 4) % 7) + 7) % 7;
