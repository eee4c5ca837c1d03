/**
 * Rewrites the `:name` parameters of a statement; `::type` casts and quoted texts are left alone.
 * @param place what stands in the statement for a name
 */
export function replaceParameters(sql: string, place: (name: string) => string): string {
	return sql.replace(/'(?:[^']|'')*'|::|:([a-z_][a-z0-9_]*)/gi, (match, name?: string) => (name === undefined ? match : place(name)));
}
