import type { Decision } from '../decision';
import type { Policy } from '../policy';
import { explain, heldWords, timeWords } from '../words';
import { zoneOf } from '../zone';
import type { Answer, AskedMessage } from './askedMessages';
import { optionWords } from './changeWords';
import type { EarlierHold, ExplainedMessage } from './contract';
import { smallestChanges } from './counterfactual';
import type { CustomerPast } from './pastFacts';
import { worldOf } from './repeat';
import type { World } from './world';

/** @param policies by version */
export function explainMessage(message: AskedMessage, past: CustomerPast, policies: ReadonlyMap<string, readonly Policy[]>): ExplainedMessage {
	const { request, answers, calledOffAtMs } = message;
	const last = answers[answers.length - 1];
	const { decision } = last;
	const known = policies.get(decision.policyVersion) ?? [];
	const world = decision.decision === 'send' ? null : worldOf(past, message, last, known);
	const policy = world?.policy ?? known[0];
	const dropped = decision.decision === 'drop' || calledOffAtMs !== null;
	return {
		key: message.key,
		channel: decision.channel,
		category: request.category,
		class: request.class,
		journey: request.journey ?? null,
		step: request.step ?? null,
		priority: request.priority,
		askedAt: message.askedAtMs,
		decidedAt: calledOffAtMs ?? last.atMs,
		outcome: decision.decision === 'send' ? 'sent' : dropped ? 'dropped' : 'held',
		until: decision.decision === 'delay' && calledOffAtMs === null ? decision.untilMs : null,
		rule: decision.decision === 'send' ? null : (decision.rule ?? null),
		reason: calledOffAtMs !== null ? 'cancelled' : decision.decision === 'drop' ? decision.reason : null,
		nextPossibleAt: decision.decision === 'drop' ? (decision.nextPossibleAtMs ?? null) : null,
		policyVersion: decision.policyVersion,
		text: textOf(message, decision, policy),
		trace: decision.trace,
		heldBefore: answers.slice(0, -1).flatMap((answer) => holdOf(answer, policy)),
		counterfactual: decision.decision === 'send' ? null : counterfactualOf(world, decision),
	};
}

function textOf({ calledOffAtMs }: AskedMessage, decision: Decision, policy: Policy | undefined): string {
	if (calledOffAtMs === null) return explain(decision, policy);
	const told = { nowMs: decision.decidedAtMs, zone: decision.zone };
	return `${explain(decision, policy)} It was called off at ${timeWords(calledOffAtMs, told)}, when the customer left the journey.`;
}

function holdOf({ decision, atMs }: Answer, policy: Policy | undefined): EarlierHold[] {
	if (decision.decision !== 'delay') return [];
	return [{ at: atMs, until: decision.untilMs, rule: decision.rule, text: heldWords({ ...decision, nowMs: atMs, policy }) }];
}

const NOT_REPEATED = 'What would have sent it cannot be said: the decision cannot be made again from what the store keeps (the customer or the policy was changed since, or it is older than that memory).';
const NO_CHANGE = 'Nothing that could have been otherwise would have sent it.';

function counterfactualOf(world: ReturnType<typeof worldOf>, decision: Decision): ExplainedMessage['counterfactual'] {
	if (world === null) return { repeated: false, options: [], text: NOT_REPEATED };
	const told = { nowMs: world.nowMs, zone: decision.zone ?? zoneIn(world), policy: world.policy };
	const options = smallestChanges(world, decision).map((option) => ({ ...option, text: optionWords(option, told) }));
	return { repeated: true, options, text: options[0]?.text ?? NO_CHANGE };
}

/** What was refused before clocks were looked at is told by the customer's clock all the same. */
function zoneIn({ facts: { customer }, policy }: World): string | undefined {
	return customer === null ? undefined : zoneOf(customer, policy).clock.name;
}
