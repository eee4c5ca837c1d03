import type { ExplainedMessage, ExplainedMessages } from '../policy/why/contract';

/** What Customer Data > Customer > Explain puts on the item: the whole in words, and a line per message to pick from. */
export function explainedItem({ customer, messages, text }: ExplainedMessages): { explanation: Record<string, unknown>; result: string } {
	const count = messages.length;
	return {
		explanation: { customerId: customer, text, messages: messages.map(messageView) },
		result: count === 0 ? 'No message was asked for' : `${count} ${count === 1 ? 'message' : 'messages'} explained`,
	};
}

function messageView({ channel, category, journey, askedAt, decidedAt, outcome, until, reason, text, heldBefore, counterfactual }: ExplainedMessage): Record<string, unknown> {
	return {
		channel,
		category,
		journey,
		askedAt: iso(askedAt),
		decidedAt: iso(decidedAt),
		outcome,
		heldUntil: iso(until),
		reason,
		text,
		heldBefore: heldBefore.map((hold) => hold.text),
		wouldHaveBeenSent: counterfactual?.text ?? null,
		otherWays: (counterfactual?.options ?? []).slice(1).map((option) => option.text),
	};
}

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
