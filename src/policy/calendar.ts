import type { Policy } from './policy';
import type { ZoneClock } from './zoneClock';

const DAY_MS = 86_400_000;

/** [startMs, nextMs) */
export interface CalendarWindow {
	startMs: number;
	nextMs: number;
}

type Windows = Partial<Record<'day' | 'monday' | 'sunday' | 'month', CalendarWindow[]>>;

/** By zone and kind, the windows asked for last: a mailing asks thousands of times for today's, and for the next days' of whoever waits. */
const latest = new WeakMap<ZoneClock, Windows>();
const LATEST = 8;

/**
 * The local day, week or month that holds an instant, from instants and the zone of now: no local date is ever stored, so
 * a change of zone neither resets nor doubles a cap (P29).
 */
export function calendarWindow(unit: 'day' | 'week' | 'month', ms: number, zone: ZoneClock, weekStart: Policy['weekStart']): CalendarWindow {
	let own = latest.get(zone);
	if (!own) latest.set(zone, (own = {}));
	const known = (own[unit === 'week' ? weekStart : unit] ??= []);
	for (const one of known) if (one.startMs <= ms && ms < one.nextMs) return one;
	const window = windowHolding(unit, ms, zone, weekStart);
	known.unshift(window);
	if (known.length > LATEST) known.pop();
	return window;
}

function windowHolding(unit: 'day' | 'week' | 'month', ms: number, zone: ZoneClock, weekStart: Policy['weekStart']): CalendarWindow {
	const day = zone.dayHolding(ms);
	const [first, next] = unit === 'day' ? [day, day + 1] : unit === 'week' ? weekOf(day, weekStart) : monthOf(day);
	return { startMs: zone.startOfDay(first), nextMs: zone.startOfDay(next) };
}

function weekOf(day: number, weekStart: Policy['weekStart']): [number, number] {
	// Day 0, 1970-01-01, was a Thursday: 3 days after a Monday, 4 after a Sunday.
	const sinceStart = (((day + (weekStart === 'monday' ? 3 : 4)) % 7) + 7) % 7;
	return [day - sinceStart, day - sinceStart + 7];
}

function monthOf(day: number): [number, number] {
	const date = new Date(day * DAY_MS);
	const year = date.getUTCFullYear();
	const month = date.getUTCMonth();
	return [Date.UTC(year, month, 1) / DAY_MS, Date.UTC(year, month + 1, 1) / DAY_MS];
}
