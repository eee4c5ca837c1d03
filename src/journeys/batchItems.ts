import type { BatchRow, KeptWait } from '../store/plans/batchPlans';
import type { WaitRow } from '../store/plans/waitPlans';

/** Everybody in a batch: what most of them waited for is kept once (waitPlans.moveDue). */
export function waitsOf({ items, spec }: Pick<BatchRow, 'items' | 'spec'>): WaitRow[] {
	const waits = JSON.parse(items) as KeptWait[];
	for (const wait of waits) wait.spec ??= spec;
	return waits as WaitRow[];
}

/** The same the other way: what a batch keeps of these. */
export function keeping(waits: readonly WaitRow[]): Pick<BatchRow, 'items' | 'spec' | 'size'> {
	return { items: JSON.stringify(waits), spec: null, size: waits.length };
}
