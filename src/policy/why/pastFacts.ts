import type { ConsentDbRow, CustomerRow, SuppressionRow } from '../../store/plans/customerPlans';
import type { TouchRow } from '../../store/plans/policyPlans';
import type { Decision, TraceLine } from '../decision';
import type { CustomerFacts, Facts, Pending, Touch } from '../facts';
import { stepTouchOf } from '../ledgerRows';
import { pendingOf } from '../pending';
import { bodyHash } from '../requestKey';
import { heldAt, type Answer, type AskedMessage } from './askedMessages';

/** All that the store keeps of one customer and that a decision may have looked at. */
export interface CustomerPast {
	customer: CustomerRow;
	addresses: Record<string, string>;
	consents: ConsentDbRow[];
	suppressions: SuppressionRow[];
	/** ascending */
	touches: TouchRow[];
	/** what senders reported of them: `failed` and `bounced` */
	failures: { idem_key: string; result: string; at: number }[];
	messages: AskedMessage[];
}

/** What the store does not say for certain of an instant, one way or the other. */
export interface Reading {
	/** What was decided or recorded in the same millisecond was so before. */
	sameInstantSeen: boolean;
	/** The customer's zone and stage are those that the decision named, not today's. */
	profileOfDecision: boolean;
	/** Consents came in after the decision that looked at them: it was made by a clock of its own (`policy decide` with `at`). */
	consentsCameLater: boolean;
}

/** What was known of a customer when a message got an answer: the ledger, the consents and the held messages of that instant. */
export function factsAt(past: CustomerPast, message: AskedMessage, answer: Answer, reading: Reading): Facts {
	const { decision, atMs } = answer;
	const before = (ms: number) => (reading.sameInstantSeen ? ms <= atMs : ms < atMs);
	const touches = past.touches.filter((row) => row.idem_key !== message.key && before(row.ts)).map((row) => touchAt(row, past, atMs));
	const previous = message.answers[message.answers.indexOf(answer) - 1];
	const body = bodyHash(message.request);
	return {
		erased: false,
		customer: customerAt(past, decision, reading),
		suppressions: past.suppressions.filter((row) => before(row.at)),
		consents: past.consents
			.filter((row) => reading.consentsCameLater || before(row.recorded_at))
			.map((row) => ({ channel: row.channel, purpose: row.purpose, status: row.status, at: row.at, expiresAt: row.expires_at })),
		touches,
		sameStep: touches.filter((touch) => touch.enrolment === message.request.enrolment && touch.step === message.request.step && touch.visit === message.request.visit),
		pending: past.messages.flatMap((other) => (other.key === message.key ? [] : pendingAt(other, atMs, reading))),
		...(previous && { prior: { bodyHash: body, answer: previous.decision, askedAtMs: message.askedAtMs, replan: true } }),
		inHoldout: decision.decision === 'drop' && decision.reason === 'holdout',
		channelFreeAtMs: channelFreeAt(decision.trace, decision.channel),
	};
}

function touchAt(row: TouchRow, { failures }: CustomerPast, atMs: number): Touch {
	const touch = stepTouchOf(row);
	const reported = failures.filter((one) => one.idem_key === row.idem_key);
	// It was freed by a failure that nobody had heard of yet.
	const freedLater = touch.state === 'released' && reported.some(({ result, at }) => result === 'failed' && at > atMs);
	return { ...touch, ...(freedLater && { state: 'handed_off' as const }), bounced: reported.some(({ result, at }) => result === 'bounced' && at <= atMs) };
}

function pendingAt(message: AskedMessage, atMs: number, { sameInstantSeen }: Reading): Pending[] {
	const held = heldAt(message, atMs, sameInstantSeen);
	if (held === null) return [];
	return [{ ...pendingOf(message.request, { untilMs: held.untilMs, createdAtMs: message.askedAtMs, channel: held.channel }), key: message.key }];
}

function customerAt({ customer, addresses }: CustomerPast, decision: Decision, { profileOfDecision }: Reading): CustomerFacts {
	const facts = { stage: customer.stage, vip: customer.vip === 1, timeZone: customer.time_zone, country: customer.country, phone: customer.phone, email: customer.email, addresses };
	if (!profileOfDecision) return facts;
	const stage = decision.trace.map(({ note }) => /^stage (.+)$/.exec(note ?? '')?.[1]).find((one) => one !== undefined);
	return {
		...facts,
		timeZone: decision.zone ?? facts.timeZone,
		...(stage !== undefined && { vip: stage === 'vip', stage: stage === 'unknown' || stage === 'vip' ? null : stage }),
	};
}

/** The channel's room is nobody's in particular; what the decision met stands in its trace. */
function channelFreeAt(trace: readonly TraceLine[], channel: string): Record<string, number> | undefined {
	const line = trace.find(({ check, outcome }) => check === 'channel-capacity' && outcome === 'blocked_until');
	return line?.untilMs === undefined ? undefined : { [line.channel ?? channel]: line.untilMs };
}

