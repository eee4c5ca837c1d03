import { MustRunAgain } from '../core/runAgain';
import { customerPlans, type CustomerRow, type JudgedCustomer } from '../store/plans/customerPlans';
import type { Plan, Tx } from '../store/port';

/**
 * Locks customers in id order, so that whoever locks first is counted first, and reads their rows.
 * @throws MustRunAgain when one of them was merged into another while the lock was waited for
 */
export async function lockCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, CustomerRow>> {
	return await lockAndRead(tx, customerPlans.lockAndRead, ids);
}

/** The same with as much of them as the contact policy has to know. */
export async function lockToJudge(tx: Tx, ids: readonly number[]): Promise<Map<number, JudgedCustomer>> {
	return await lockAndRead(tx, customerPlans.lockToJudge, ids);
}

async function lockAndRead<R extends Pick<CustomerRow, 'id' | 'merged_into'>>(tx: Tx, plan: Plan<{ ids: number[] }, R>, ids: readonly number[]): Promise<Map<number, R>> {
	const distinct = [...new Set(ids)];
	const rows = new Map<number, R>();
	for (const row of distinct.length === 0 ? [] : await tx.all(plan, { ids: distinct })) {
		if (row.merged_into !== null) throw new MustRunAgain('A customer was merged into another');
		rows.set(row.id, row);
	}
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
