import type { Decision } from './decision';
import type { MessageClass } from './schema';

/**
 * What a decision needs to know about one customer. Plain data: the store loads it by SQL inside its transaction, replay
 * builds it in memory, and it may cross to a worker thread. Instants are UTC milliseconds.
 */
export interface Facts {
	/** A tombstone holds for the customer or for the identity that was asked for. */
	erased: boolean;
	/** null: nobody of that id. */
	customer: CustomerFacts | null;
	/** Those that hold for the customer or for the address that its channel would use. */
	suppressions: Suppression[];
	/** Append-only history, in any order. */
	consents: Consent[];
	/** The customer's ledger, ascending by `ts`, from `policy.lookBackMs` before the decision on. */
	touches: Touch[];
	/** Touches of the request's enrolment, step and visit, whatever their age. Absent: looked for in `touches`. */
	sameStep?: Touch[];
	/** Requests of this customer that wait for their instant. The request's own entry is ignored. */
	pending: Pending[];
	/** What the request's key was answered before. */
	prior?: PriorAnswer;
	/** The customer is in the control group of this message's journey, or in the global one. */
	inHoldout?: boolean;
	/** The request's enrolment has ended, or the message was called off. */
	cancelled?: boolean;
	/** First instant at which the request's channel has room; absent when no capacity is set or there is room now. */
	channelFreeAtMs?: Record<string, number>;
}

export interface CustomerFacts {
	stage: string | null;
	vip: boolean;
	timeZone: string | null;
	/** ISO 3166-1 alpha-2, of the profile. */
	country: string | null;
	/** E.164 */
	phone: string | null;
	email: string | null;
	/** Identities of other channels by channel name: push, telegram ... */
	addresses: Record<string, string>;
}

export interface Suppression {
	/** '*': every channel. */
	channel: string;
	/** `unsubscribed`, `complained`, `hard_bounce`, `invalid`, `legal` or a shop's own word. */
	reason: string;
	at: number;
}

export interface Consent {
	channel: string;
	/** `marketing`, `service`, or `processing` for personal-data consent. */
	purpose: string;
	/** `granted`, `denied`, `pending`; `withdrawn`, `revoked`, `unsubscribed` are read as denied. */
	status: string;
	at: number;
	/** The grant holds before this instant only. */
	expiresAt?: number | null;
}

/** What rules look at in a message, asked for or sent. Category and tags of a touch are those stamped when it was sent. */
export interface Countable {
	channel: string;
	/** '' when it belongs to none. */
	category: string;
	tags: string[];
	class: MessageClass;
	journey?: string | null;
	/** Rules that the message was exempt from. */
	exempt?: string[];
	/** Set: whether every rule counts it. Not set: all rules count it but those it was exempt from. */
	counts?: boolean | null;
}

export type TouchState = 'reserved' | 'committed' | 'handed_off' | 'unknown' | 'released' | 'expired';

/** One row of the ledger. */
export interface Touch extends Countable {
	key: string;
	/** When it was sent; while reserved, the instant it was planned for. */
	ts: number;
	state: TouchState;
	/** When a reservation frees its slot by itself. */
	expiresAt?: number | null;
	/** The provider reported a bounce afterwards. */
	bounced?: boolean;
	priority: number;
	/** Taken by a customer of the control group: only other ghosts see it. */
	ghost?: boolean;
	enrolment?: string | number | null;
	step?: string | null;
	visit?: number | null;
}

/** A request that was answered DELAY and waits. */
export interface Pending extends Countable {
	key: string;
	priority: number;
	untilMs: number;
	createdAtMs: number;
	deadlineMs?: number | null;
	value?: number | null;
	ghost?: boolean;
	step?: string | null;
	/** Its `onBlock` is `digest`: one message may carry several such requests. */
	digest?: boolean;
}

export interface PriorAnswer {
	bodyHash: string;
	answer: Decision;
	/** When the key was first asked: ageing and batches count from there. */
	askedAtMs?: number;
	/** State of the touch that a SEND took. */
	touchState?: TouchState;
	/**
	 * What becomes of a key that was handed off before: the same answer (`policy decide`), or, in the node, `block` it as
	 * already handed off, or `send` it again (section 8).
	 */
	secondHandOff?: 'same_answer' | 'block' | 'send';
	/** Judge a waiting request afresh before its instant: the policy was loosened, or a higher request was cancelled. */
	replan?: boolean;
}
