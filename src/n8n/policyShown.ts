import { JourneyError } from '../core/errors';
import { defaultPolicy } from '../policy/defaultPolicy';
import { COMPANY_POLICY } from '../policy/policies';
import { policyInWords } from './policyChanges';
import type { StoreHandle } from './storeRegistry';

/** A policy as a person reads it. */
export interface PolicyShown {
	name: string;
	/** null: what every new store starts with, as nobody has saved one */
	version: number | null;
	savedAt: string | null;
	/** a sentence a rule */
	policy: string[];
}

/**
 * A policy of the store in plain words.
 * @param name the company policy's where empty
 * @throws JourneyError `bad_policy` when the store has none of that name
 */
export async function policyShown(store: StoreHandle, name: string): Promise<PolicyShown> {
	const asked = name || COMPANY_POLICY;
	const saved = await store.run('policy.get', { name: asked });
	if (!saved && asked !== COMPANY_POLICY) throw new JourneyError('bad_policy', `There is no policy "${asked}" in this customer store: save it with Edit Company Policy, or leave the name empty for the company policy.`, { policy: asked });
	const body = saved?.body ?? { ...defaultPolicy, storeZone: (await store.run('store.settings', {})).zone };
	return { name: asked, version: saved?.version ?? null, savedAt: saved ? new Date(saved.savedAt).toISOString() : null, policy: policyInWords(body as Record<string, unknown>) };
}
