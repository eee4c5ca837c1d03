import type { CustomerRow } from '../../store/plans/customerPlans';
import { mergePlans } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';
import { loadCustomers } from '../locking';

/** A customer and everybody who was merged into them, directly or through others; the customer first. */
export async function familyOf(tx: Tx, id: number): Promise<number[]> {
	const family = [id];
	for (let generation = [id]; generation.length > 0; ) {
		generation = (await tx.all(mergePlans.absorbedBy, { ids: generation })).map((row) => row.id).sort((a, b) => a - b);
		family.push(...generation);
	}
	return family;
}

/** The customer that a number from an old link stands for by now: who was merged is found under who took them in. */
export async function standingCustomer(tx: Tx, id: number): Promise<CustomerRow | undefined> {
	let row = (await loadCustomers(tx, [id])).get(id);
	while (row && row.merged_into !== null) row = (await loadCustomers(tx, [row.merged_into])).get(row.merged_into);
	return row && row.erased_at === null ? row : undefined;
}
