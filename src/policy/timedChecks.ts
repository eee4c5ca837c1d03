import { covers, isExempt, limitFor } from './counting';
import type { TraceLine } from './decision';
import { hourChecks } from './hourChecks';
import type { Policy, Rule } from './policy';
import type { Question } from './question';
import type { ContactRequest } from './request';
import { arbitrationCheck, capCheck, differsByStage, exemption, gapCheck } from './ruleChecks';
import { holdUntil, type TimedCheck } from './timedCheck';

/** What tells messages apart for the timed checks, besides whom they are for. */
type Kind = Pick<ContactRequest, 'class' | 'urgent' | 'channel' | 'category' | 'journey' | 'tags' | 'exempt'>;

/** The checks that speak to messages of one kind. */
interface Speaking {
	kind: Kind;
	before: readonly TimedCheck[];
	limits: readonly { rule: Rule; cap: TimedCheck; arbitration: TimedCheck }[];
	after: readonly TimedCheck[];
	/** All of them, where nobody competes; frozen. null: which ones depends on the customer. */
	usual: readonly TimedCheck[] | null;
}

/** Kinds met last, by policy: a mailing has one, journeys at work at the same time have a few. */
const KINDS_KEPT = 8;
const speakingUnder = new WeakMap<Policy, Speaking[]>();
const NOBODY = { stage: null, vip: false };

/**
 * Checks 7 to 11 in their order (sections 2 and 11). Transactional skips 7 to 10 as a whole; an urgent service message
 * skips 7. Rules stand in the order of the policy.
 * @returns a frozen list is the same one for everybody who gets such a message
 */
export function timedChecks({ request, policy, customer, competition }: Question): readonly TimedCheck[] {
	const { before, limits, after, usual } = speakingTo(request, policy);
	const isContested = competition.rivals.length > 0;
	if (usual !== null && !isContested) return usual;
	const limiting = limits.filter(({ rule }) => limitFor(rule.limit, customer) !== null);
	const contested = limiting.filter(({ rule }) => isContested || rule.mode === 'batch');
	return [...before, ...limiting.map(({ cap }) => cap), ...contested.map(({ arbitration }) => arbitration), ...after];
}

function speakingTo(request: Kind, policy: Policy): Speaking {
	let known = speakingUnder.get(policy);
	if (!known) speakingUnder.set(policy, (known = []));
	for (const one of known) if (isSameKind(one.kind, request)) return one;
	const speaking = speakingOf(request, policy);
	known.unshift(speaking);
	if (known.length > KINDS_KEPT) known.pop();
	return speaking;
}

function speakingOf({ class: messageClass, urgent, channel, category, journey, tags, exempt }: Kind, policy: Policy): Speaking {
	const kind: Kind = { class: messageClass, urgent, channel, category, journey, tags, exempt };
	const after = capacityChecks(channel, policy);
	if (messageClass === 'transactional') return { kind, before: [], limits: [], after, usual: Object.freeze([...after]) };
	const covering = policy.rules.filter((rule) => covers(rule, kind));
	const asked = covering.filter((rule) => !isExempt(rule, kind));
	const hours = messageClass === 'service' && urgent ? [] : hourChecks(channel, policy);
	const before = [...hours, ...covering.filter((rule) => isExempt(rule, kind)).map(exemption), ...asked.filter(({ minGapMs }) => minGapMs > 0).map(gapCheck)];
	const limits = asked.filter(({ limit }) => limit !== null).map((rule) => ({ rule, cap: capCheck(rule), arbitration: arbitrationCheck(rule) }));
	const isForEverybody = limits.every(({ rule }) => rule.mode !== 'batch' && !differsByStage(rule) && limitFor(rule.limit, NOBODY) !== null);
	return { kind, before, limits, after, usual: isForEverybody ? Object.freeze([...before, ...limits.map(({ cap }) => cap), ...after]) : null };
}

const isSameKind = (a: Kind, b: Kind): boolean =>
	a.class === b.class && a.channel === b.channel && a.category === b.category && a.journey === b.journey && a.urgent === b.urgent && isSameList(a.tags, b.tags) && isSameList(a.exempt, b.exempt);

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a === b || (a.length === b.length && a.every((one, place) => one === b[place]));

/** Check 11: how fast the channel takes messages, whoever they are for. */
function capacityChecks(channel: string, { channelCapacity }: Policy): TimedCheck[] {
	const capacity = channelCapacity.find((one) => one.channel === channel);
	if (capacity === undefined) return [];
	const line: TraceLine = Object.freeze({ check: 'channel-capacity', outcome: 'passed', limit: capacity.limit });
	return [
		{
			line: () => line,
			holdAt: (ms, { facts }) => holdUntil(capacity.limit === 0 ? Infinity : (facts.channelFreeAtMs?.[channel] ?? -Infinity), ms, 'channel-capacity', 'channel-capacity', 'channel_full'),
		},
	];
}
