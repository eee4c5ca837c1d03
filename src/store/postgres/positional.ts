import { replaceParameters } from '../namedParameters';

/** A statement with `$1`-style parameters and how to take their values from named ones. */
export interface Positional {
	/** Name under which the server keeps the prepared statement. */
	name: string;
	sql: string;
	values(params: object): unknown[];
}

/** Turns `:name` into `$n`, the same name into the same number. */
export function positional(sql: string, name: string): Positional {
	const names: string[] = [];
	const text = replaceParameters(sql, (parameter) => {
		const index = names.indexOf(parameter);
		return `$${index < 0 ? names.push(parameter) : index + 1}`;
	});
	return { name, sql: text, values: (params) => names.map((key) => (params as Record<string, unknown>)[key] ?? null) };
}
