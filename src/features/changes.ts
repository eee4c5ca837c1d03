import { changePlans, featurePlans } from '../store/plans/featurePlans';
import type { Tx } from '../store/port';

/** What changed of a customer; the columns of orders and of events are brought up to date apart. */
export const CHANGED = { orders: 1, events: 2 } as const;

/** Notes that something of customers changed; whoever refreshes the figures reads them anew. */
export async function noteChanges(tx: Tx, customerIds: Iterable<number>, what: keyof typeof CHANGED): Promise<void> {
	const rows = [...new Set(customerIds)].map((customer_id) => ({ customer_id, what: CHANGED[what] }));
	await tx.change(changePlans.note, rows);
}

/** After a merge or its undoing: orders and events moved between these customers. */
export async function customersMoved(tx: Tx, customerIds: readonly number[], gone: readonly number[] = []): Promise<void> {
	await noteChanges(tx, customerIds, 'orders');
	await noteChanges(tx, customerIds, 'events');
	await tx.run(featurePlans.remove, { ids: [...gone] });
}

/** Of an erased customer no figure is left. */
export async function forgetFigures(tx: Tx, customerId: number): Promise<void> {
	await tx.run(featurePlans.remove, { ids: [customerId] });
	await tx.run(changePlans.forget, { customer_id: customerId });
}
