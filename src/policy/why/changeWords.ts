import { durationWords } from '../duration';
import type { Policy } from '../policy';
import { reasonWords, ruleWords, timeWords } from '../words';
import type { Change } from './change';
import type { Option } from './counterfactual';

/** What an option is told by: the instant of the decision, the customer's zone, the policy it was made under. */
export interface ToldBy {
	nowMs: number;
	zone?: string;
	policy: Policy;
}

/** "It would have gone at once if the rule "any-day" had allowed 2 messages a day instead of 1." */
export function optionWords({ changes, result, untilMs }: Option, told: ToldBy): string {
	const conditions = changes.map((change) => changeWords(change, told)).join(', and if ');
	const outcome = result === 'sent' || untilMs === null ? 'It would have gone at once' : `It would have waited until ${timeWords(untilMs, told)} instead of being dropped`;
	return `${outcome} if ${conditions}.`;
}

/** The end of a sentence that begins with "if". */
function changeWords(change: Change, told: ToldBy): string {
	switch (change.kind) {
		case 'consent':
			return change.purpose === 'processing' ? 'the customer had consented to the processing of personal data' : `the customer had consented to ${change.purpose} messages by ${change.channel}`;
		case 'suppression':
			return `this had not stood against it: ${reasonWords(`suppressed:${change.reason}`)}`;
		case 'address':
			return addressWords(change.channel);
		case 'not-before':
			return `it had not been told to wait until ${timeWords(change.from, told)}`;
		case 'deadline':
			return `its deadline had been ${timeWords(change.to, told)} or later instead of ${timeWords(change.from, told)}`;
		case 'priority':
			return `its priority had been ${change.to} instead of ${change.from}`;
		case 'gap':
			return `the rule "${change.rule}" had asked for at most ${durationOrNothing(change.to)} between messages instead of ${durationWords(change.from)}`;
		case 'limit':
			return limitWords(change, told.policy);
		case 'quiet-hours':
			return change.edge === 'none' ? `there had been no quiet hours ${change.from}` : `quiet hours had ${change.edge === 'end' ? 'ended' : 'begun'} at ${change.to} instead of ${change.from}`;
		case 'send-window':
			return change.edge === 'none' ? `messages had not been bound to the hours ${change.from}` : `the hours for messages had ${change.edge === 'end' ? 'ended' : 'begun'} at ${change.to} instead of ${change.from}`;
		case 'blackout':
			return `messages had been allowed on ${change.date}`;
		case 'channel-capacity':
			return `the ${change.channel} channel had taken more messages`;
		case 'first-come':
			return `the rule "${change.rule}" had not collected messages first`;
		case 'waiting-message':
			return `the waiting message ${fromWords(change)} had not been there`;
		case 'earlier-send':
			return `the message ${fromWords(change)} of ${timeWords(change.at, told)} had not been sent`;
		case 'control-group':
			return 'the customer had not been in the control group';
		case 'policy-on':
			return 'the contact policy had not stopped all marketing and service messages';
		case 'on-block':
			return 'the step had held what is blocked instead of dropping it';
	}
}

function limitWords({ rule, from, to }: Extract<Change, { kind: 'limit' }>, policy: Policy): string {
	const known = policy.rules.find(({ id }) => id === rule);
	const allowed = known ? ruleWords({ ...known, minGapMs: 0 }, to) : `${to} messages`;
	return `the rule "${rule}" had allowed ${allowed} instead of ${from === 0 ? 'none' : from}`;
}

const durationOrNothing = (ms: number) => (ms === 0 ? 'nothing' : durationWords(ms));

function fromWords({ channel, journey }: { channel: string; journey: string | null }): string {
	return journey === null ? `by ${channel}` : `by ${channel} of the journey "${journey}"`;
}

function addressWords(channel: string): string {
	if (channel === 'email') return 'the customer had an e-mail address';
	return ['sms', 'call', 'whatsapp'].includes(channel) ? 'the customer had a phone number' : `the customer had an address for ${channel}`;
}
