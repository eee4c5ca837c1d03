import type { AnswerRow, DecisionRow } from '../../store/plans/policyPlans';
import type { Decision, DelayDecision } from '../decision';
import type { ContactRequest } from '../request';
import { answerOf } from '../storedAnswer';
import { requestOf } from '../storedRequest';

/** One answer that a message got, and how long it stood. */
export interface Answer {
	decision: Decision;
	atMs: number;
	/** Infinity: it stands */
	endedAtMs: number;
}

/** A message that was asked for, with every answer it got. */
export interface AskedMessage {
	key: string;
	request: ContactRequest;
	askedAtMs: number;
	/** oldest first */
	answers: Answer[];
	/** The journey ended while the message was held. */
	calledOffAtMs: number | null;
}

/** Puts together what the store keeps of messages: the answer that stands, and those that it replaced. */
export function askedMessages(rows: readonly DecisionRow[], replaced: readonly AnswerRow[]): AskedMessage[] {
	const earlier = new Map<string, AnswerRow[]>();
	for (const row of replaced) earlier.set(row.idem_key, [...(earlier.get(row.idem_key) ?? []), row]);
	return rows.map((row) => {
		const decision = answerOf(row.answer);
		// A message that was called off keeps its last answer; only the row says that it is over.
		const calledOff = row.decision === 'drop' && decision.decision === 'delay';
		const before = (earlier.get(row.idem_key) ?? []).map((one) => ({ decision: answerOf(one.answer), atMs: one.decided_at, endedAtMs: one.ended_at }));
		return {
			key: row.idem_key,
			request: requestOf(row),
			askedAtMs: row.asked_at,
			answers: [...before, { decision, atMs: calledOff ? decision.decidedAtMs : row.decided_at, endedAtMs: calledOff ? row.decided_at : Number.POSITIVE_INFINITY }],
			calledOffAtMs: calledOff ? row.decided_at : null,
		};
	});
}

/** The message as it was known at an instant; null when nobody had asked for it yet. */
export function knownAt(message: AskedMessage, atMs: number): AskedMessage | null {
	const answers = message.answers.filter((answer) => answer.atMs <= atMs);
	if (answers.length === 0) return null;
	return { ...message, answers, calledOffAtMs: message.calledOffAtMs !== null && message.calledOffAtMs <= atMs ? message.calledOffAtMs : null };
}

/**
 * The answer DELAY that stood at an instant.
 * @param seen whether what was decided in that very millisecond was decided before
 */
export function heldAt(message: AskedMessage, atMs: number, seen: boolean): DelayDecision | null {
	const standing = message.answers.find((answer) => (seen ? answer.atMs <= atMs : answer.atMs < atMs) && atMs < answer.endedAtMs);
	return standing?.decision.decision === 'delay' ? standing.decision : null;
}
