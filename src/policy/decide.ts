import type { Decision } from './decision';
import { digestKeys } from './digest';
import { sentBefore } from './duplicate';
import type { Facts } from './facts';
import { earliestInstant, type EarliestInstant } from './fixedPoint';
import { GATES } from './gates';
import { standingAnswer } from './idempotency';
import { jittered } from './jitter';
import type { Policy } from './policy';
import { yieldingReservations } from './preemption';
import { questionOf, type Question } from './question';
import type { ContactRequest } from './request';
import { timedChecks } from './timedChecks';
import { Verdict } from './verdict';

/**
 * May this message go to this customer now? Pure: the store calls it inside its transaction, under the customer's lock;
 * replay and `policy decide` call it with a virtual clock (contact-policy.md sections 1 to 11).
 * @param request from `readRequest`
 * @param facts loaded for this customer and this request
 * @param policy from `compilePolicy`
 * @param nowMs the instant of the decision
 * @returns SEND: take a slot at `nowMs`, release `preempts`, end `digest`. DELAY: park until `untilMs`. DROP: final, and
 *   with reason `holdout` a ghost slot at `nowMs` and an exposure, and the end of `digest`.
 * @throws JourneyError idempotency_conflict
 */
export function decide(request: ContactRequest, facts: Facts, policy: Policy, nowMs: number): Decision {
	const standing = standingAnswer(request, facts, nowMs);
	if (standing !== null) return standing;
	const answer = judge(request, facts, policy, nowMs);
	return typeof request.onBlock === 'string' ? answer : orFallback(answer, request, request.onBlock.fallback, facts, policy, nowMs);
}

/**
 * A blocked message tries each other channel once, with that channel's own consent and caps (P67). What may go now goes;
 * else the message waits for the channel that opens first, of several at one instant the preferred one; else the answer of
 * its own channel stands.
 */
function orFallback(answer: Decision, request: ContactRequest, channels: readonly string[], facts: Facts, policy: Policy, nowMs: number): Decision {
	const answers = [answer];
	for (const channel of new Set(channels)) {
		if (answers.some(goesNow)) break;
		if (channel !== request.channel) answers.push(judge({ ...request, channel }, facts, policy, nowMs));
	}
	const chosen = answers.find(goesNow) ?? firstToOpen(answers) ?? answer;
	return { ...chosen, trace: answers.flatMap((tried) => tried.trace.map((line) => ({ ...line, channel: tried.channel }))) };
}

const firstToOpen = (answers: readonly Decision[]): Decision | undefined => answers.filter((answer) => answer.decision === 'delay').sort((a, b) => a.untilMs - b.untilMs)[0];

/** A control customer's message that would have gone now is answered too. */
const goesNow = (answer: Decision): boolean => answer.decision === 'send' || (answer.decision === 'drop' && answer.reason === 'holdout');

/** Checks 1 to 6 of section 2, for one channel; the rest needs a customer. */
function judge(request: ContactRequest, facts: Facts, policy: Policy, nowMs: number): Decision {
	const verdict = new Verdict(request.channel, policy, nowMs);
	verdict.passed();
	for (const gate of GATES) {
		const reason = gate.block(request, facts, policy, nowMs);
		if (reason !== null) return verdict.drop(gate.check, reason);
		verdict.passed();
	}
	if (request.deadline !== undefined && nowMs > request.deadline) return verdict.drop('deadline', 'expired');
	verdict.passed();
	if (sentBefore(request, facts.sameStep ?? facts.touches, nowMs)) return verdict.drop('duplicate', 'duplicate');
	verdict.passed();
	return judgeInstant(questionOf(request, facts, policy, nowMs), verdict);
}

/** Checks 7 to 12: the earliest instant open to all, and what becomes of the message when that is not now. */
function judgeInstant(question: Question, verdict: Verdict): Decision {
	const { request, facts, nowMs } = question;
	const plannedMs = Math.max(nowMs, request.notBefore ?? nowMs);
	const checks = timedChecks(question);
	const earliest = earliestInstant(checks, question, plannedMs);
	verdict.timed(question, checks, earliest, plannedMs);
	const preempts = earliest.atMs > nowMs && plannedMs === nowMs ? yieldingReservations(question) : [];
	if (earliest.atMs > nowMs && preempts.length === 0) return heldBack(earliest, jittered(earliest, checks, question), question, verdict);
	const digest = digestKeys(question);
	if (facts.inHoldout === true) return { ...verdict.drop('holdout', 'holdout'), ...(digest.length > 0 && { digest }) };
	return verdict.send(preempts, digest);
}

/** The message cannot go now: closed for good, dropped at once by its `onBlock` (not for `notBefore` alone), too late by then, or held. */
function heldBack({ atMs, binding, held }: EarliestInstant, releaseMs: number, { request }: Question, verdict: Verdict): Decision {
	const rule = binding?.rule ?? 'not-before';
	if (binding !== null && (atMs === Infinity || request.onBlock === 'drop')) {
		return verdict.dropForRule(binding.dropReason, rule, atMs);
	}
	if (request.deadline !== undefined && atMs > request.deadline) return verdict.dropForRule('expired', rule, atMs);
	return verdict.delay(releaseMs, rule, held.length > 0 ? held : [rule]);
}
