/** Kinds of things by the table they are in; what is missing here is nothing a person counts. */
const KINDS: Readonly<Record<string, string>> = {
	event: 'events', orders: 'orders', subscription: 'subscriptions', consent: 'consents', note: 'notes', task: 'tasks', touch: 'messages', decision: 'decisions',
};

/** How many rows of each table moved, as a person counts them. */
export function countsByKind(rows: Readonly<Record<string, number>>): Record<string, number> {
	return Object.fromEntries(Object.entries(KINDS).map(([table, kind]) => [kind, rows[table] ?? 0]));
}
