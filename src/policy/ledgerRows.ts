import type { CountedTouch, DecisionRow, NewTouch, TouchRow, Unusual } from '../store/plans/policyPlans';
import type { Decision } from './decision';
import type { Pending, Touch, TouchState } from './facts';
import { pendingOf } from './pending';
import type { ContactRequest } from './request';
import { bodyHash } from './requestKey';
import { answerText } from './storedAnswer';
import { requestOf, requestText } from './storedRequest';

/** How rows of the store read as facts of the policy, and how decisions and messages are written. */

/** One visit of a step of an enrolment, as the store's columns name it. */
export interface Step {
	enrolment: string;
	step_key: string;
	visit: number;
}

export function stepOf({ enrolment, step, visit }: ContactRequest): Step | undefined {
	return enrolment === undefined || step === undefined || visit === undefined ? undefined : { enrolment, step_key: step, visit };
}

export const stepName = (step: Step) => `${step.enrolment}\u0000${step.step_key}\u0000${step.visit}`;

/** A held message. */
export function pendingOfRow(row: DecisionRow): Pending {
	return { ...pendingOf(requestOf(row), { untilMs: row.until_at ?? 0, createdAtMs: row.asked_at, channel: row.channel }), journey: row.journey_key };
}

/** A message of the ledger, with as much as the rules look at. */
export function touchOf(row: CountedTouch): Touch {
	// Several for each decision: written out, as each is one thing less to make.
	const touch: Touch = { key: NO_KEY, ts: row.ts, state: row.state as TouchState, channel: row.channel, category: row.category, class: row.class as Touch['class'], journey: row.journey_key, tags: NONE, priority: ANY_PRIORITY };
	if (row.unusual === null) return touch;
	const [, key, tags, exempt, counts, expiresAt, priority, note] = JSON.parse(row.unusual) as Unusual;
	return { ...touch, key, tags: listOf(tags), priority, exempt: listOf(exempt), counts: flagOf(counts), expiresAt, bounced: note === 'bounced' };
}

/** A message of the ledger with the step that it was sent at. */
export function stepTouchOf(row: TouchRow): Touch {
	const { idem_key: key, ts, channel, category, priority, expires_at: expiresAt, journey_key: journey, enrolment, step_key: step, visit } = row;
	const counted = { tags: listOf(row.tags), exempt: listOf(row.exempt), counts: flagOf(row.counts), bounced: row.result_note === 'bounced' };
	return { key, ts, state: row.state as TouchState, channel, category, class: row.class as Touch['class'], journey, priority, expiresAt, ...counted, enrolment, step, visit };
}

/** Instead of a hash that can be made of the rest of the row at any time: it is asked for only when a key comes again. */
const MADE_OF_REQUEST = '';

/** Hash of what the key of a decision was asked for. */
export const bodyHashOf = (row: Pick<DecisionRow, 'body_hash' | 'idem_key' | 'customer_key' | 'request'>): string => (row.body_hash === MADE_OF_REQUEST ? bodyHash(requestOf(row)) : row.body_hash);

/** @param askedAt when the key was first asked */
export function decisionRowOf(request: ContactRequest, customerId: number | null, decision: Decision, askedAt: number): DecisionRow {
	// Who is nobody's customer, or was erased, is not written down: no erasure would ever find it.
	const customer = customerId === null ? '' : request.customer;
	return {
		idem_key: request.key,
		body_hash: customerId === null ? bodyHash(request) : MADE_OF_REQUEST,
		customer_id: customerId,
		customer_key: customer,
		decided_at: decision.decidedAtMs,
		asked_at: askedAt,
		decision: decision.decision,
		until_at: decision.decision === 'delay' ? decision.untilMs : null,
		rule: decision.decision === 'send' ? null : (decision.rule ?? null),
		reason: decision.decision === 'drop' ? decision.reason : null,
		channel: decision.channel,
		journey_key: request.journey ?? null,
		enrolment: request.enrolment ?? null,
		policy_version: decision.policyVersion,
		request: requestText(request),
		answer: answerText(decision),
	};
}

/** The message that a SEND takes a place for. */
export function sentTouchOf(request: ContactRequest, channel: string, state: TouchState, ts: number, expiresAt: number | null): Touch {
	const { key, category, tags, journey = null, priority, exempt, counts = null, enrolment = null, step = null, visit = null } = request;
	return { key, ts, state, expiresAt, channel, category, tags, class: request.class, journey, priority, exempt, counts, enrolment, step, visit };
}

export function touchRowOf(touch: Touch, customerId: number, policyVersion: string): NewTouch {
	return {
		customer_id: customerId,
		ts: touch.ts,
		channel: touch.channel,
		category: touch.category,
		tags: textOf(touch.tags),
		class: touch.class,
		journey_key: touch.journey ?? null,
		state: touch.state,
		priority: touch.priority,
		exempt: textOf(touch.exempt ?? []),
		counts: touch.counts === null || touch.counts === undefined ? null : Number(touch.counts),
		idem_key: touch.key,
		enrolment: touch.enrolment === null || touch.enrolment === undefined ? null : String(touch.enrolment),
		step_key: touch.step ?? null,
		visit: touch.visit ?? null,
		expires_at: touch.expiresAt ?? null,
		policy_version: policyVersion,
	};
}

/** Only reservations give way, by priority and by name. */
const ANY_PRIORITY = 0;
const NO_KEY = '';
const NONE: string[] = [];

/** Most messages have no tags and no exemptions. */
const listOf = (json: string): string[] => (json === '[]' ? NONE : (JSON.parse(json) as string[]));
const textOf = (list: readonly string[]): string => (list.length === 0 ? '[]' : JSON.stringify(list));
const flagOf = (flag: number | null): boolean | null => (flag === null ? null : flag === 1);

/** Each customer's messages in the order of time, as the ledger is counted: many come so already. */
export function touchesOf(rows: readonly CountedTouch[]): Map<number, Touch[]> {
	const byCustomer = new Map<number, CountedTouch[]>();
	for (const row of rows) {
		const own = byCustomer.get(row.customer_id);
		if (own) own.push(row);
		else byCustomer.set(row.customer_id, [row]);
	}
	const touches = new Map<number, Touch[]>();
	byCustomer.forEach((own, id) => touches.set(id, (isInOrder(own) ? own : inOrder(own)).map(touchOf)));
	return touches;
}

/** Many have two messages, of two kinds. */
const inOrder = (rows: CountedTouch[]): CountedTouch[] => (rows.length === 2 ? rows.reverse() : rows.sort(byTime));

function isInOrder(rows: readonly CountedTouch[]): boolean {
	for (let place = 1; place < rows.length; place++) if (byTime(rows[place - 1], rows[place]) > 0) return false;
	return true;
}

/** Of one instant, those that may give way come in the order in which they were taken in. */
const byTime = (a: CountedTouch, b: CountedTouch) => a.ts - b.ts || numberOf(a) - numberOf(b);
const numberOf = ({ unusual }: CountedTouch): number => (unusual === null ? 0 : (JSON.parse(unusual) as Unusual)[0]);
