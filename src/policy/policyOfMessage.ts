import { policyPlans } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { COMPANY_POLICY, policyInForce } from './policies';
import type { Policy } from './policy';

/**
 * The policy that a message was let out under, as it stands now: the one of the same name, with the rules of the node that
 * asked (policy.ts and policies.ts write the version). One of a file, or of no name that the store has, is the company's.
 */
export async function policyNow(tx: Tx, version: string): Promise<Policy> {
	const [, name = ''] = /^(.+?)-\d+(?:\+[0-9a-f]{8})?$/.exec(version) ?? [];
	const known = name !== '' && name !== COMPANY_POLICY && (await tx.first(policyPlans.latest, { name })) !== undefined;
	return await policyInForce(tx, await ownRules(tx, version), known ? name : COMPANY_POLICY);
}

async function ownRules(tx: Tx, version: string): Promise<unknown[]> {
	if (!version.includes('+')) return [];
	const [latest] = (await tx.all(policyPlans.usedAs, { version })).sort((a, b) => b.first_used_at - a.first_used_at);
	return latest ? (JSON.parse(latest.own_rules) as unknown[]) : [];
}
