import type { CustomerRef } from '../../customers/identity';
import type { TraceLine } from '../decision';
import type { Change } from './change';

/** Input and output of `policy.explain`. Instants are UTC milliseconds. */

export interface ExplainMessages {
	ref: CustomerRef;
	/** Messages decided in so many days before `at`, and those held at it. Default 30. */
	days?: number;
	/** As it was known then; default now. */
	at?: number;
}

export interface ExplainedOption {
	changes: Change[];
	result: 'sent' | 'held';
	untilMs: number | null;
	text: string;
}

export interface EarlierHold {
	at: number;
	until: number;
	rule: string;
	text: string;
}

export interface ExplainedMessage {
	key: string;
	channel: string;
	category: string;
	class: string;
	journey: string | null;
	step: string | null;
	priority: number;
	askedAt: number;
	/** when the answer that stands was given */
	decidedAt: number;
	outcome: 'sent' | 'held' | 'dropped';
	until: number | null;
	rule: string | null;
	reason: string | null;
	nextPossibleAt: number | null;
	policyVersion: string;
	/** What became of it, in words. */
	text: string;
	trace: readonly TraceLine[];
	/** What it was told before, oldest first. */
	heldBefore: EarlierHold[];
	/** The smallest changes that would have sent it; null for a message that was sent. */
	counterfactual: {
		/** The decision was made again from what the store keeps, with the same outcome. Without that nothing is claimed. */
		repeated: boolean;
		options: ExplainedOption[];
		text: string;
	} | null;
}

export interface ExplainedMessages {
	asOf: number;
	since: number;
	customer: string;
	timeZone: string | null;
	messages: ExplainedMessage[];
	/** The same for a letter or a chat: one paragraph a message, the newest first. */
	text: string;
}
