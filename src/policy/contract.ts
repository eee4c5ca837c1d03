import type { CustomerRef } from '../customers/identity';
import type { CustomerView, JourneyPlace } from '../journeys/item';

/** Inputs and outputs of the policy operations of src/operations.ts. Instants are UTC milliseconds. */

/** What Contact Policy hands over for a run's items. */
export interface PassRequest {
	workflowId: string;
	stepKey: string;
	nodeName: string;
	/** The node that asks; another live node under the same step key refuses it (J27). */
	nodeId?: string;
	/** Rules of this node in the shape of a policy's `rules`; they can only make the company policy stricter. */
	nodeRules: unknown[];
	/** At most this many leave by *Send* in one execution; the rest stay parked as due now. */
	messagesPerRun: number;
	/** Name of the policy that holds here; absent: the company policy. */
	policyName?: string;
	/** A message that leaves by *Send* takes its place for 15 minutes; only the report that it was sent makes that final. */
	confirm?: boolean;
	/** Who is held goes on by *Later* while the message waits (J55). */
	goesOn?: boolean;
	/** What to do with a key that was handed off before and never reported: leave by *Blocked* (default) or send again. */
	onSecondHandOff: 'block' | 'send';
	/** The batch that the released items came from (their claim); null when none was released. Held again, they move from it back into waiting. */
	batch: { id: number; epoch: number } | null;
	/** Keys that earlier calls of the same execution let out: a long list comes in several calls, and may name somebody twice. */
	letOut?: string[];
	/** In its second and later calls, when the execution began to ask (the store's clock, before its first call): what it has parked since is listed twice. */
	startedAt?: number;
	/** Test run: decide, write nothing, hold nobody. */
	dryRun: boolean;
	items: PassItem[];
}

export interface PassItem {
	index: number;
	customer: CustomerRef;
	/** Absent for items that came through no journey: then `mailingKey` is needed. */
	journey?: JourneyPlace;
	mailingKey?: string;
	/** Released by this node's own trigger just now: judged again under the same key. */
	released: boolean;
	channel: string;
	category: string;
	class: 'transactional' | 'service' | 'marketing';
	priority: number;
	tags: string[];
	notBefore?: number;
	deadline?: number;
	onBlock: 'delay' | 'drop' | 'fallback' | 'digest';
	/** For `fallback`, in order of preference. */
	fallbackChannels: string[];
	/** A service message that must not wait for the end of quiet hours. */
	urgent?: boolean;
	/** Ids of rules that do not hold for this message. */
	exempt?: string[];
	/** Whether rules count it; absent: all do but those it is exempt from. */
	counts?: boolean;
	/** What it is worth: between equal priorities the more valuable goes first. */
	value?: number;
	/** Where its unsubscribe link leads, if that depends on the item: an address, or empty for the node's own page. */
	unsubscribePage?: string;
	/** The customer has gone on by *Later* already. */
	wentOn?: boolean;
	/** Own fields of the item, kept while the message is held. */
	own: Record<string, unknown>;
	event?: { type: string; at: string; properties: Record<string, unknown> } | null;
}

export interface PolicyView {
	key: string;
	channel: string;
	decision: 'send' | 'blocked' | 'later';
	reason: string | null;
	/** The reason in words for a marketer. */
	reasonText: string | null;
	nextPossibleAt: string | null;
	/** Signed token; the node makes `unsubscribeUrl` of it. */
	unsubscribeToken: string | null;
	/** Signed token; the node makes `clickBase` of it. null: click links are off. */
	clickToken: string | null;
	/** Where the customer has yet to confirm a consent on this channel; the node makes `confirmUrl` of it. */
	confirmToken?: string;
}

export type PassAnswer =
	| { index: number; result: 'send' | 'blocked'; customer: CustomerView | null; journey: JourneyPlace | null; policy: PolicyView; digest?: DigestedItem[] }
	/** `goesOn`: the customer leaves by *Later* now, the message stays. */
	| { index: number; result: 'held'; until: number; rule: string; text: string; goesOn?: { customer: CustomerView | null; journey: JourneyPlace | null; policy: PolicyView } }
	/** Parked or moved on before: an execution ran again; output nothing. */
	| { index: number; result: 'passed_before' }
	| { index: number; result: 'ended'; reason: string }
	| { index: number; result: 'refused'; code: string; message: string };

/** A held message that another one carries along. */
export interface DigestedItem {
	own: Record<string, unknown>;
	event: PassItem['event'];
}

export interface CheckMessages {
	/** Keys that Contact Policy gave the items. */
	keys: string[];
}

/** Whether a message that left by *Send* may still go out. */
export type CheckedMessage =
	| { key: string; result: 'send'; expiresAt: number | null }
	| { key: string; result: 'blocked'; reason: string; reasonText: string }
	| { key: string; result: 'unknown_message' };

export interface DecideBatch {
	/** A policy file's content; absent: the store's policy `default`. */
	policy?: unknown;
	/** Raw requests as read from the file, in order. */
	requests: unknown[];
	/** Default instant for requests without `at`. */
	at?: number;
	dryRun: boolean;
}

export interface SavePolicy {
	name: string;
	body: unknown;
	savedBy?: string;
}

export interface SavedPolicy {
	name: string;
	version: number;
	body: Record<string, unknown>;
	savedAt: number;
	result: 'saved' | 'unchanged';
}

export interface Unsubscribe {
	token: string;
	/** GET: look only; POST: withdraw. */
	withdraw: boolean;
}

export type Unsubscribed =
	/** `changed`: the consent was not denied before */
	| { ok: true; channel: string; purpose: string; withdrawn: boolean; changed: boolean; customer: CustomerView }
	| { ok: false; reason: 'bad_link' | 'expired_link' | 'unknown_customer' };
