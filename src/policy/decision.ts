/** What the policy answers, and how it says why (contact-policy.md section 1). Instants are UTC milliseconds. */

/** The checks, in the fixed order of section 2. */
export type CheckName =
	| 'idempotency'
	| 'erasure'
	| 'cancellation'
	| 'policy-off'
	| 'suppression'
	| 'consent'
	| 'address'
	| 'deadline'
	| 'duplicate'
	| 'not-before'
	| 'quiet-hours'
	| 'send-window'
	| 'blackout'
	| 'min-gap'
	| 'cap'
	| 'arbitration'
	| 'channel-capacity'
	| 'holdout';

/** The closed list of reasons for DROP. */
export type DropReason =
	| 'erased'
	| 'unknown_customer'
	| `suppressed:${string}`
	| `no_consent:${string}/${string}`
	| 'unreachable'
	| 'expired'
	| 'duplicate'
	| 'already_handed_off'
	| `cap:${string}`
	| 'quiet_discard'
	| `outranked:${string}`
	| 'holdout'
	| 'cancelled'
	| 'policy_off'
	| 'channel_full';

/** One line per check, and per rule for gaps, caps and arbitration. */
export interface TraceLine {
	check: CheckName;
	outcome: 'passed' | 'skipped' | 'blocked_until' | 'blocked';
	/** The channel asked about, when it is not the request's own (fallback). */
	channel?: string;
	rule?: string;
	untilMs?: number;
	/** The limit that held for this customer, by lifecycle stage. */
	limit?: number;
	/** What stood behind the outcome: a zone, a stage, a reason. */
	note?: string;
}

interface Judged {
	/** The channel the answer is about; differs from the request's after a fallback. */
	channel: string;
	policyVersion: string;
	decidedAtMs: number;
	trace: readonly TraceLine[];
	/** The zone that quiet hours and calendar windows were read in; absent when no check needed one. */
	zone?: string;
	/** The zone follows from the country, not from the customer. */
	zoneInferred?: boolean;
	/** The key was answered before and this is that answer: no second slot. */
	repeated?: boolean;
}

export interface SendDecision extends Judged {
	decision: 'send';
	/** When the reservation frees its slot unless it is committed. */
	expiresAtMs: number;
	/** Keys of lower reservations, not handed off, that give way: release them in the same transaction. */
	preempts: string[];
	/** Keys of waiting requests that this one message carries along: end them without a touch. */
	digest: string[];
}

/** A promise to look again at `untilMs`, never a promise to send. */
export interface DelayDecision extends Judged {
	decision: 'delay';
	untilMs: number;
	/** The binding rule: a rule's id or a reserved word. */
	rule: string;
	/** Every rule that held the message on the way to `untilMs`. */
	reasons: string[];
}

export interface DropDecision extends Judged {
	decision: 'drop';
	reason: DropReason;
	rule?: string;
	nextPossibleAtMs?: number;
	/** With reason `holdout`: keys of waiting requests that the one message would have carried along. Not kept with the answer. */
	digest?: string[];
}

export type Decision = SendDecision | DelayDecision | DropDecision;
