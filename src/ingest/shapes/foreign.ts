import { readAmountE4, readQuantity } from '../amounts';
import { instantOf } from '../instants';

/** JSON from outside. Readers give undefined for what is absent, null or of another kind; nobody's typing is trusted. */
export type Foreign = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Foreign {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(source: Foreign | undefined, key: string): Foreign | undefined {
	const value = source?.[key];
	return isObject(value) ? value : undefined;
}

/** The objects of a list. */
export function listAt(source: Foreign | undefined, key: string): Foreign[] {
	const value = source?.[key];
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Text or a number as text; trimmed, never empty. */
export function textAt(source: Foreign | undefined, key: string): string | undefined {
	const value = source?.[key];
	const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : typeof value === 'string' ? value.trim() : '';
	return text === '' ? undefined : text;
}

/** Ten-thousandths of the unit. */
export function amountAt(source: Foreign | undefined, key: string): number | undefined {
	return readAmountE4(source?.[key]);
}

export function quantityAt(source: Foreign | undefined, key: string): number | undefined {
	return readQuantity(source?.[key]);
}

/** @param timeZone of readings without an offset */
export function instantAt(source: Foreign | undefined, key: string, timeZone: string): number | undefined {
	const atMs = instantOf(source?.[key], timeZone);
	return Number.isNaN(atMs) ? undefined : atMs;
}

/** The first of several fields that says something. */
export function firstOf<T>(...values: (T | undefined)[]): T | undefined {
	return values.find((value) => value !== undefined);
}
