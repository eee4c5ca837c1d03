import { CLICK_VALID_MS, clickToken } from '../links/clickToken';
import { customerView } from '../customers/profile';
import type { JourneyPlace } from '../journeys/item';
import type { PassAnswer, PassRequest, PolicyView } from './contract';
import { CONFIRM_VALID_MS, confirmToken } from './confirmToken';
import type { Decision, DelayDecision } from './decision';
import type { Facts } from './facts';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import type { Judged } from './subjects';
import { UNSUBSCRIBE_VALID_MS, unsubscribeToken } from './unsubscribeToken';
import { blockedWords, heldWords } from './words';

/** What the answers of one call to Contact Policy are worded by. */
export interface Wording {
	request: PassRequest;
	policy: Policy;
	/** the store's, for signed links */
	secret: string;
	now: number;
	/** The question a customer has not answered on a channel. */
	openQuestion(customerId: number, channel: string): { purpose: string; askedAtMs: number } | undefined;
}

/** A message that leaves by *Send* or *Blocked*. */
export function leaving(wording: Wording, subject: Judged, asked: ContactRequest, decision: Decision, result: 'send' | 'blocked'): Extract<PassAnswer, { result: 'send' | 'blocked' }> {
	return { index: subject.item.index, result, customer: subject.customer && customerView(subject.customer), journey: placeOf(wording, subject), policy: viewOf(wording, subject, asked, decision, result) };
}

/** A message that stays; with the setting its customer goes on by *Later*, once. */
export function staying(wording: Wording, subject: Judged, asked: ContactRequest, decision: DelayDecision): PassAnswer {
	const { now, policy, request } = wording;
	const text = heldWords({ ...decision, nowMs: now, policy });
	const goesOn = request.goesOn === true && subject.item.wentOn !== true;
	const later = { customer: subject.customer && customerView(subject.customer), journey: placeOf(wording, subject), policy: viewOf(wording, subject, asked, decision, 'later') };
	return { index: subject.item.index, result: 'held', until: decision.untilMs, rule: decision.rule, text, ...(goesOn ? { goesOn: later } : {}) };
}

/** A test run shows what would happen, and lets a message that would be held go on as blocked with its instant. */
export function tried(wording: Wording, subject: Judged, asked: ContactRequest, decision: Decision): PassAnswer {
	if (decision.decision === 'delay') return staying(wording, subject, asked, decision);
	return leaving(wording, subject, asked, decision, decision.decision === 'send' ? 'send' : 'blocked');
}

/** The made-up customer of a test run has an address and says yes, so that the way of the message can be seen. */
export function testCustomer(asked: ContactRequest, now: number): Facts {
	const addresses = { [asked.channel]: asked.customer };
	return {
		erased: false,
		customer: { stage: null, vip: false, timeZone: null, country: null, phone: asked.customer, email: asked.customer, addresses },
		suppressions: [],
		consents: [{ channel: asked.channel, purpose: asked.class, status: 'granted', at: now }],
		touches: [],
		pending: [],
	};
}

function viewOf({ request, secret, now, policy, openQuestion }: Wording, { customer }: Judged, asked: ContactRequest, decision: Decision, result: PolicyView['decision']): PolicyView {
	const nextMs = decision.decision === 'drop' ? decision.nextPossibleAtMs : decision.decision === 'delay' ? decision.untilMs : undefined;
	const question = customer && result === 'send' ? openQuestion(customer.id, decision.channel) : undefined;
	const purpose = asked.class === 'transactional' ? 'marketing' : asked.class;
	return {
		key: asked.key,
		channel: decision.channel,
		decision: result,
		reason: decision.decision === 'drop' ? decision.reason : decision.decision === 'delay' ? decision.rule : null,
		reasonText: wordsOf(decision, now, policy),
		nextPossibleAt: nextMs === undefined ? null : new Date(nextMs).toISOString(),
		unsubscribeToken: customer && result === 'send' ? unsubscribeToken(secret, { customerId: customer.id, channel: decision.channel, purpose, expiresAtMs: now + UNSUBSCRIBE_VALID_MS }) : null,
		clickToken: result === 'send' && policy.clickHosts.length > 0 ? clickToken(secret, { key: asked.key, policyName: request.policyName ?? '', expiresAtMs: now + CLICK_VALID_MS }) : null,
		// Who tries a workflow out must not be able to say yes for a customer.
		...(question && customer ? { confirmToken: request.dryRun ? 'test' : confirmToken(secret, { customerId: customer.id, channel: decision.channel, ...question, expiresAtMs: now + CONFIRM_VALID_MS }) } : {}),
	};
}

function wordsOf(decision: Decision, nowMs: number, policy: Policy): string | null {
	if (decision.decision === 'send') return null;
	return decision.decision === 'drop' ? blockedWords({ ...decision, nowMs, policy }) : heldWords({ ...decision, nowMs, policy });
}

function placeOf({ request: { stepKey } }: Wording, { item, enrolment, visit }: Judged): JourneyPlace | null {
	return item.journey ? { ...item.journey, ...(enrolment ? { step: stepKey, visit } : {}) } : null;
}
