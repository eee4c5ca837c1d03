import { policyPlans } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { COMPANY_POLICY } from './policies';

/** Share of all customers who get no marketing, 0 to 50: a field of the company policy. */
export async function companyControlPercent(tx: Tx): Promise<number> {
	const row = await tx.first(policyPlans.latest, { name: COMPANY_POLICY });
	const { controlPercent = 0 } = row ? (JSON.parse(row.body) as { controlPercent?: number }) : {};
	return controlPercent;
}
