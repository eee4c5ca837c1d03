import type { Facts } from '../facts';
import type { Policy, Rule } from '../policy';
import { questionOf } from '../question';
import type { ContactRequest } from '../request';
import type { Hold } from '../timedCheck';
import { timedChecks } from '../timedChecks';

/** Everything that one answer depended on. `decide(request, facts, policy, nowMs)` gives it again. */
export interface World {
	request: ContactRequest;
	facts: Facts;
	policy: Policy;
	nowMs: number;
}

/** What holds a message at the instant itself, wherever the search for a later instant went from there. */
export function holdsNow(world: World): Hold[] {
	const { request, facts, policy, nowMs } = world;
	if (facts.customer === null) return [];
	const question = questionOf(request, facts, policy, nowMs);
	return timedChecks(question).flatMap((check) => check.holdAt(nowMs, question) ?? []);
}

/** The policy with nothing in it but what is asked about. */
export function policyOfOnly(policy: Policy, parts: Partial<Pick<Policy, 'rules' | 'quietHours' | 'sendWindows' | 'blackoutDays'>>): Policy {
	return { ...policy, rules: [], quietHours: [], sendWindows: [], blackoutDays: [], channelCapacity: [], ...parts };
}

export function withRule(policy: Policy, changed: Rule): Policy {
	return { ...policy, rules: policy.rules.map((rule) => (rule.id === changed.id ? changed : rule)) };
}
