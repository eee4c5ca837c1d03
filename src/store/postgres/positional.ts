import { replaceParameters } from '../namedParameters';
import { SHOP_TABLES, type ShopTable } from '../port';

/** A statement with `$1`-style parameters and how to take their values from named ones. */
export interface Positional {
	/** Name under which the server keeps the prepared statement. */
	name: string;
	sql: string;
	/** Which tables of the shop's set-up it writes to. */
	writes: readonly ShopTable[];
	/** It waits for others, and what they committed meanwhile counts from then on. */
	locks: boolean;
	values(params: object): unknown[];
	/** Of a bulk statement for one row. */
	row(row: object): unknown[];
	/**
	 * The same for many rows: an array for each parameter, with a value of every row.
	 * @param shared parameters that are no arrays: all rows have the same value
	 */
	columns(rows: readonly object[], shared?: readonly string[]): unknown[];
}

/** Turns `:name` into `$n`, the same name into the same number. */
export function positional(sql: string, name: string): Positional {
	const names: string[] = [];
	const text = replaceParameters(sql, (parameter) => {
		const index = names.indexOf(parameter);
		return `$${index < 0 ? names.push(parameter) : index + 1}`;
	});
	return {
		name,
		sql: text,
		writes: SHOP_TABLES.filter((table) => new RegExp(`\\b(INSERT INTO|UPDATE|DELETE FROM)\\s+${table}\\b`, 'i').test(text)),
		locks: /\bFOR UPDATE\b|\bpg_advisory_xact_lock\b/.test(text),
		values: (params) => names.map((key) => valueOf((params as Record<string, unknown>)[key])),
		row: (row) => names.map((key) => scalar((row as Record<string, unknown>)[key])),
		columns: (rows, shared = []) => names.map((key) => (shared.includes(key) ? valueOf((rows[0] as Record<string, unknown>)[key]) : columnText(rows as readonly Record<string, unknown>[], key))),
	};
}

function valueOf(value: unknown): unknown {
	if (Array.isArray(value)) return arrayText(value);
	return typeof value === 'string' ? withoutNul(value) : (value ?? null);
}

/** A value of one row: what is no text or number is JSON, as in many rows. */
const scalar = (value: unknown): unknown => valueOf(typeof value === 'object' && value !== null ? JSON.stringify(value) : value);

/** PostgreSQL refuses a whole statement for one NUL character in any of its texts: nobody's name or address has one. */
const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text);

/** PostgreSQL's text form of an array; the driver's own way takes several times as long for ids. */
function arrayText(values: readonly unknown[]): string {
	return `{${values.map(elementText).join(',')}}`;
}

/** The same of one field of many rows. Often it is the same in all of them. */
function columnText(rows: readonly Record<string, unknown>[], key: string): string {
	let text = '{';
	let last: unknown;
	let lastText = '';
	for (let place = 0; place < rows.length; place++) {
		const value = rows[place][key];
		if (place === 0 || value !== last) {
			last = value;
			lastText = elementText(value);
		}
		text += place === 0 ? lastText : `,${lastText}`;
	}
	return `${text}}`;
}

function elementText(value: unknown): string {
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (value === null || value === undefined) return 'NULL';
	const text = typeof value === 'string' ? withoutNul(value) : JSON.stringify(value);
	const whole = text.includes('\\') ? text.replace(/\\/g, '\\\\') : text;
	return `"${whole.includes('"') ? whole.replace(/"/g, '\\"') : whole}"`;
}
