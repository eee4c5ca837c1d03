import { holdsSlot } from './counting';
import type { Decision } from './decision';
import type { Touch } from './facts';
import { isOpen } from './fixedPoint';
import { agedPriority } from './priority';
import type { Question } from './question';
import { timedChecks } from './timedChecks';

/**
 * Pre-emption (section 6, P41): a message that could go now if lower reservations gave way takes their place. A
 * reservation can yield until it is handed off; a send never does, nor does a rule of mode `fcfs` look at it.
 * @returns keys of the reservations that must give way, as few as will do, lowest first; empty when none helps
 */
export function yieldingReservations(question: Question): string[] {
	const { facts, competition, policy, nowMs } = question;
	const { request, rivals } = competition;
	if (facts.inHoldout === true || request.class === 'transactional') return [];
	const priority = policy.ageing ? agedPriority(request, rivals, nowMs) : request.priority;
	const lower = reservationsSince(nowMs - policy.lookBackMs, facts.touches)
		.filter((touch) => holdsSlot(touch, nowMs) && touch.ghost !== true && touch.class !== 'transactional' && touch.priority < priority)
		.sort((a, b) => a.priority - b.priority || b.ts - a.ts)
		.map(({ key }) => key);
	const needed = lower.findIndex((_key, index) => goesWithout(lower.slice(0, index + 1), question)) + 1;
	return lower.slice(0, needed).reduceRight<string[]>((kept, key) => {
		const others = kept.filter((one) => one !== key);
		return goesWithout(others, question) ? others : kept;
	}, lower.slice(0, needed));
}

/** Who took the place of a reservation: the journey of the winner, else its key. Noted with what gave way. */
export type Outranked = `outranked:${string}`;

export const isOutranked = (note: string | null): note is Outranked => note?.startsWith('outranked:') === true;

/** What a reservation that gave way is told when it is judged again: it waits or ends as `outranked` by the winner. */
export function asOutranked(answer: Decision, outranked: Outranked): Decision {
	if (answer.decision === 'delay') return { ...answer, rule: outranked, reasons: [outranked, ...answer.reasons] };
	return answer.decision === 'drop' && answer.reason.startsWith('cap:') ? { ...answer, reason: outranked, rule: outranked } : answer;
}

function reservationsSince(sinceMs: number, touches: readonly Touch[]): Touch[] {
	const found: Touch[] = [];
	for (let index = touches.length - 1; index >= 0 && touches[index].ts >= sinceMs; index--) {
		if (touches[index].state === 'reserved') found.push(touches[index]);
	}
	return found;
}

function goesWithout(keys: readonly string[], question: Question): boolean {
	const without = { ...question, ledger: question.ledger.without(new Set(keys)) };
	return isOpen(timedChecks(without), without, question.nowMs);
}
