import { decisionHistoryPlans, decisionPlans } from '../../store/plans/policyPlans';
import type { Tx } from '../../store/port';
import type { TraceLine } from '../decision';
import { askedMessages, knownAt, type AskedMessage } from './askedMessages';

/** Messages that were judged again after the instant, at most. */
const LATER = 2_000;

/** The answer to one message as it stood at an instant. */
export interface DecisionAt {
	at: number;
	decision: 'send' | 'delay' | 'drop';
	until: number | null;
	rule: string | null;
	reason: string | null;
	channel: string;
	journey: string | null;
	trace: readonly TraceLine[];
}

/**
 * What had been decided about a customer's messages by an instant, the newest first: also of messages that were held then
 * and have been judged again since.
 */
export async function decisionsAt(tx: Tx, customerId: number, asOf: number, limit: number): Promise<DecisionAt[]> {
	const own = { customer_id: customerId };
	const before = await tx.all(decisionPlans.ofCustomer, { ...own, until: asOf, limit });
	const later = await tx.all(decisionPlans.since, { ...own, since: asOf + 1, limit: LATER });
	const replaced = later.length === 0 ? [] : await tx.all(decisionHistoryPlans.ofCustomer, { ...own, since: asOf + 1 });
	return askedMessages([...before, ...later], replaced)
		.flatMap((message) => knownAt(message, asOf) ?? [])
		.map(decisionOf)
		.sort((a, b) => b.at - a.at)
		.slice(0, limit);
}

function decisionOf({ answers, request, calledOffAtMs }: AskedMessage): DecisionAt {
	const { decision, atMs } = answers[answers.length - 1];
	const calledOff = calledOffAtMs !== null;
	return {
		at: calledOffAtMs ?? atMs,
		decision: calledOff ? 'drop' : decision.decision,
		until: decision.decision === 'delay' && !calledOff ? decision.untilMs : null,
		rule: decision.decision === 'send' ? null : (decision.rule ?? null),
		reason: calledOff ? 'cancelled' : decision.decision === 'drop' ? decision.reason : null,
		channel: decision.channel,
		journey: request.journey ?? null,
		trace: decision.trace,
	};
}
