import { JourneyError } from '../core/errors';
import type { Decision } from './decision';
import type { Facts, PriorAnswer } from './facts';
import type { ContactRequest } from './request';
import { bodyHash } from './requestKey';

/**
 * Check 0 (sections 8 and 11): a key answered SEND or DROP gets the same answer for ever, a key answered DELAY gets it
 * until its instant comes.
 * @returns the answer that stands, or null when the request is to be judged
 * @throws JourneyError idempotency_conflict: the key was asked before with another body
 */
export function standingAnswer(request: ContactRequest, { prior }: Facts, nowMs: number): Decision | null {
	if (prior === undefined) return null;
	if (prior.bodyHash !== bodyHash(request)) {
		throw conflictingKey(request.key);
	}
	const { answer } = prior;
	if (answer.decision === 'delay' && (prior.replan === true || nowMs >= answer.untilMs)) return null;
	if (answer.decision === 'send') return answerAfterSend(prior, nowMs);
	return repeated(answer);
}

export function conflictingKey(key: string): JourneyError {
	return new JourneyError('idempotency_conflict', `The key "${key}" was asked before for another message; give this message a key of its own, or ask with the same fields.`, { key });
}

/** The hand-off rule of section 8. A slot that was freed is a message that reached nobody: the node judges it afresh (P57). */
function answerAfterSend({ answer, touchState, secondHandOff }: PriorAnswer, nowMs: number): Decision | null {
	const inNode = secondHandOff === 'block' || secondHandOff === 'send';
	if (inNode && (touchState === 'released' || touchState === 'expired')) return null;
	const handedOff = touchState === 'handed_off' || touchState === 'unknown' || touchState === 'committed';
	if (secondHandOff !== 'block' || !handedOff) return repeated(answer);
	const { channel, policyVersion } = answer;
	return {
		decision: 'drop',
		reason: 'already_handed_off',
		channel,
		policyVersion,
		decidedAtMs: nowMs,
		trace: [{ check: 'idempotency', outcome: 'blocked', note: 'already_handed_off' }],
		repeated: true,
	};
}

const repeated = (answer: Decision): Decision => ({ ...answer, repeated: true });
