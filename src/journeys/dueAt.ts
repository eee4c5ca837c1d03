import { DateTime } from 'luxon';
import { JourneyError } from '../core/errors';
import type { Duration } from './settings';
import type { WaitRequest } from './waitRequest';

const EXACT_MS: Record<Exclude<Duration['unit'], 'calendarDays'>, number> = {
	seconds: 1000,
	minutes: 60_000,
	hours: 3_600_000,
	days: 86_400_000,
	weeks: 7 * 86_400_000,
};
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * When a wait is over.
 * @param nowMs arrival, UTC milliseconds
 * @param zone IANA zone of the customer
 * @returns UTC milliseconds, never before `nowMs` (a date that has passed is due at once)
 * @throws JourneyError `bad_input` for a date that cannot be read
 */
export function dueAt(request: WaitRequest, nowMs: number, zone: string): number {
	switch (request.kind) {
		case 'delay':
			return addDuration(nowMs, request.length, zone);
		case 'event':
			return addDuration(nowMs, request.timeout, zone);
		case 'date':
			return Math.max(nowMs, shiftedDate(request, zone));
		case 'localTime':
			return nextLocalTime(nowMs, request.time, request.days, zone);
	}
}

/** `days` and `weeks` are exact; `calendarDays` keep the wall-clock time across daylight saving (J14). */
export function addDuration(fromMs: number, length: Duration, zone: string, direction: 1 | -1 = 1): number {
	if (length.unit === 'calendarDays') {
		return DateTime.fromMillis(fromMs, { zone }).plus({ days: direction * Math.floor(length.amount) }).toMillis();
	}
	return fromMs + direction * Math.round(length.amount * EXACT_MS[length.unit]);
}

function shiftedDate(request: Extract<WaitRequest, { kind: 'date' }>, zone: string): number {
	const at = readDate(request.at, request.time, zone);
	return request.shift ? addDuration(at, request.shift, zone, request.shiftDirection === 'before' ? -1 : 1) : at;
}

function readDate(at: number | string, time: string, zone: string): number {
	if (typeof at === 'number') return at;
	const text = at.trim();
	const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
	const read = DateTime.fromISO(isDay ? `${text}T${time}` : text.replace(' ', 'T'), { zone });
	if (!read.isValid) {
		throw new JourneyError('bad_input', `The date to wait for cannot be read: "${text.slice(0, 40)}". Write it as 2027-03-01 or 2027-03-01T10:00, or give a date field.`, { field: 'date' });
	}
	return read.toMillis();
}

/** The first instant strictly after now at which it is this o'clock on a listed day; in a gap, the first instant after it. */
function nextLocalTime(nowMs: number, time: string, days: readonly string[], zone: string): number {
	const [hour, minute] = time.split(':').map(Number);
	const today = DateTime.fromMillis(nowMs, { zone }).startOf('day');
	for (let ahead = 0; ahead <= 8; ahead++) {
		const day = today.plus({ days: ahead });
		if (days.length > 0 && !days.includes(WEEKDAYS[day.weekday - 1])) continue;
		const at = wallInstant(day, hour, minute);
		if (at > nowMs) return at;
	}
	throw new Error('a weekday comes round within eight days');
}

/** Local midnight's day at this o'clock; in a gap, the first instant after it. */
export function wallInstant(day: DateTime, hour: number, minute: number): number {
	const at = day.set({ hour, minute });
	if (at.hour === hour && at.minute === minute) return at.toMillis();
	// The wall time does not exist that day: luxon moved it on by the gap; step back to the gap's end.
	const before = day.set({ hour, minute }).minus({ minutes: at.offset - day.offset }).toMillis();
	let instant = before;
	while (DateTime.fromMillis(instant, { zone: day.zone }).offset !== at.offset) instant += 60_000;
	return instant;
}
