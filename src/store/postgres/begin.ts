import type { Operation } from '../port';

export const WRITE = 'BEGIN';
const READ = 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ';

/**
 * A connection plans every statement anew each time (connections.ts), which for a thousand customers found by key is a tenth
 * of the server's work. Here plans are kept, and may have been made while the tables were empty: so what is right for small
 * tables only is ruled out, and what is left (an index, in its order) is right for all.
 */
const BY_KEY = `${WRITE}; SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off`;

/** How the transaction of an operation begins. */
export function beginOf({ mode, byKey }: Pick<Operation<never, unknown>, 'mode' | 'byKey'>): string {
	if (mode === 'read') return READ;
	return byKey ? BY_KEY : WRITE;
}
