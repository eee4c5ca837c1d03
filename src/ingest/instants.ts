import { isDate } from 'node:util/types';
import { DateTime } from 'luxon';
import { JourneyError } from '../core/errors';
import { EARLIEST_MS, LATEST_MS } from './fieldTypes';
import { WallClock } from './wallClock';

/** Date, then optionally time of day, then optionally an offset. */
const INSTANT =
	/^(\d{4})-?(\d{2})-?(\d{2})(?:(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const EPOCH = /^-?\d{9,14}$/;
/** Up to here a number counts seconds (the year 5138), above it milliseconds (from March 1973). */
const MOST_SECONDS = 100_000_000_000;
/** 'Sat, 21 Nov 2026 18:00:00 +0000', as mail providers write */
const MAIL_DATE = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} /;
const MINUTE_MS = 60_000;

export const INSTANT_HINT = 'is not an instant: write it as 2026-11-21 18:00:00, 2026-11-21T18:00:00Z or epoch seconds';

/**
 * @param text ISO 8601 with or without offset ('2026-11-21T18:00:00Z', '2026-11-21 18:00:00', '2026-11-21', '20261121'),
 * epoch seconds or milliseconds in digits, or a mail date
 * @param clock of the zone that readings without an offset belong to
 * @returns milliseconds UTC, or NaN when it cannot be read or does not exist (31 February)
 */
export function parseInstant(text: string, clock: WallClock): number {
	const match = INSTANT.exec(text);
	if (match === null) return parseOther(text.trim());
	const wallMs = wallOf(match);
	if (Number.isNaN(wallMs)) return Number.NaN;
	const zone = match[8];
	const atMs = zone === undefined ? clock.toUtcMs(wallMs) : wallMs - offsetMs(zone);
	return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? atMs : Number.NaN;
}

/**
 * Reads an instant as a workflow may carry it: text, a number of epoch seconds or milliseconds, a Date, a luxon DateTime.
 * @param field for the sentence: "occurred_at"
 * @throws JourneyError bad_input naming the field
 */
export function readInstant(value: unknown, field: string, timeZone: string): number {
	const atMs = instantOf(value, timeZone);
	if (!Number.isNaN(atMs)) return atMs;
	throw new JourneyError('bad_input', `${field} ${INSTANT_HINT}.`, { field });
}

const DAY = /^(\d{4})-?(\d{2})-?(\d{2})$/;

/** A day without a time of day, as YYYY-MM-DD: what instant that is depends on where somebody lives. @returns undefined for anything else */
export function plainDay(value: unknown): string | undefined {
	const match = typeof value === 'string' ? DAY.exec(value.trim()) : null;
	if (match === null || Number.isNaN(parseInstant(match[0], WallClock.of('UTC')))) return undefined;
	return match.slice(1).join('-');
}

/** @param zone IANA zone of somebody @returns UTC milliseconds of the first instant of a day there */
export function startOfDay(day: string, zone: string): number {
	return parseInstant(day, WallClock.of(zone));
}

/** As {@link readInstant}, with NaN for what cannot be read. */
export function instantOf(value: unknown, timeZone: string): number {
	if (typeof value === 'string') return parseInstant(value.trim(), WallClock.of(timeZone));
	if (typeof value === 'number') return parseEpoch(value);
	// A date out of a Code node is made by another realm's Date, so `instanceof` does not know it.
	if (isDate(value)) return value.getTime();
	if (DateTime.isDateTime(value)) return value.toMillis();
	return Number.NaN;
}

function wallOf(match: RegExpExecArray): number {
	const year = Number(match[1]);
	const month = Number(match[2]);
	const day = Number(match[3]);
	const hour = match[4] === undefined ? 0 : Number(match[4]);
	const minute = match[5] === undefined ? 0 : Number(match[5]);
	const second = match[6] === undefined ? 0 : Number(match[6]);
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 || year < 1) return Number.NaN;
	const fraction = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
	return utcOf(year, month, day) + hour * 3_600_000 + minute * MINUTE_MS + second * 1000 + fraction;
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999. */
function utcOf(year: number, month: number, day: number): number {
	return year >= 100 ? Date.UTC(year, month - 1, day) : DateTime.utc(year, month, day).toMillis();
}

function daysIn(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function offsetMs(zone: string): number {
	if (!/^[+-]/.test(zone)) return 0;
	const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
	const hours = Number(digits.slice(0, 2));
	const minutes = Number(digits.slice(2));
	if (hours > 15 || minutes > 59) return Number.NaN;
	return (hours * 60 + minutes) * MINUTE_MS * (zone.startsWith('-') ? -1 : 1);
}

function parseOther(text: string): number {
	if (EPOCH.test(text)) return parseEpoch(Number(text));
	return MAIL_DATE.test(text) ? DateTime.fromRFC2822(text).toMillis() : Number.NaN;
}

function parseEpoch(value: number): number {
	if (!Number.isFinite(value)) return Number.NaN;
	const atMs = Math.round(Math.abs(value) < MOST_SECONDS ? value * 1000 : value);
	return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? atMs : Number.NaN;
}
