import { modelPlans } from '../store/plans/featurePlans';
import type { Tx } from '../store/port';
import type { PreferenceModel, Preferences } from './contract';
import { factsOf } from './facts';
import { PREFERENCES, preferencesOf } from './preferenceModel';
import { preferencesInWords } from './preferencesInWords';

/** One customer's preferences as of an instant, by what the last refresh learned of the shop, with the reasons. @returns undefined before the first refresh */
export async function preferencesAt(tx: Tx, id: number, at: number, currency: string | null): Promise<{ preferences: Preferences; reason: string } | undefined> {
	const row = await tx.first(modelPlans.latest, { name: PREFERENCES });
	if (!row) return undefined;
	const model = JSON.parse(row.body) as PreferenceModel;
	const [facts] = await factsOf(tx, [id], { at, currency });
	return { preferences: preferencesOf(model, facts, at), reason: preferencesInWords(model, facts, at) };
}
