import type { Decision, SendDecision } from './decision';
import { decide } from './decide';
import type { Facts, Pending, Touch, TouchState } from './facts';
import { pendingOf } from './pending';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import { bodyHash } from './requestKey';

/**
 * Decides several requests of one customer in the order given, each knowing what became of those before it (P66). A key
 * that comes twice gets its first answer.
 * @param facts as loaded before the first of them; `prior` belongs to one key and is not read
 * @throws JourneyError idempotency_conflict
 */
export function decideInTurn(requests: readonly ContactRequest[], facts: Facts, policy: Policy, nowMs: number): { decisions: Decision[]; facts: Facts } {
	const answered = new Map<string, { bodyHash: string; answer: Decision }>();
	let known = facts;
	const decisions = requests.map((request) => {
		const decision = decide(request, { ...known, prior: answered.get(request.key) }, policy, nowMs);
		if (decision.repeated !== true) {
			answered.set(request.key, { bodyHash: bodyHash(request), answer: decision });
			known = factsAfter(known, request, decision, nowMs);
		}
		return decision;
	});
	return { decisions, facts: known };
}

/**
 * The customer's facts after a decision was carried out: what the next decision in the same transaction has to see.
 * @param sent the state a SEND gets: `handed_off` in the node, `committed` in `policy decide`, or `reserved`
 */
export function factsAfter(facts: Facts, request: ContactRequest, decision: Decision, nowMs: number, sent: TouchState = 'handed_off'): Facts {
	const pending = facts.pending.filter(({ key }) => key !== request.key);
	const waiting = (untilMs: number): Pending => ({ ...pendingOf(request, { untilMs, createdAtMs: request.createdAt ?? facts.prior?.askedAtMs ?? nowMs }), ghost: facts.inHoldout === true });
	if (decision.decision === 'delay') return { ...facts, pending: [...pending, waiting(decision.untilMs)] };
	if (decision.decision === 'drop') {
		if (decision.reason !== 'holdout') return { ...facts, pending };
		return { ...facts, pending, touches: withTouch(facts.touches, { ...touchOf(request, decision, nowMs), state: 'committed', ghost: true }) };
	}
	const released = facts.touches.map((touch): Touch => (decision.preempts.includes(touch.key) ? { ...touch, state: 'released' } : touch));
	const touch = { ...touchOf(request, decision, nowMs), state: sent, expiresAt: sent === 'reserved' ? decision.expiresAtMs : null };
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
