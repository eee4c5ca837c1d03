import { DateTime } from 'luxon';
import type { Decision, DelayDecision, DropDecision, DropReason, TraceLine } from './decision';
import { durationWords } from './duration';
import type { Policy, Rule } from './policy';

/** Decisions in plain words for a marketer. Times are read in the customer's zone. */

/**
 * One or two sentences: "Held until 9:00 tomorrow because it is night for this customer."
 * @param policy the policy of the decision, to say what a rule allows; without it the rule is only named
 */
export function explain(decision: Decision, policy?: Policy): string {
	switch (decision.decision) {
		case 'send':
			return 'Sent: nothing in the contact policy speaks against it.';
		case 'delay':
			return `Held until ${timeWords(decision.untilMs, decision)} because ${holdWords(decision, policy)}.`;
		case 'drop': {
			const next = decision.nextPossibleAtMs === undefined ? '' : ` It would be possible from ${timeWords(decision.nextPossibleAtMs, decision)}.`;
			return `Not sent: ${dropWords(decision, policy)}.${next}`;
		}
	}
}

/** A reason of the closed list, as the end of a sentence: "there is no consent to marketing messages by email". */
export function reasonWords(reason: DropReason): string {
	const [code, detail] = splitOnce(reason, ':');
	switch (code) {
		case 'suppressed':
			return SUPPRESSION_WORDS[detail] ?? `the address is on the suppression list (${detail})`;
		case 'no_consent':
			return consentWords(detail);
		case 'cap':
			return `the rule "${detail}" allows no more messages to this customer`;
		case 'outranked':
			return `a more important message of the journey "${detail}" goes first`;
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

function dropWords(decision: DropDecision, policy?: Policy): string {
	const { reason, rule } = decision;
	if (reason === 'expired' && rule !== undefined) return `its deadline passes first: ${holdWords({ ...decision, rule }, policy)}`;
	if (reason === 'unreachable') return addressWords(decision.channel);
	if (reason.startsWith('cap:') && rule !== undefined) return holdWords({ ...decision, rule }, policy);
	return reasonWords(reason);
}

/** Why a message is held, by its binding rule. */
function holdWords(decision: Pick<DelayDecision, 'rule' | 'trace' | 'channel' | 'decidedAtMs' | 'zone'>, policy?: Policy): string {
	const { rule, trace, channel } = decision;
	switch (rule) {
		case 'quiet-hours':
			return isNight(decision) ? 'it is night for this customer' : 'these are quiet hours for this customer';
		case 'send-window':
			return `messages by ${channel} go out at set hours only`;
		case 'blackout':
			return 'no messages go out on that date';
		case 'not-before':
			return 'it is not to go out earlier';
		case 'channel-capacity':
			return `the ${channel} channel takes no more messages until then`;
	}
	if (rule.startsWith('outranked:')) return reasonWords(rule as DropReason);
	const known = policy?.rules.find(({ id }) => id === rule);
	if (known === undefined) return reasonWords(`cap:${rule}`);
	const line = trace.find((one) => one.rule === rule && one.outcome !== 'passed');
	if (line?.check === 'min-gap') return `the rule "${rule}" asks for ${durationWords(known.minGapMs)} between messages`;
	if (line?.check === 'arbitration') return `the rule "${rule}" collects messages first and picks the most important`;
	return `the rule "${rule}" allows ${ruleWords({ ...known, minGapMs: 0 }, line?.limit)}`;
}

/** "9:00 today", "9:00 tomorrow", "9:00 on Friday 27 November". */
function timeWords(ms: number, { decidedAtMs, zone = 'UTC' }: { decidedAtMs: number; zone?: string }): string {
	const time = DateTime.fromMillis(ms, { zone, locale: 'en-GB' });
	const now = DateTime.fromMillis(decidedAtMs, { zone, locale: 'en-GB' });
	const clock = time.toFormat(time.second === 0 && time.millisecond === 0 ? 'H:mm' : 'H:mm:ss');
	const days = Math.round(time.startOf('day').diff(now.startOf('day'), 'days').days);
	if (days === 0) return `${clock} today`;
	if (days === 1) return `${clock} tomorrow`;
	return `${clock} on ${time.toFormat(time.year === now.year ? 'cccc d LLLL' : 'cccc d LLLL yyyy')}`;
}

function isNight({ decidedAtMs, zone = 'UTC' }: { decidedAtMs: number; zone?: string }): boolean {
	const { hour } = DateTime.fromMillis(decidedAtMs, { zone });
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

const SUPPRESSION_WORDS: Record<string, string> = {
	unsubscribed: 'the customer unsubscribed',
	complained: 'the customer reported a message as spam',
	complaint: 'the customer reported a message as spam',
	hard_bounce: 'messages to this address come back for good',
	invalid: 'the address is not valid',
	legal: 'the address is blocked for legal reasons',
};

const PLAIN_WORDS = {
	erased: 'the customer was erased',
	unknown_customer: 'no such customer is known',
	unreachable: 'the customer has no address on this channel',
	expired: 'its deadline has passed',
	duplicate: 'this step has sent it to the customer already',
	already_handed_off: 'it was handed to the sender before, and whether it went out is not known',
	quiet_discard: 'these are quiet hours, and the message is not to be held',
	holdout: 'the customer is in the control group; everyone else would get it now',
	cancelled: 'it was called off, or the customer has left the journey',
	policy_off: 'the contact policy stops all marketing and service messages',
	channel_full: 'the channel takes no more messages now',
} as const;
