import type { Change } from '../policy/why/change';
import type { ExplainedMessage, ExplainedMessages } from '../policy/why/contract';
import { traceJson } from './decisionText';
import { iso } from './words';

/** `why` of `customer --why --json`: instants as ISO, lengths of time in minutes. */
export function whyJson({ since, text, messages }: ExplainedMessages): Record<string, unknown> {
	return { since: iso(since), messages: messages.map(messageJson), text };
}

function messageJson(message: ExplainedMessage): Record<string, unknown> {
	const { askedAt, decidedAt, until, nextPossibleAt, trace, heldBefore, counterfactual } = message;
	return {
		...message,
		askedAt: iso(askedAt),
		decidedAt: iso(decidedAt),
		until: iso(until),
		nextPossibleAt: iso(nextPossibleAt),
		trace: traceJson(trace),
		heldBefore: heldBefore.map((hold) => ({ ...hold, at: iso(hold.at), until: iso(hold.until) })),
		counterfactual: counterfactual && { ...counterfactual, options: counterfactual.options.map(({ changes, untilMs, ...option }) => ({ ...option, until: iso(untilMs), changes: changes.map(changeJson) })) },
	};
}

function changeJson(change: Change): Record<string, unknown> {
	switch (change.kind) {
		case 'gap':
			return { kind: change.kind, rule: change.rule, fromMinutes: change.from / 60_000, toMinutes: change.to / 60_000 };
		case 'deadline':
		case 'not-before':
			return { kind: change.kind, from: iso(change.from), to: iso(change.to) };
		case 'earlier-send':
			return { ...change, at: iso(change.at) };
		default:
			return { ...change };
	}
}
