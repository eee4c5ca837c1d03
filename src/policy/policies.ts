import { policyPlans } from '../store/plans/policyPlans';
import { read, write, type Tx } from '../store/port';
import { metaPlans, readMeta } from '../store/storeClock';
import { JourneyError } from '../core/errors';
import { canonicalJson } from '../core/hash';
import type { SavedPolicy, SavePolicy } from './contract';
import { defaultPolicy } from './defaultPolicy';
import { compilePolicy, compileStricter, type Policy } from './policy';

/** The policy that all journeys of a store obey (contact-policy.md section 11). */
export const COMPANY_POLICY = 'default';

/**
 * Saves a new version of a policy; the same content again saves nothing. The company policy's zone is the store's zone,
 * for waits as well as for quiet hours; a policy that names none keeps the store's.
 * @throws JourneyError `bad_policy` naming rule and field
 */
export const savePolicy = write(async (tx, { name, body, savedBy }: SavePolicy): Promise<SavedPolicy> => {
	const { version: _version, ...given } = body as Record<string, unknown>;
	const content: Record<string, unknown> = { storeZone: await storeZone(tx), ...given };
	compilePolicy(content);
	await tx.all(policyPlans.lock, {});
	const now = await tx.now();
	const before = await tx.first(policyPlans.latest, { name });
	if (before && canonicalJson(JSON.parse(before.body)) === canonicalJson(content)) {
		return { name, version: before.version, body: content, savedAt: before.saved_at, result: 'unchanged' };
	}
	const version = (before?.version ?? 0) + 1;
	if (name === COMPANY_POLICY) await tx.run(metaPlans.set, { key: 'zone', value: content.storeZone as string });
	await tx.each(policyPlans.save, [{ name, version, body: JSON.stringify(content), saved_at: now, saved_by: savedBy ?? null }]);
	return { name, version, body: content, savedAt: now, result: 'saved' };
});

/** The latest version; null when the store has none of that name and the shipped default holds. */
export const getPolicy = read(async (tx, { name }: { name: string }): Promise<SavedPolicy | null> => {
	const row = await tx.first(policyPlans.latest, { name });
	return row ? { name, version: row.version, body: JSON.parse(row.body) as Record<string, unknown>, savedAt: row.saved_at, result: 'unchanged' } : null;
});

const storeZone = async (tx: Tx) => (await readMeta(tx, 'zone')) ?? 'UTC';

const compiled = new Map<string, { text: string; policy: Policy }>();
const COMPILED_LIMIT = 200;

/**
 * A policy in force with a node's own rules on top, compiled once per version.
 * @param name the company policy's unless given
 * @throws JourneyError `bad_policy` when the store has no policy of that name
 */
export async function policyInForce(tx: Tx, nodeRules: unknown[], name = COMPANY_POLICY): Promise<Policy> {
	const row = await tx.first(policyPlans.latest, { name });
	if (!row && name !== COMPANY_POLICY) {
		throw new JourneyError('bad_policy', `There is no policy "${name}" in this customer store: save it with Contact Policy > Edit Company Policy, or take the company policy.`, { policy: name });
	}
	const body = row ? { version: `${name}-${row.version}`, ...(JSON.parse(row.body) as object) } : { ...defaultPolicy, storeZone: await storeZone(tx) };
	const text = canonicalJson([body, nodeRules]);
	const place = `${tx.storeId}/${name}/${canonicalJson(nodeRules)}`;
	const known = compiled.get(place);
	if (known?.text === text) return known.policy;
	const policy = compileStricter(body, nodeRules);
	if (compiled.size >= COMPILED_LIMIT) compiled.clear();
	compiled.set(place, { text, policy });
	return policy;
}
