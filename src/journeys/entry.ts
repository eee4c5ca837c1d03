import type { CustomerRow, ConsentDbRow } from '../store/plans/customerPlans';
import { customerView } from '../customers/profile';
import { consentBlock } from '../policy/consent';
import type { Consent } from '../policy/facts';
import { matchesAll, valueAt, type JsonObject } from './conditions';
import { addDuration } from './dueAt';
import type { Subject } from './react';
import type { JourneyEvent } from './rules';
import type { JourneySettings } from './settings';
import { OPEN, type Enrolment } from './slice';

/** What an entry event does to a customer (journeys.md section 2). */
export type EntryVerdict =
	| { enter: true; entryKey: string; generation: number; restart: Enrolment | null }
	/** The customer is in already: put the newest event in, and start again what restarts on it. */
	| { enter: false; refresh: Enrolment }
	| { enter: false; refused: string };

/**
 * Decides whether an event starts a customer on a journey. Pure.
 * @param enrolments all of this customer's enrolments in this journey, open and ended
 * @param nowMs UTC milliseconds
 */
export function judgeEntry(settings: JourneySettings, event: JourneyEvent, { customer, consents, zone }: Subject, enrolments: readonly Enrolment[], nowMs: number, options: { anybody?: boolean } = {}): EntryVerdict {
	if (event.at < nowMs - settings.maxTriggerAgeMs) return { enter: false, refused: 'stale_event' };
	const dated = settings.entry.date !== undefined;
	const keyed = dated || settings.entry.entryKey.kind === 'property';
	const entryKey = entryKeyOf(settings, event);
	if (entryKey === undefined) return { enter: false, refused: `no_entry_key: the event has no ${keyed ? propertyOf(settings) : 'id'}` };
	const sameKey = enrolments.filter((one) => one.entry_key === entryKey);
	// The same date of the same subject, as far from it: it has started the customer before.
	if (dated && sameKey.length > 0) return { enter: false, refused: 'already_entered_by_this_date' };
	const open = (keyed ? sameKey : enrolments).find((one) => OPEN.has(one.status));
	const beside = settings.reEntry.mode === 'parallel' && !keyed && settings.whileActive === 'ignore';
	// An entry that waits for nothing but its node is one of several like any other: how fast n8n is must not tell.
	const joinable = open && !(beside && settings.entry.debounceMs === 0);
	if (joinable) {
		if (open.status === 'entering' || settings.whileActive === 'refresh') return { enter: false, refresh: open };
		if (settings.whileActive === 'ignore' && !beside) return { enter: false, refused: 'already_active' };
	}
	const restart = open && settings.whileActive === 'restart' ? open : null;
	const refused = restart ? undefined : reEntryRefusal(settings, keyed && !dated ? sameKey : enrolments, enrolments, zone, nowMs, keyed);
	if (refused) return { enter: false, refused };
	if (!options.anybody && !inAudience(settings, customer, consents, nowMs)) return { enter: false, refused: 'not_in_audience' };
	return { enter: true, entryKey, generation: 1 + Math.max(0, ...sameKey.map((one) => one.generation)), restart };
}

/** The key that makes two entries the same one: the event's id, or a property such as cart_id. */
function entryKeyOf(settings: JourneySettings, event: JourneyEvent): string | undefined {
	if (settings.entry.entryKey.kind === 'event') return event.eventId;
	const value = valueAt(event.properties, settings.entry.entryKey.property);
	return value === undefined || value === null || value === '' || typeof value === 'object' ? undefined : String(value).slice(0, 255);
}

function reEntryRefusal(settings: JourneySettings, scope: readonly Enrolment[], all: readonly Enrolment[], zone: string, nowMs: number, keyed: boolean): string | undefined {
	const rule = settings.reEntry;
	if (rule.mode === 'once_ever' && scope.length > 0) return 'already_entered';
	if (rule.mode === 'parallel' && all.filter((one) => OPEN.has(one.status)).length >= rule.max) return `cap: ${rule.max} at the same time`;
	if (rule.mode === 'cooldown') {
		const last = Math.max(Number.NEGATIVE_INFINITY, ...scope.map((one) => (rule.from === 'entry' ? one.entered_at : (one.ended_at ?? one.entered_at))));
		if (Number.isFinite(last)) {
			const until = addDuration(last, rule.length, zone);
			if (nowMs < until) return `cooldown until ${new Date(until).toISOString()}`;
		}
	}
	if (!keyed && rule.mode !== 'parallel') {
		const last = Math.max(Number.NEGATIVE_INFINITY, ...all.map((one) => one.entered_at));
		if (nowMs - last < settings.guardMs) return 'entered_recently';
	}
	return undefined;
}

function inAudience(settings: JourneySettings, customer: CustomerRow, consents: readonly ConsentDbRow[], nowMs: number): boolean {
	const { consentChannel, conditions } = settings.audience;
	if (consentChannel && consentBlock(consentChannel, 'marketing', consents.map(policyConsent), true, nowMs) !== null) return false;
	if (conditions.length === 0) return true;
	const subject: JsonObject = { ...customerView(customer), country: customer.country, birthDate: customer.birth_date };
	return matchesAll(conditions, subject);
}

const propertyOf = (settings: JourneySettings) => (settings.entry.entryKey.kind === 'property' ? settings.entry.entryKey.property : 'id');

const policyConsent = ({ channel, purpose, status, at, expires_at }: ConsentDbRow): Consent => ({ channel, purpose, status, at, expiresAt: expires_at });
