import { changePlans } from '../store/plans/columnPlans';
import { featurePlans } from '../store/plans/featurePlans';
import { CHANGED, FILLED_IN } from './columnKinds';
import { forgetColumns } from './columnStore';
import type { Tx } from '../store/port';

/** Notes that something of customers changed; whoever refreshes the figures reads them anew. */
export function noteChanges(tx: Tx, customerIds: Iterable<number>, what: keyof typeof CHANGED): void {
	const ids = [...new Set(customerIds)];
	tx.send(changePlans.note, ids.map((customer_id) => ({ customer_id, what: CHANGED[what] })));
}

/**
 * Notes that history of customers was filled in: what the next refresh makes of it starts nobody (journeys.md sections 5 and 10).
 * What comes in live is told at once, by whatever it changes.
 */
export async function noteFilledIn(tx: Tx, customerIds: Iterable<number>): Promise<void> {
	const ids = [...new Set(customerIds)];
	if (ids.length > 0) await tx.run(changePlans.noteOnce, { ids, what: FILLED_IN });
}

/** After a merge or its undoing: orders and events moved between these customers. */
export async function customersMoved(tx: Tx, customerIds: readonly number[], gone: readonly number[] = []): Promise<void> {
	noteChanges(tx, customerIds, 'orders');
	noteChanges(tx, customerIds, 'events');
	noteChanges(tx, customerIds, 'deeds');
	await noteFilledIn(tx, customerIds);
	await tx.run(featurePlans.remove, { ids: [...gone] });
}

/** Of an erased customer, and of those who were merged into them, no figure is left. */
export async function forgetFigures(tx: Tx, customerIds: readonly number[]): Promise<void> {
	await tx.run(featurePlans.remove, { ids: [...customerIds] });
	// A refresh that is under way writes nothing of who has a note.
	noteChanges(tx, customerIds, 'orders');
	await forgetColumns(tx, customerIds);
}
