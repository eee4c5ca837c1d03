import { modelPlans } from '../store/plans/featurePlans';
import type { Tx } from '../store/port';
import type { PreferenceModel, Preferences } from './contract';
import { factsOf } from './facts';
import { PREFERENCES, preferencesOf } from './preferenceModel';
import { preferencesInWords } from './preferencesInWords';

/** One customer's preferences as of an instant, with the reasons. @param learned of the shop; default: by the last refresh @returns undefined before the first refresh */
export async function preferencesAt(tx: Tx, id: number, { at, currency, learned }: { at: number; currency: string | null; learned?: PreferenceModel }): Promise<{ preferences: Preferences; reason: string } | undefined> {
	const model = learned ?? (await lastLearned(tx));
	if (!model) return undefined;
	const [facts] = await factsOf(tx, [id], { at, currency });
	return { preferences: preferencesOf(model, facts, at), reason: preferencesInWords(model, facts, at) };
}

async function lastLearned(tx: Tx): Promise<PreferenceModel | undefined> {
	const row = await tx.first(modelPlans.latest, { name: PREFERENCES });
	return row && (JSON.parse(row.body) as PreferenceModel);
}
