import { MustRunAgain } from '../core/runAgain';
import { customerPlans, type CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';

/**
 * Locks customers in id order, so that whoever locks first is counted first, and reads their rows.
 * @throws MustRunAgain when one of them was merged into another while the lock was waited for
 */
export async function lockCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, CustomerRow>> {
	const distinct = [...new Set(ids)];
	const rows = new Map((distinct.length === 0 ? [] : await tx.all(customerPlans.lockAndRead, { ids: distinct })).map((row) => [row.id, row]));
	if ([...rows.values()].some((row) => row.merged_into !== null)) throw new MustRunAgain('A customer was merged into another');
	return rows;
}

export async function lockRows(tx: Tx, ids: readonly number[]): Promise<void> {
	const distinct = [...new Set(ids)].sort((a, b) => a - b);
	if (distinct.length > 0) await tx.all(customerPlans.lock, { ids: distinct });
}

export async function loadCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, CustomerRow>> {
	const distinct = [...new Set(ids)];
	if (distinct.length === 0) return new Map();
	const rows = await tx.all(customerPlans.byIds, { ids: distinct });
	return new Map(rows.map((row) => [row.id, row]));
}
