import { paymentPlans } from '../store/plans/purchasePlans';
import { featurePlans } from '../store/plans/featurePlans';
import { read } from '../store/port';
import type { FeatureRow } from './contract';

/** Figures page by page, by the customer's number. @returns rows with the customers' ids, and where the next page begins */
export const featurePage = read(async (tx, { after, limit }: { after: number; limit: number }): Promise<{ rows: (FeatureRow & { key: string })[]; next: number | null }> => {
	const rows = await tx.all(featurePlans.page, { after, limit });
	return { rows, next: rows.length < limit ? null : (rows.at(-1) as FeatureRow).customer_id };
});

/** Ids of customers page by page, by their number in the store. */
export const customerKeys = read(async (tx, { after, limit }: { after: number; limit: number }): Promise<{ keys: { id: number; key: string }[]; next: number | null }> => {
	const keys = await tx.all(paymentPlans.keys, { after, limit });
	return { keys, next: keys.length < limit ? null : (keys.at(-1) as { id: number }).id };
});
