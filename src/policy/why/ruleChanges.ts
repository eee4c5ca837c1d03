import { counts, covers, holdsSlot, isExempt, limitFor } from '../counting';
import type { Policy, Rule } from '../policy';
import { questionOf } from '../question';
import type { Candidate } from './change';
import { holdsNow, policyOfOnly, withRule, type World } from './world';

/** So many of the latest messages are tried as the one that had not been sent. */
const SENDS_TRIED = 60;
const MINUTE_MS = 60_000;

/** What of the rules stood against a message: a limit with room for more, a shorter gap, one message less before it. */
export function ruleChanges(world: World): Candidate[] {
	const { request, facts, policy } = world;
	if (facts.customer === null || request.class === 'transactional') return [];
	const rules = policy.rules.filter((rule) => covers(rule, request) && !isExempt(rule, request));
	return [...rules.flatMap((rule) => ofRule(rule, world)), ...priorityChange(world), ...earlierSends(rules, world), ...waitingMessages(rules, world)];
}

function ofRule(rule: Rule, world: World): Candidate[] {
	const candidates: Candidate[] = [];
	const held = holdsNow({ ...world, policy: policyOfOnly(world.policy, { rules: [rule] }) });
	if (held.some(({ check }) => check === 'min-gap')) candidates.push(...shorterGap(rule, world));
	if (held.some(({ check }) => check === 'cap' || check === 'arbitration')) candidates.push(...higherLimit(rule, world));
	if (rule.mode === 'batch' && held.some(({ check }) => check === 'arbitration')) {
		candidates.push({ change: { kind: 'first-come', rule: rule.id }, size: 1, apply: onRule(rule.id, (one) => ({ ...one, mode: 'fcfs' })) });
	}
	return candidates;
}

/** The gap between the last message that counts and this one. */
function shorterGap(rule: Rule, { request, facts, policy, nowMs }: World): Candidate[] {
	const { ledger } = questionOf(request, facts, policy, nowMs);
	const last = ledger.times(rule, nowMs - rule.minGapMs, nowMs + 1).at(-1);
	if (last === undefined) return [];
	const exact = nowMs - last;
	const to = exact < MINUTE_MS ? exact : exact - (exact % MINUTE_MS);
	return [{ change: { kind: 'gap', rule: rule.id, from: rule.minGapMs, to }, size: rule.minGapMs - to, apply: onRule(rule.id, (one) => ({ ...one, minGapMs: to })) }];
}

/** The smallest limit under which the rule lets this message go now. */
function higherLimit(rule: Rule, world: World): Candidate[] {
	const { facts, policy } = world;
	const from = facts.customer && limitFor(rule.limit, facts.customer);
	if (from === null) return [];
	const most = from + facts.touches.length + facts.pending.length + 1;
	for (let to = from + 1; to <= most; to++) {
		const alone = { ...rule, minGapMs: 0, limit: { default: to, byStage: {} } };
		if (holdsNow({ ...world, policy: policyOfOnly(policy, { rules: [alone] }) }).length > 0) continue;
		return [{ change: { kind: 'limit', rule: rule.id, from, to }, size: to - from, apply: onRule(rule.id, (one) => ({ ...one, limit: alone.limit })) }];
	}
	return [];
}

/** The lowest priority at which nobody else goes first, or a reservation gives way. */
function priorityChange(world: World): Candidate[] {
	const { request, facts } = world;
	const outranked = holdsNow(world).some(({ check }) => check === 'arbitration');
	if (!outranked && !facts.touches.some(({ state }) => state === 'reserved')) return [];
	for (let to = request.priority + 1; to <= 100; to++) {
		const higher = { ...world, request: { ...request, priority: to } };
		if (outranked ? holdsNow(higher).some(({ check }) => check === 'arbitration') : holdsNow(higher).length > 0) continue;
		return [{ change: { kind: 'priority', from: request.priority, to }, size: to - request.priority, apply: (one) => ({ ...one, request: { ...one.request, priority: to } }) }];
	}
	return [];
}

function earlierSends(rules: readonly Rule[], { request, facts, nowMs }: World): Candidate[] {
	const sameStep = new Set((facts.sameStep ?? []).filter((touch) => touch.channel === request.channel).map(({ key }) => key));
	const counted = facts.touches.filter((touch) => holdsSlot(touch, nowMs) && (sameStep.has(touch.key) || rules.some((rule) => counts(rule, touch))));
	return counted.slice(-SENDS_TRIED).map(({ key, ts, channel, journey }) => ({
		change: { kind: 'earlier-send', key, at: ts, channel, journey: journey ?? null },
		size: nowMs - ts,
		apply: (world) => ({
			...world,
			facts: { ...world.facts, touches: world.facts.touches.filter((one) => one.key !== key), sameStep: world.facts.sameStep?.filter((one) => one.key !== key) },
		}),
	}));
}

function waitingMessages(rules: readonly Rule[], { facts }: World): Candidate[] {
	return facts.pending
		.filter((pending) => rules.some((rule) => counts(rule, pending)))
		.map(({ key, channel, journey }) => ({
			change: { kind: 'waiting-message', key, channel, journey: journey ?? null },
			size: 1,
			apply: (world) => ({ ...world, facts: { ...world.facts, pending: world.facts.pending.filter((one) => one.key !== key) } }),
		}));
}

const onRule = (id: string, change: (rule: Rule) => Rule) => (world: World): World => {
	const rule = world.policy.rules.find((one) => one.id === id);
	const policy: Policy = rule ? withRule(world.policy, change(rule)) : world.policy;
	return { ...world, policy };
};
