import type { CancelInput, ConsentInput, CustomerInput, EventInput, MessageResultInput, OrderInput, ProductInput, RefundInput, SubscriptionInput } from '../ingest/records';
import type { CustomerView } from '../journeys/item';
import type { JourneyWay, RefusedEntry } from '../journeys/ways';
import type { CustomerRef } from './identity';
import type { NoteView } from './notes';
import type { TaskView } from './tasks';

/** Inputs and outputs of the customer and ingest operations of src/operations.ts. Instants are UTC milliseconds. */

/** One answer per input, in the order of the inputs. A refused input leaves nothing behind; the others go through. */
export type ItemAnswer<T> = ({ ok: true } & T) | { ok: false; code: string; message: string };

export type UpsertResult = 'created' | 'updated' | 'unchanged';

export interface UpsertedCustomer {
	result: UpsertResult;
	customer: CustomerView;
	/** E.g. an e-mail that already belongs to another customer and was left there. */
	warnings: string[];
}

export interface TrackedEvent {
	/** `conflict`: the same id came with other content; `quarantined`: dated more than 5 minutes ahead and set aside; both change nothing. */
	result: 'accepted' | 'duplicate' | 'conflict' | 'quarantined';
	/** null: nobody by that name, and what is seen again or set aside makes nobody. */
	customer: CustomerView | null;
	/** Journeys that this event started, and those it ended. */
	entered: string[];
	exited: string[];
	/** Why a journey that listens to this event did not start: `already_active`, `not_in_audience`, `cooldown until ...`, `stale_event`, `journey_off`. */
	refused: { journey: string; reason: string }[];
	/** Journeys that waited for it, and went on because their time was up (J20). */
	late: string[];
	/** Without an id and with nothing stable to make one from. */
	note?: string;
}

export interface RecordedOrder {
	result: 'recorded' | 'updated' | 'unchanged' | 'older';
	orderId: string;
	customer: CustomerView | null;
	entered: string[];
	exited: string[];
}

export interface UpsertedSubscription {
	/** `older`: everything that differs is known from a later report */
	result: UpsertResult | 'older';
	subscriptionId: string;
	customer: CustomerView | null;
	entered: string[];
	exited: string[];
}

export interface ChangedOrder {
	result: 'cancelled' | 'refunded' | 'unchanged';
	orderId: string | null;
	refunded: { amount: string; currency: string } | null;
}

export interface ConsentRow {
	channel: string;
	purpose: string;
	status: 'granted' | 'denied' | 'pending';
	at: number;
	source: string | null;
	expiresAt: number | null;
}

export interface RecordedMessage {
	/**
	 * `unknown_message`: nothing in the ledger fits; a result `sent` or `delivered` is then taken in as an outside send, and
	 * a bounce, complaint or unsubscription acts on the address and the consent all the same: `recorded_for_address`.
	 */
	result: 'recorded' | 'duplicate' | 'recorded_outside' | 'recorded_for_address' | 'unknown_message';
	key: string | null;
	customer: CustomerView | null;
	/** It was reported as sent after its reservation had given its place back: the limits may be exceeded. */
	late?: boolean;
}

export interface ErasureCertificate {
	result: 'erased' | 'already_erased';
	pseudonym: string;
	erasedAt: number;
	/** What was blanked, ended or cancelled, by kind. */
	counts: Record<string, number>;
}

/** `customer` of one of these: an internal reference, or the one text of a node's *Customer* field parsed by `parseCustomer`. */
export interface GetCustomers {
	refs: CustomerRef[];
}
/** `null` where nobody is found. Erased customers are not found. */
export type GotCustomers = (CustomerView | null)[];

export interface FindCustomers {
	/** Part of an e-mail, name, phone or id, at least 2 characters; case does not matter. */
	text?: string;
	stage?: string;
	vip?: boolean;
	limit: number;
	/** The last id of the page before. */
	after?: string;
}

/** Import and Customer Data give whole batches: at most 5,000 items a call. `backfill` starts, resumes and exits no journey. */
export interface IngestOptions {
	backfill?: boolean;
}
export interface UpsertCustomers extends IngestOptions { items: CustomerInput[] }
export interface TrackEvents extends IngestOptions {
	items: EventInput[];
	/** `reject`: events dated ahead are not set aside; an import has a file for what it rejects. */
	future?: 'setAside' | 'reject';
}
export interface RecordOrders extends IngestOptions { items: OrderInput[] }
export interface CancelOrders extends IngestOptions { items: CancelInput[] }
export interface RefundOrders extends IngestOptions { items: RefundInput[] }
export interface UpsertSubscriptions extends IngestOptions { items: SubscriptionInput[] }
export interface UpsertProducts { items: ProductInput[] }
export interface SetConsents { items: ConsentInput[]; backfill?: boolean }
export interface RecordMessages { items: MessageResultInput[]; backfill?: boolean }
export interface EraseCustomer { ref: CustomerRef; requestedBy?: string }

/** Everything known and decided about one customer (`customer ID`). */
export interface CustomerRecord {
	asOf: number;
	customer: CustomerView;
	/** Who was merged into this customer, oldest first; `customer` is the id they had. */
	mergedFrom: { customer: string | null; at: number; by: string | null }[];
	identities: { type: string; value: string }[];
	consents: ConsentRow[];
	suppressions: { channel: string; reason: string; at: number }[];
	orders: { orderId: string; kind: string; status: string; orderedAt: number; amount: string; currency: string }[];
	revenue: { amount: string; currency: string }[];
	subscriptions: { subscriptionId: string; productId: string | null; plan: string | null; status: string; startsAt: number | null; expiresAt: number | null; price: string | null; currency: string | null; attributes: Record<string, unknown> }[];
	events: { type: string; at: number; properties: Record<string, unknown> }[];
	messages: { at: number; channel: string; category: string; state: string; journey: string | null; results: string[] }[];
	decisions: { at: number; decision: string; until: number | null; rule: string | null; reason: string | null; channel: string; journey: string | null; trace: unknown }[];
	notes: NoteView[];
	tasks: TaskView[];
	journeys: JourneyWay[];
	/** Entries that journeys refused in the last 30 days, the newest first. */
	refused: RefusedEntry[];
}
