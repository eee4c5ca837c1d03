import { compilePolicy, type Policy } from './policy';

/** Policies that were given lately, by their JSON. */
const lately = new Map<string, Policy>();
const KEPT = 50;

/**
 * A policy file that is given with a call. Whoever decides by a file gives it with every call, so it is compiled when it is
 * given for the first time: for one decision that takes longer than to decide.
 * @param raw the parsed JSON of contact-policy.md section 10
 * @throws JourneyError bad_policy naming rule and field
 */
export function givenPolicy(raw: unknown): Policy {
	const text = jsonOf(raw);
	if (text === undefined) return compilePolicy(raw);
	const known = lately.get(text);
	if (known) return known;
	const policy = compilePolicy(raw);
	// Its giver may change the file afterwards.
	const kept: Policy = { ...policy, source: { file: JSON.parse(text), ownRules: [] } };
	if (lately.size >= KEPT) lately.clear();
	lately.set(text, kept);
	return kept;
}

/** undefined: no JSON can say it, so it is no policy either. */
function jsonOf(raw: unknown): string | undefined {
	try {
		return JSON.stringify(raw);
	} catch {
		return undefined;
	}
}
