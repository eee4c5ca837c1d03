import { DateTime } from 'luxon';
import { isOwnKey } from '../customers/repeatKey';
import type { Decision, DropReason, TraceLine } from './decision';
import { durationWords } from './duration';
import type { Policy, Rule } from './policy';

/** Decisions in plain words for a marketer. */

/** What a held or blocked message is told by. Times are read in `zone`, the customer's (default UTC). */
interface Told {
	nowMs: number;
	zone?: string;
	channel?: string;
	/** Says which limit held for this customer, by stage. */
	trace?: readonly TraceLine[];
	/** Says what a rule allows; without it the rule is only named. */
	policy?: Policy;
}

export interface Held extends Told {
	rule: string;
	untilMs: number;
}

export interface Blocked extends Told {
	reason: DropReason;
	rule?: string;
	nextPossibleAtMs?: number;
}

/** One or two sentences on a decision. */
export function explain(decision: Decision, policy?: Policy): string {
	if (decision.decision === 'send') return 'Sent: nothing in the contact policy speaks against it.';
	const told = { ...decision, nowMs: decision.decidedAtMs, policy };
	return told.decision === 'delay' ? heldWords(told) : blockedWords(told);
}

/** "Held until 9:00 tomorrow because it is night for this customer." */
export function heldWords(held: Held): string {
	const until = held.untilMs <= held.nowMs ? 'Held for a moment' : `Held until ${timeWords(held.untilMs, held)}`;
	return `${until}${firstOfSeveral(held)} because ${holdWords(held.rule, held)}.`;
}

/** Of several channels, the one that the message waits for. */
function firstOfSeveral({ channel, trace = [] }: Held): string {
	const tried = new Set(trace.flatMap((line) => line.channel ?? []));
	return tried.size > 1 && channel !== undefined ? `, when ${channel} opens as the first of its channels,` : '';
}

/** "Not sent: there is no consent to marketing messages by email." */
export function blockedWords(blocked: Blocked): string {
	const next = blocked.nextPossibleAtMs === undefined ? '' : ` It would be possible from ${timeWords(blocked.nextPossibleAtMs, blocked)}.`;
	return `Not sent: ${dropWords(blocked)}.${next}`;
}

/** A reason of the closed list, as the end of a sentence: "there is no consent to marketing messages by email". */
export function reasonWords(reason: DropReason): string {
	const [code, detail] = splitOnce(reason, ':');
	switch (code) {
		case 'suppressed':
			return SUPPRESSION_WORDS.get(detail) ?? `the address is on the suppression list (${detail})`;
		case 'no_consent':
			return consentWords(detail);
		case 'cap':
			return `the rule "${detail}" allows no more messages to this customer`;
		case 'outranked':
			// A message of no journey is named by its key, which says nothing to a person where the product made it.
			return isOwnKey(detail) ? 'a more important message goes first' : `a more important message of the journey "${detail}" goes first`;
		default:
			return PLAIN_WORDS[code as keyof typeof PLAIN_WORDS];
	}
}

/** What a rule allows: "2 messages in 7 days on sms", "4 hours between messages". */
export function ruleWords(rule: Rule, limit?: number): string {
	const parts: string[] = [];
	const allowed = limit ?? rule.limit?.default ?? null;
	if (allowed !== null) parts.push(allowed === 0 ? 'no messages' : `${allowed} message${allowed === 1 ? '' : 's'} ${windowWords(rule)}`);
	if (rule.minGapMs > 0) parts.push(`${durationWords(rule.minGapMs)} between messages`);
	return `${parts.join(', ')}${scopeWords(rule)}`;
}

/** One line of the trace: "cap any-day: blocked until 2026-11-22T00:00:00.000Z (limit 1)". */
export function traceWords({ check, outcome, channel, rule, untilMs, limit, note }: TraceLine): string {
	const subject = [channel, check, rule].filter((part) => part !== undefined).join(' ');
	const said = outcome === 'blocked_until' ? `blocked until ${new Date(untilMs as number).toISOString()}` : outcome === 'blocked' ? 'blocked for good' : outcome;
	const details = [limit === undefined ? undefined : `limit ${limit}`, note].filter((part) => part !== undefined);
	return `${subject}: ${said}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

function dropWords({ reason, rule, ...told }: Blocked): string {
	if (reason === 'expired' && rule !== undefined) return `its deadline passes first: ${holdWords(rule, told)}`;
	if (reason === 'unreachable' && told.channel !== undefined) return addressWords(told.channel);
	if (reason.startsWith('cap:') && rule !== undefined) return holdWords(rule, told);
	return reasonWords(reason);
}

/** Why a message is held, by its binding rule. */
function holdWords(rule: string, told: Told): string {
	const own = HOLD_WORDS.get(rule);
	if (own !== undefined) return own(told);
	if (rule.startsWith('outranked:')) return reasonWords(rule as DropReason);
	const known = told.policy?.rules.find(({ id }) => id === rule);
	if (known === undefined) return reasonWords(`cap:${rule}`);
	const line = told.trace?.find((one) => one.rule === rule && one.outcome !== 'passed');
	if (line?.check === 'min-gap') return `the rule "${rule}" asks for ${durationWords(known.minGapMs)} between messages`;
	if (line?.check === 'arbitration') return `the rule "${rule}" collects messages first and picks the most important`;
	return `the rule "${rule}" allows ${ruleWords({ ...known, minGapMs: 0 }, line?.limit)}`;
}

const HOLD_WORDS = new Map<string, (told: Told) => string>([
	['quiet-hours', (told) => (isNight(told) ? 'it is night for this customer' : 'these are quiet hours for this customer')],
	['send-window', ({ channel }) => `messages${channel === undefined ? '' : ` by ${channel}`} go out at set hours only`],
	['blackout', () => 'no messages go out on that date'],
	['not-before', () => 'it is not to go out earlier'],
	['channel-capacity', ({ channel }) => `${channel === undefined ? 'the channel' : `the ${channel} channel`} takes no more messages until then`],
	['messages-per-run', () => 'this execution has let out as many messages as it may; the rest follow'],
]);

/** "9:00 today", "9:00 tomorrow", "9:00 on Friday 27 November". */
export function timeWords(ms: number, { nowMs, zone = 'UTC' }: Told): string {
	const time = DateTime.fromMillis(ms, { zone, locale: 'en-GB' });
	const now = DateTime.fromMillis(nowMs, { zone, locale: 'en-GB' });
	const clock = time.toFormat(time.second === 0 && time.millisecond === 0 ? 'H:mm' : 'H:mm:ss');
	const days = Math.round(time.startOf('day').diff(now.startOf('day'), 'days').days);
	if (days === 0) return `${clock} today`;
	if (days === 1) return `${clock} tomorrow`;
	return `${clock} on ${time.toFormat(time.year === now.year ? 'cccc d LLLL' : 'cccc d LLLL yyyy')}`;
}

function isNight({ nowMs, zone = 'UTC' }: Told): boolean {
	const { hour } = DateTime.fromMillis(nowMs, { zone });
	return hour >= 21 || hour < 9;
}

function windowWords({ window }: Rule): string {
	return window.kind === 'rolling' ? `in ${durationWords(window.ms)}` : `a ${window.unit}`;
}

function scopeWords({ scope: { channel, category, tag, journey } }: Rule): string {
	const of = [category && `of the category "${category}"`, tag && `with the tag "${tag}"`, journey && `of the journey "${journey}"`, channel && `by ${channel}`];
	return of.filter((part) => part).map((part) => ` ${part}`).join('');
}

function consentWords(detail: string): string {
	const [channel, purpose] = splitOnce(detail, '/');
	if (purpose === 'processing') return 'the customer does not consent to the processing of personal data';
	return `there is no consent to ${purpose} messages by ${channel}`;
}

function addressWords(channel: string): string {
	if (channel === 'email') return 'the customer has no e-mail address';
	return ['sms', 'call', 'whatsapp'].includes(channel) ? 'the customer has no phone number' : `the customer has no address for ${channel}`;
}

function splitOnce(text: string, separator: string): [string, string] {
	const place = text.indexOf(separator);
	return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

const SUPPRESSION_WORDS = new Map([
	['unsubscribed', 'the customer unsubscribed'],
	['complained', 'the customer reported a message as spam'],
	['complaint', 'the customer reported a message as spam'],
	['hard_bounce', 'messages to this address come back for good'],
	['invalid', 'the address is not valid'],
	['legal', 'the address is blocked for legal reasons'],
]);

const PLAIN_WORDS = {
	erased: 'the customer was erased',
	unknown_customer: 'no such customer is known',
	unreachable: 'the customer has no address on this channel',
	expired: 'its deadline has passed',
	duplicate: 'the customer gets this message already: the list names them twice, or this step has sent it before',
	already_handed_off: 'it was handed to the sender before, and whether it went out is not known',
	quiet_discard: 'these are quiet hours, and the message is not to be held',
	holdout: 'the customer is in the control group; everyone else would get it now',
	cancelled: 'it was called off, or the customer has left the journey',
	policy_off: 'the contact policy stops all marketing and service messages',
	channel_full: 'the channel takes no more messages now',
} as const;
