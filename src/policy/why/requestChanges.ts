import type { Decision } from '../decision';
import type { Candidate } from './change';
import type { World } from './world';

/** What of the message itself, of the switch of the whole policy, of the channel and of the control group stood against it. */
export function requestChanges({ request, facts, policy, nowMs }: World, decision: Decision): Candidate[] {
	const candidates: Candidate[] = [];
	const onRequest = (change: Candidate['change'], parts: Partial<World['request']>, size = 1) =>
		candidates.push({ change, size, apply: (world) => ({ ...world, request: { ...world.request, ...parts } }) });
	if (request.notBefore !== undefined && request.notBefore > nowMs) onRequest({ kind: 'not-before', from: request.notBefore, to: nowMs }, { notBefore: nowMs }, request.notBefore - nowMs);
	const latest = latestNeeded(decision, nowMs);
	if (request.deadline !== undefined && latest !== null && latest > request.deadline) {
		onRequest({ kind: 'deadline', from: request.deadline, to: latest }, { deadline: latest }, latest - request.deadline);
	}
	if (request.onBlock === 'drop' && decision.decision === 'drop' && decision.rule !== undefined) onRequest({ kind: 'on-block' }, { onBlock: 'delay' });
	if (policy.off && request.class !== 'transactional') candidates.push({ change: { kind: 'policy-on' }, size: 1, apply: (world) => ({ ...world, policy: { ...world.policy, off: false } }) });
	const capacity = policy.channelCapacity.find(({ channel }) => channel === request.channel);
	if (capacity && (capacity.limit === 0 || (facts.channelFreeAtMs?.[request.channel] ?? -Infinity) > nowMs)) {
		candidates.push({
			change: { kind: 'channel-capacity', channel: request.channel, from: capacity.limit },
			size: 1,
			apply: (world) => ({ ...world, policy: { ...world.policy, channelCapacity: world.policy.channelCapacity.filter((one) => one !== capacity) } }),
		});
	}
	if (facts.inHoldout === true) candidates.push({ change: { kind: 'control-group' }, size: 1, apply: (world) => ({ ...world, facts: { ...world.facts, inHoldout: false } }) });
	return candidates;
}

/** The instant that a deadline would have to leave time for: the decision's own, or the one that came too late. */
function latestNeeded(decision: Decision, nowMs: number): number | null {
	if (decision.decision !== 'drop' || decision.reason !== 'expired') return null;
	return decision.nextPossibleAtMs ?? nowMs;
}
