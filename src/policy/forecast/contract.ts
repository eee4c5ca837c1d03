import type { Facts } from '../facts';
import type { ContactRequest } from '../request';

/** Shapes of the forecast (contact-policy.md; measurement.md "Contact policy"). Instants are UTC milliseconds. */

/** What kind of message a step asks for: the message itself without whom it is for. `ownRules`: of the node, by policy version. */
export interface MessageKind {
	request: Omit<ContactRequest, 'key' | 'customer' | 'enrolment' | 'visit'>;
	/** Deadline and earliest instant lie so long after the asking. */
	deadlineAfterMs: number | null;
	notBeforeAfterMs: number | null;
	policyVersion: string | null;
}

/** What came next, so long after somebody left a step or entered: a message, or the end of the journey. */
export interface Next {
	afterMs: number;
	step: string;
	kind: MessageKind;
}

/** One departure of the past, by journey and step (`ENTRY` for the entry itself). */
export interface Departure {
	journey: string;
	from: string;
	/** A number that tells departures apart, for drawing. */
	seed: string;
	next: Next | null;
}

export const ENTRY = '(entry)';

export interface PastPage {
	departures: Departure[];
	/** Departures of enrolments that have not ended: what came next is known, that nothing did is not. */
	open: Departure[];
}

/** One message or person that is on the way to a Contact Policy. */
export type Coming =
	/** Held by Contact Policy, judged again at `at`, for now by `channel`; its instants are counted from `askedAt`. */
	| { kind: 'held'; at: number; askedAt: number; channel?: string; journey: string | null; step: string; seed: string; message: MessageKind }
	/** Waits at a step of a journey until `at`. */
	| { kind: 'waiting'; at: number; journey: string; step: string; seed: string }
	/** Entered a journey at `at`, in the weeks before: somebody like them enters in the weeks to come. */
	| { kind: 'entered'; at: number; journey: string; seed: string }
	/** Got a message outside every journey (a newsletter) at `at`. */
	| { kind: 'mailing'; at: number; seed: string; message: MessageKind };

export interface CustomerOutlook {
	key: string;
	/** The ledger, consents and profile as the policy sees them now, without held messages. */
	facts: Facts;
	coming: Coming[];
}

export interface OutlookPage {
	customers: CustomerOutlook[];
	/** Waits of journeys that are switched off: nobody of them comes. */
	frozen: number;
	/** The customer to go on after; null at the end. */
	after: number | null;
}

export interface ForecastSetting {
	now: number;
	zone: string;
	/** The policies in force, as files, by name; the company policy is always there. */
	policies: Record<string, unknown>;
	policyVersion: string;
	/** Which policy a node asked under, and its own rules, by the policy version that its decisions name. */
	used: Record<string, { policy: string; ownRules: unknown[] }>;
	/** The first entry of each journey. */
	since: Record<string, number>;
	/** Numbers of the enrolments of the last 90 days; null where there are none. */
	enrolments: { first: number; last: number } | null;
}

/** Rows of the answer. A message counts on the day it is first asked for; `sent` on the day it leaves. */
export interface DayRow {
	day: string;
	channel: string;
	demand: number;
	/** Of the demand, those that leave at once. */
	sendable: number;
	/** All that leave on this day, also those that were held before. */
	sent: number;
	held: number;
	dropped: number;
	/** Why the others did not leave at once, by the rule that is named. */
	blockedBy: Record<string, number>;
}

export interface JourneyForecast {
	/** null: outside every journey */
	journey: string | null;
	category: string;
	demand: number;
	/** leave at once */
	sendable: number;
	/** leave later, within the days looked at */
	late: number;
	/** still held at the end */
	waiting: number;
	dropped: number;
}

export interface Displaced {
	journey: string | null;
	/** The journey whose messages stand in the way. */
	by: string | null;
	messages: number;
}

export interface Forecast {
	asOf: number;
	until: number;
	days: number;
	zone: string;
	policyVersion: string;
	basis: {
		customers: number;
		/** at a wait of a journey, and held by Contact Policy */
		waiting: number;
		held: number;
		/** new entries and mailings that were drawn from the weeks before */
		entries: number;
		mailings: number;
		/** waiting in journeys that are switched off: left out */
		frozen: number;
		/** Where people stand from whom nobody has gone on yet: left out. */
		unforeseen: { journey: string; step: string; customers: number }[];
	};
	totals: { demand: number; sendable: number; sent: number; held: number; dropped: number };
	perDay: DayRow[];
	journeys: JourneyForecast[];
	displaced: Displaced[];
}
