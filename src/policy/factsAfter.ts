import type { Decision, SendDecision } from './decision';
import type { Facts, Touch } from './facts';
import { pendingOf } from './pending';
import type { ContactRequest } from './request';

/** The customer's facts after a decision was carried out, with what goes handed off at once: what the next decision has to see. */
export function factsAfter(facts: Facts, request: ContactRequest, decision: Decision, nowMs: number): Facts {
	const pending = facts.pending.filter(({ key }) => key !== request.key);
	if (decision.decision === 'delay') {
		const { untilMs, channel } = decision;
		const waiting = pendingOf(request, { untilMs, createdAtMs: request.createdAt ?? facts.prior?.askedAtMs ?? nowMs, channel });
		return { ...facts, pending: [...pending, { ...waiting, ghost: facts.inHoldout === true }] };
	}
	if (decision.decision === 'drop') {
		if (decision.reason !== 'holdout') return { ...facts, pending };
		return { ...facts, pending: pending.filter(({ key }) => decision.digest?.includes(key) !== true), touches: withTouch(facts.touches, { ...touchOf(request, decision, nowMs), state: 'committed', ghost: true }) };
	}
	const released = facts.touches.map((touch): Touch => (decision.preempts.includes(touch.key) ? { ...touch, state: 'released' } : touch));
	const touch: Touch = { ...touchOf(request, decision, nowMs), state: 'handed_off' };
	return { ...facts, pending: pending.filter(({ key }) => !decision.digest.includes(key)), touches: withTouch(released, touch) };
}

function touchOf(request: ContactRequest, { channel }: Pick<SendDecision, 'channel'>, nowMs: number): Touch {
	const { key, category, tags, journey, priority, exempt, counts, enrolment, step, visit } = request;
	return { key, ts: nowMs, channel, category, tags, class: request.class, journey, state: 'committed', priority, exempt, counts, enrolment, step, visit };
}

/** Keeps the ledger ascending, also where the clock was stepped back. */
function withTouch(touches: readonly Touch[], touch: Touch): Touch[] {
	const place = touches.findLastIndex(({ ts }) => ts <= touch.ts) + 1;
	return touches.toSpliced(place, 0, touch);
}
