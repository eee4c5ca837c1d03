import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod/v4';
import { normaliseEmail, type Normalised } from '../customers/email';
import { normaliseId, normaliseIdentityType } from '../customers/identity';
import { normalisePhone } from '../customers/phone';
import { keepableText } from './text';

/**
 * The kinds of value that records.ts is made of. Each reads one spelling of the outside, gives the normalised value, and
 * refuses with the end of a sentence that starts with the field's name ("is not a date such as 1990-05-31").
 */

/** Years 1 to 9999: what both databases and ISO strings agree on. */
export const EARLIEST_MS = -62_135_596_800_000;
export const LATEST_MS = 253_402_300_799_999;
export const MISSING = 'is missing';
export const NO_CUSTOMER = 'names no customer: give a customer id, an e-mail address, a phone or an external id';

/** Builds a schema from a function that gives the value, or says what is wrong. */
export function kind<T>(read: (value: unknown) => { value: T } | { problem: string }) {
	return z.unknown().transform((input, context): T => {
		const result = input === undefined || input === null ? { problem: MISSING } : read(input);
		if ('value' in result) return result.value;
		context.issues.push({ code: 'custom', message: result.problem, input });
		return z.NEVER;
	});
}

/** Ids and names arrive as numbers too, from JSON and from spreadsheets. */
function asText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function ofText<T>(read: (text: string) => { value: T } | { problem: string }) {
	return kind<T>((value) => {
		const text = asText(value);
		return text === undefined ? { problem: 'must be text' } : read(text);
	});
}

const outcome = (result: Normalised): { value: string } | { problem: string } => (result.ok ? { value: result.value } : { problem: result.problem });

export const id = ofText<string>((text) => outcome(normaliseId(text)));
export const email = ofText<string>((text) => outcome(normaliseEmail(text)));
export const phone = ofText<string>((text) => outcome(normalisePhone(text)));
export const identityType = z.string().transform((text, context): string => {
	const result = normaliseIdentityType(text);
	if (result.ok) return result.value;
	context.issues.push({ code: 'custom', message: result.problem, input: text });
	return z.NEVER;
});

/** Free text: trimmed, at least one character. */
export const text = (limit: number) =>
	ofText<string>((raw) => {
		const value = keepableText(raw).trim();
		if (value === '') return { problem: 'is empty' };
		return value.length > limit ? { problem: `is longer than ${limit} characters` } : { value };
	});

const WORDS_LIMIT = 50;

/** Several names: a list of them, or a text with commas between. */
export const words = kind<string[]>((value) => {
	const list = (Array.isArray(value) ? value : String(asText(value) ?? '').split(',')).map((one) => (typeof one === 'string' ? keepableText(one).trim() : ''));
	const named = [...new Set(list.filter(Boolean))];
	if (typeof value !== 'string' && !Array.isArray(value)) return { problem: 'must be names with commas between' };
	if (named.some((name) => name.length > 100)) return { problem: 'holds a name that is longer than 100 characters' };
	return named.length > WORDS_LIMIT ? { problem: `holds more than ${WORDS_LIMIT} names` } : { value: named };
});

/** One lower-case word: a channel, a purpose. */
export const word = ofText<string>((raw) => {
	const value = raw.trim().toLowerCase();
	return /^[a-z][a-z0-9_-]{0,39}$/.test(value) ? { value } : { problem: 'must be one word in letters, digits, _ or -' };
});

/** A word of a closed set, foreign spellings of it included. */
export const oneOf = <T extends string>(choices: readonly T[], read: (raw: string) => T | undefined) =>
	ofText<T>((raw) => {
		const value = read(raw);
		return value === undefined ? { problem: `must be one of ${choices.join(', ')}` } : { value };
	});

/** Milliseconds, or an ISO 8601 string that says its offset. Other spellings are for the edges: `readInstant` of instants.ts. */
export const instant = kind<number>((value) => {
	const atMs = typeof value === 'number' ? value : typeof value === 'string' ? isoToMs(value.trim()) : Number.NaN;
	if (!Number.isInteger(atMs)) return { problem: 'is not an instant such as 2026-11-21T18:00:00Z' };
	return atMs < EARLIEST_MS || atMs > LATEST_MS ? { problem: 'lies outside the years 1 to 9999' } : { value: atMs };
});

function isoToMs(iso: string): number {
	// As computers write it, which is how most come: several times as fast. The way back shows days that no month has.
	const written = iso.length === 24 && iso.endsWith('Z') ? Date.parse(iso) : Number.NaN;
	if (!Number.isNaN(written) && new Date(written).toISOString() === iso) return written;
	return /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(iso) ? DateTime.fromISO(iso).toMillis() : Number.NaN;
}

/** YYYY-MM-DD */
export const day = ofText<string>((raw) => {
	const value = raw.trim();
	const real = /^\d{4}-\d{2}-\d{2}$/.test(value) && DateTime.fromISO(value, { zone: 'utc' }).isValid;
	return real ? { value } : { problem: 'is not a date such as 1990-05-31' };
});

export const currency = ofText<string>((raw) => {
	const value = raw.trim().toUpperCase();
	return /^[A-Z]{3}$/.test(value) ? { value } : { problem: 'is not a currency code of three letters such as EUR' };
});

/** ISO 3166-1 alpha-2 */
export const country = ofText<string>((raw) => {
	const value = raw.trim().toUpperCase();
	return /^[A-Z]{2}$/.test(value) ? { value } : { problem: 'is not a country code of two letters such as DE' };
});

export const timeZone = ofText<string>((raw) => {
	const value = raw.trim();
	return IANAZone.isValidZone(value) ? { value } : { problem: 'is not a time zone such as Europe/Berlin' };
});

/** Ten-thousandths of the unit; may be negative (a margin). */
export const amountE4 = kind<number>((value) =>
	Number.isSafeInteger(value) ? { value: value as number } : { problem: 'must be an integer count of ten-thousandths' },
);

export const positiveE4 = amountE4.pipe(z.number().min(0, 'is negative'));

export const QUANTITY_LIMIT = 1e9;
/** A gram of a ton; below it a price per unit is no amount any more. */
const LEAST_QUANTITY = 1e-6;
export const quantity = kind<number>((value) => {
	if (typeof value !== 'number' || !Number.isFinite(value)) return { problem: 'is not a number' };
	if (value <= 0) return { problem: 'must be more than 0' };
	if (value < LEAST_QUANTITY) return { problem: 'is too small' };
	return value > QUANTITY_LIMIT ? { problem: 'is too large' } : { value };
});
