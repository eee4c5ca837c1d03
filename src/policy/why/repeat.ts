import { attempt } from '../../core/attempt';
import { decide } from '../decide';
import type { Decision } from '../decision';
import type { Policy } from '../policy';
import type { Answer, AskedMessage } from './askedMessages';
import { factsAt, type CustomerPast, type Reading } from './pastFacts';
import type { World } from './world';

/** The likeliest first. */
const READINGS: readonly Reading[] = [false, true].flatMap((consentsCameLater) => [
	{ sameInstantSeen: true, profileOfDecision: false, consentsCameLater },
	{ sameInstantSeen: true, profileOfDecision: true, consentsCameLater },
	{ sameInstantSeen: false, profileOfDecision: false, consentsCameLater },
	{ sameInstantSeen: false, profileOfDecision: true, consentsCameLater },
]);

/**
 * Makes a decision again from what the store keeps. Only a world in which the outcome is the recorded one is given back:
 * what is said about another world would be a guess.
 * @param policies that decisions named by this version
 */
export function worldOf(past: CustomerPast, message: AskedMessage, answer: Answer, policies: readonly Policy[]): World | null {
	for (const policy of policies) {
		for (const reading of READINGS) {
			const world: World = { request: message.request, facts: factsAt(past, message, answer, reading), policy, nowMs: answer.atMs };
			const again = attempt(() => decide(world.request, world.facts, policy, world.nowMs));
			if (again.ok && sameOutcome(again.value, answer.decision)) return world;
		}
	}
	return null;
}

function sameOutcome(a: Decision, b: Decision): boolean {
	if (a.channel !== b.channel) return false;
	if (a.decision === 'delay') return b.decision === 'delay' && a.untilMs === b.untilMs && a.rule === b.rule;
	if (a.decision === 'drop') return b.decision === 'drop' && a.reason === b.reason && a.rule === b.rule && a.nextPossibleAtMs === b.nextPossibleAtMs;
	return b.decision === 'send';
}
