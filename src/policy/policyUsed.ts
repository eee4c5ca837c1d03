import { canonicalJson, hashOf } from '../core/hash';
import { policyPlans } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { compileStricter, type Policy } from './policy';

/** Policies that a store is known to keep: seen there, so committed. */
const kept = new Set<string>();
const KEPT_LIMIT = 2_000;
const hashes = new WeakMap<Policy, string>();

/** Keeps what a decision was made under, once per content, so that it can be made again and explained later. */
export async function rememberPolicy(tx: Tx, policy: Policy): Promise<void> {
	const { version } = policy;
	const content_hash = hashOfPolicy(policy);
	const name = `${tx.storeId}/${version}/${content_hash}`;
	if (kept.has(name)) return;
	if (await tx.first(policyPlans.used, { version, content_hash })) {
		if (kept.size >= KEPT_LIMIT) kept.clear();
		kept.add(name);
		return;
	}
	const { file, ownRules } = policy.source;
	await tx.run(policyPlans.remember, { version, content_hash, body: canonicalJson(file), own_rules: canonicalJson(ownRules), first_used_at: await tx.now() });
}

/** The policies that decisions of this version were made under, the latest first; none for decisions older than the store's memory. */
export async function policiesUsedAs(tx: Tx, version: string): Promise<Policy[]> {
	const rows = await tx.all(policyPlans.usedAs, { version });
	return rows.sort((a, b) => b.first_used_at - a.first_used_at).map((row) => ({ ...compileStricter(JSON.parse(row.body), JSON.parse(row.own_rules) as unknown[]), version }));
}

function hashOfPolicy(policy: Policy): string {
	const known = hashes.get(policy);
	if (known !== undefined) return known;
	const hash = hashOf('policy', canonicalJson([policy.source.file, policy.source.ownRules]));
	hashes.set(policy, hash);
	return hash;
}
