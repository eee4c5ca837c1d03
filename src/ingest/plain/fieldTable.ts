import { AMOUNT_HINT, QUANTITY_HINT, readAmountE4, readQuantity } from '../amounts';
import { FLAG_HINT, readFlag } from '../flags';
import { INSTANT_HINT, instantOf, plainDay } from '../instants';
import type { FieldProblem } from '../problems';

/** How a value is read before the record's schema sees it. */
type Reading = 'asIs' | 'instant' | 'dayOrInstant' | 'amount' | 'number' | 'flag';

/** One field of a record: how its value is read, and the names it goes by, written loosely (`looseKey`), best first. */
export interface FieldSpec {
	reading: Reading;
	names: readonly string[];
}
export type FieldTable = Readonly<Record<string, FieldSpec>>;

export const asIs = (...names: string[]): FieldSpec => ({ reading: 'asIs', names });
export const instant = (...names: string[]): FieldSpec => ({ reading: 'instant', names });
/** A day without a time of day stays one: text, where an instant is a number. */
export const dayOrInstant = (...names: string[]): FieldSpec => ({ reading: 'dayOrInstant', names });
export const amount = (...names: string[]): FieldSpec => ({ reading: 'amount', names });
export const number = (...names: string[]): FieldSpec => ({ reading: 'number', names });
export const flag = (...names: string[]): FieldSpec => ({ reading: 'flag', names });

/** What was found in an item. */
export interface FoundFields {
	/** by our field; absent fields are absent here */
	values: Record<string, unknown>;
	/** our field -> the name it went by */
	keyOf: Map<string, string>;
	problems: FieldProblem[];
	/** fields of the item that are none of ours */
	rest: Record<string, unknown>;
}

/** `First Name`, `firstName`, `first_name` and `FIRST-NAME` are one name. */
function looseKey(key: string): string {
	return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** null, undefined and the empty text say nothing, so a field of that value is no field. */
export function findFields(item: Readonly<Record<string, unknown>>, table: FieldTable, timeZone: string): FoundFields {
	const keys = new Map<string, string>();
	for (const [key, value] of Object.entries(item)) {
		if (value !== null && value !== undefined && value !== '' && !keys.has(looseKey(key))) keys.set(looseKey(key), key);
	}
	const found: FoundFields = { values: {}, keyOf: new Map(), problems: [], rest: {} };
	const used = new Set<string>();
	for (const [field, { names, reading }] of Object.entries(table)) {
		const key = names.map((name) => keys.get(name)).find((name) => name !== undefined);
		if (key === undefined) continue;
		used.add(key);
		found.keyOf.set(field, key);
		const result = READERS[reading](item[key], timeZone);
		if ('value' in result) found.values[field] = result.value;
		else found.problems.push({ field: key, problem: result.problem });
	}
	for (const key of keys.values()) if (!used.has(key)) found.rest[key] = item[key];
	return found;
}

/** `own` completed by what `inside` says besides. */
export function mergeFields(own: FoundFields, inside: FoundFields): FoundFields {
	const merged: FoundFields = { values: { ...inside.values, ...own.values }, keyOf: new Map([...inside.keyOf, ...own.keyOf]), problems: [...own.problems], rest: { ...inside.rest, ...own.rest } };
	for (const [field, key] of inside.keyOf) {
		// A bad value of the item itself is not replaced behind its back.
		if (own.keyOf.has(field)) merged.values[field] = own.values[field];
		else merged.problems.push(...inside.problems.filter((problem) => problem.field === key));
	}
	return merged;
}

type Outcome = { value: unknown } | { problem: string };

const READERS: Record<Reading, (value: unknown, timeZone: string) => Outcome> = {
	asIs: (value) => ({ value }),
	instant: (value, timeZone) => {
		const atMs = instantOf(value, timeZone);
		return Number.isNaN(atMs) ? { problem: INSTANT_HINT } : { value: atMs };
	},
	dayOrInstant: (value, timeZone) => {
		const day = plainDay(value);
		return day === undefined ? READERS.instant(value, timeZone) : { value: day };
	},
	amount: (value) => orHint(readAmountE4(value), AMOUNT_HINT),
	number: (value) => orHint(readQuantity(value), QUANTITY_HINT),
	flag: (value) => orHint(readFlag(value), FLAG_HINT),
};

function orHint(value: unknown, hint: string): Outcome {
	return value === undefined ? { problem: hint } : { value };
}
