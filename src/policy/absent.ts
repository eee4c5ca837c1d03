/**
 * Leaves out what is null, at every depth: forms and exports write null where a person left a field empty, and an empty
 * field is an absent one.
 */
export function withoutNulls(value: unknown): unknown {
	if (value === null || !holdsNull(value)) return value;
	if (Array.isArray(value)) return value.map(withoutNulls);
	return Object.fromEntries(
		Object.entries(value as object)
			.filter(([, inner]) => inner !== null)
			.map(([key, inner]) => [key, withoutNulls(inner)]),
	);
}

/** Most hold none, and are given back as they are. */
function holdsNull(value: unknown): boolean {
	if (typeof value !== 'object') return false;
	if (value === null) return true;
	for (const key in value) if (holdsNull((value as Record<string, unknown>)[key])) return true;
	return false;
}
