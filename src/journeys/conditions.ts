import { z } from 'zod/v4';

/** What a marketer can ask of a field. */
const OPERATORS = ['equals', 'notEquals', 'contains', 'notContains', 'greaterThan', 'lessThan', 'exists', 'notExists'] as const;

/** One line of a filter: a field (dots reach inside, `items.0.name`), an operator, a value. */
export const condition = z.strictObject({
	field: z.string().trim().min(1),
	operator: z.enum(OPERATORS),
	value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});
export type Condition = z.output<typeof condition>;

export type JsonObject = Record<string, unknown>;

/** All conditions hold. No conditions: true. */
export function matchesAll(conditions: readonly Condition[], subject: JsonObject): boolean {
	return conditions.every((one) => matches(one, subject));
}

/**
 * Numbers compare as numbers when both sides read as numbers, texts without regard to case. A missing field matches only
 * `notExists`, `notEquals` and `notContains` (J13: no match, never an error).
 */
export function matches(one: Condition, subject: JsonObject): boolean {
	const actual = valueAt(subject, one.field);
	const present = actual !== undefined && actual !== null && actual !== '';
	switch (one.operator) {
		case 'exists':
			return present;
		case 'notExists':
			return !present;
		case 'equals':
			return present && sameValue(actual, one.value);
		case 'notEquals':
			return !present || !sameValue(actual, one.value);
		case 'contains':
			return present && holds(actual, one.value);
		case 'notContains':
			return !present || !holds(actual, one.value);
		case 'greaterThan':
			return present && compare(actual, one.value) > 0;
		case 'lessThan':
			return present && compare(actual, one.value) < 0;
	}
}

/** The value at a dotted path, own properties only. */
export function valueAt(subject: unknown, path: string): unknown {
	let value = subject;
	for (const part of path.split('.')) {
		if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
		value = (value as JsonObject)[part];
	}
	return value;
}

/** Equality across what shops send: 12, "12" and "12.0" are one number; "Yes" and "yes" one word; true and "true" one truth. */
export function sameValue(a: unknown, b: unknown): boolean {
	const x = asNumber(a);
	const y = asNumber(b);
	if (x !== undefined && y !== undefined) return x === y;
	return asText(a) === asText(b);
}

function holds(actual: unknown, value: unknown): boolean {
	if (Array.isArray(actual)) return actual.some((inner) => sameValue(inner, value));
	return asText(actual).includes(asText(value));
}

/** NaN when the two cannot be ordered, so that neither greaterThan nor lessThan holds. */
function compare(a: unknown, b: unknown): number {
	const x = asNumber(a);
	const y = asNumber(b);
	if (x !== undefined && y !== undefined) return x - y;
	if (x !== undefined || y !== undefined || b === undefined) return Number.NaN;
	const left = asText(a);
	const right = asText(b);
	return left < right ? -1 : left > right ? 1 : 0;
}

function asNumber(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	if (typeof value !== 'string' || !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return undefined;
	const number = Number(value);
	// Ids such as 00123 or 20-digit numbers are words, not numbers.
	return /^\s*-?0\d/.test(value) || !Number.isSafeInteger(Math.trunc(number)) ? undefined : number;
}

function asText(value: unknown): string {
	if (value === null || value === undefined) return '';
	return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim().toLowerCase();
}
