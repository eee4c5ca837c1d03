import type { PreferenceModel } from '../preferences/contract';
import { FAMILIES } from './families';
import type { FittedFamily } from './models';

/** What figures of a customer are measured against. */
export interface LearnedOfShop {
	/** UTC milliseconds */
	at: number;
	/** That amounts are counted in. */
	currency: string | null;
	/** By the families' names. */
	families: readonly { name: string; model: object; settings: object }[];
	preferences: PreferenceModel;
}

/** Made ready to be applied. */
export function familiesOf({ at, families }: LearnedOfShop): FittedFamily[] {
	return FAMILIES.flatMap((family): FittedFamily[] => {
		const one = families.find(({ name }) => name === family.name);
		return one ? [{ family, model: one.model, settings: one.settings, learnedAt: at }] : [];
	});
}
