import { modelPlans } from '../store/plans/featurePlans';
import type { Tx } from '../store/port';
import type { PreferenceModel } from './contract';
import { PREFERENCES } from './preferenceModel';

let lastRead: { body: string; model: PreferenceModel } | undefined;

/** What the last refresh learned of the shop: once a day, and asked for with every order. @returns undefined before the first refresh */
export async function learnedPreferences(tx: Tx): Promise<PreferenceModel | undefined> {
	const [row] = await tx.shopRows(modelPlans.latestOf, { names: [PREFERENCES] });
	if (!row) return undefined;
	if (lastRead?.body !== row.body) lastRead = { body: row.body, model: JSON.parse(row.body) as PreferenceModel };
	return lastRead.model;
}
