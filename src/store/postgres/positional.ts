/** A statement with `$1`-style parameters and how to take their values from named ones. */
export interface Positional {
	/** Name under which the server keeps the prepared statement. */
	name: string;
	sql: string;
	values(params: object): unknown[];
}

/** Turns `:name` into `$n`; `::type` casts and quoted texts are left alone. */
export function positional(sql: string, name: string): Positional {
	const names: string[] = [];
	const text = sql.replace(/'(?:[^']|'')*'|::|:([a-z_][a-z0-9_]*)/gi, (match, parameter?: string) => {
		if (!parameter) return match;
		let index = names.indexOf(parameter);
		if (index < 0) index = names.push(parameter) - 1;
		return `$${index + 1}`;
	});
	return { name, sql: text, values: (params) => names.map((key) => (params as Record<string, unknown>)[key] ?? null) };
}
