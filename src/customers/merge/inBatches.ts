import { erasurePlans } from '../../store/plans/erasurePlans';
import type { WaitRow } from '../../store/plans/waitPlans';
import { mergePlans } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';
import { waitsOf } from '../../journeys/batchItems';

interface Batch {
	id: number;
	rows: WaitRow[];
}

/** What batches that are under way hold of a customer. */
export async function rowsInBatches(tx: Tx, customerId: number): Promise<WaitRow[]> {
	return (await batchesWith(tx, customerId, mergePlans.lookInBatches)).flatMap(({ rows }) => rows.filter((row) => row.customer_id === customerId));
}

/**
 * Changes what batches that are under way say of a customer. Call it after the customer's waits were changed: a release
 * that took some of them meanwhile has committed its batch by then.
 * @param change gives the row as it shall be, or undefined to take it out
 * @returns how many rows were changed or taken out
 */
export async function changeInBatches(tx: Tx, customerId: number, change: (row: WaitRow) => WaitRow | undefined): Promise<number> {
	let changed = 0;
	for (const { id, rows } of await batchesWith(tx, customerId, mergePlans.batchesOf)) {
		const left = rows.flatMap((row) => {
			if (row.customer_id !== customerId) return [row];
			const after = change(row);
			if (after !== row) changed += 1;
			return after ?? [];
		});
		await tx.run(erasurePlans.setBatchItems, { id, items: JSON.stringify(left), size: left.length });
	}
	return changed;
}

async function batchesWith(tx: Tx, customerId: number, plan: typeof mergePlans.batchesOf): Promise<Batch[]> {
	// `"customer_id":17` stands unescaped nowhere else in the JSON: texts inside have escaped quotes.
	const batches = await tx.all(plan, { customer_id: customerId, inside: `%"customer_id":${customerId},%`, last: `%"customer_id":${customerId}}%` });
	return batches.map((batch) => ({ id: batch.id, rows: waitsOf(batch) })).filter(({ rows }) => rows.some((row) => row.customer_id === customerId));
}
