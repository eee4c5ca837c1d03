import { DateTime } from 'luxon';
import { durationMs } from '../policy/duration';
import type { StoreClock } from '../store/storeClock';
import { UsageError } from './exitCodes';

/** Readers of option values. Each throws a UsageError that names the option. */

/**
 * An instant: ISO 8601 with an offset or Z; a date alone is its beginning in UTC.
 * @returns milliseconds UTC
 */
export function readInstantOption(option: string, text: string): number {
	const dateOnly = /^\d{4}-\d\d-\d\d$/.test(text);
	const withOffset = /T\d\d.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text);
	const read = dateOnly || withOffset ? DateTime.fromISO(text, { zone: 'utc' }) : undefined;
	if (!read?.isValid) throw new UsageError(`${option} "${text}" is not an instant: write it like 2026-11-21T18:00:00Z.`);
	return read.toMillis();
}

/** A share from 0 to 1. */
export function readShareOption(option: string, text: string): number {
	const share = text.trim() === '' ? Number.NaN : Number(text);
	if (share >= 0 && share <= 1) return share;
	throw new UsageError(`${option} "${text}" is not a share from 0 to 1, such as 0.05.`);
}

/** So many times something, more than 0. */
export function readTimesOption(option: string, text: string): number {
	const times = text.trim() === '' ? Number.NaN : Number(text);
	if (times > 0 && times < Number.POSITIVE_INFINITY) return times;
	throw new UsageError(`${option} "${text}" is not a number of times, such as 1.4.`);
}

/** A length in days: `90d`, `P90D` or `90`. */
export function readDaysOption(option: string, text: string): number {
	const days = Number(/^(?:P?(\d+)d|(\d+))$/i.exec(text)?.slice(1).find(Boolean) ?? Number.NaN);
	if (days >= 1) return days;
	throw new UsageError(`${option} "${text}" is not a number of days: write it like 90d.`);
}

/** A whole number from 1. */
export function readCountOption(option: string, text: string, most: number): number {
	const count = /^\d+$/.test(text) ? Number(text) : 0;
	if (count >= 1 && count <= most) return count;
	throw new UsageError(`${option} "${text}" is not a whole number from 1 to ${most}.`);
}

/**
 * A length of time: ISO 8601 in weeks, days (24 hours), hours, minutes and seconds, such as P1D or PT90M.
 * @returns milliseconds, negative for -P1D
 */
export function readDurationOption(option: string, text: string): number {
	const backwards = text.startsWith('-');
	const length = durationMs(backwards ? text.slice(1) : text);
	if (length !== null) return backwards ? -length : length;
	const why = /^-?P\d+[MY]/.test(text) ? 'has no fixed length' : 'is not an ISO 8601 duration';
	throw new UsageError(`${option} "${text}" ${why}: write it like P1D, PT2H or PT90M.`);
}

/**
 * `--test-clock [start]`: alone it runs on from now, with an instant it stands still there, with a duration it runs that
 * far off.
 */
export function readTestClock(start: string | true | undefined): StoreClock | undefined {
	if (start === undefined) return undefined;
	if (start === true || start === 'offset') return { mode: 'offset', offsetMs: 0 };
	const frozen = /^(frozen[: =])?(?<at>\d{4}-.*)$/.exec(start)?.groups?.at;
	if (frozen) return { mode: 'frozen', atMs: readInstantOption('--test-clock', frozen) };
	if (!/^-?P/.test(start)) throw new UsageError(`--test-clock "${start}" is neither an instant nor a duration: write --test-clock alone (at the end), --test-clock=2026-11-21T18:00:00Z or --test-clock=-P30D.`);
	return { mode: 'offset', offsetMs: readDurationOption('--test-clock', start) };
}
