import { featurePlans } from '../store/plans/featurePlans';
import { read } from '../store/port';
import type { FeatureRow } from './contract';

/** Figures page by page, by the customer's number. @returns rows with the customers' ids, and where the next page begins */
export const featurePage = read(async (tx, { after, limit }: { after: number; limit: number }): Promise<{ rows: (FeatureRow & { key: string })[]; next: number | null }> => {
	const rows = await tx.all(featurePlans.page, { after, limit });
	return { rows, next: rows.length < limit ? null : (rows.at(-1) as FeatureRow).customer_id };
});
