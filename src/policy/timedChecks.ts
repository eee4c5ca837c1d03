import { yieldUntil } from './arbitration';
import { covers, isExempt, limitFor } from './counting';
import type { CheckName, DropReason } from './decision';
import type { Rule } from './policy';
import type { Question } from './question';
import { blackoutUntil, forChannel, nextSendWindow, quietUntil } from './quietHours';
import { capUntil, gapUntil } from './windows';

/** What holds a message at an instant, and until when. */
export interface Hold {
	check: CheckName;
	/** The binding rule as the decision names it. */
	rule: string;
	/** Infinity: for good. */
	untilMs: number;
	/** The reason when the message is dropped rather than held (section 11, onBlock). */
	dropReason: DropReason;
}

/** One of checks 7 to 11: for an instant, the first one from there on at which it is open. */
export interface TimedCheck {
	check: CheckName;
	/** The rule asked, for the trace. */
	rule?: string;
	/** The limit that holds for this customer. */
	limit?: number;
	note?: string;
	/** Named in the trace, but not asked. */
	skipped?: boolean;
	/** null: open at `ms`. */
	holdAt(ms: number): Hold | null;
}

/**
 * Checks 7 to 11 in their order (sections 2 and 11). Transactional skips 7 to 10 as a whole; an urgent service message
 * skips 7. Rules stand in the order of the policy.
 */
export function timedChecks(question: Question): TimedCheck[] {
	const { request } = question;
	if (request.class === 'transactional') return capacityCheck(question);
	const urgent = request.class === 'service' && request.urgent;
	return [...(urgent ? [] : hourChecks(question)), ...ruleChecks(question), ...capacityCheck(question)];
}

/** Checks 8 to 10. */
function ruleChecks(question: Question): TimedCheck[] {
	const { request, policy, customer, competition } = question;
	const covering = policy.rules.filter((rule) => covers(rule, request));
	const rules = covering.filter((rule) => !isExempt(rule, request)).map((rule) => ({ rule, limit: limitFor(rule.limit, customer) }));
	const caps = rules.filter((one): one is { rule: Rule; limit: number } => one.limit !== null);
	const contested = caps.filter(({ rule }) => competition.rivals.length > 0 || rule.mode === 'batch');
	return [
		...covering.filter((rule) => isExempt(rule, request)).map(exemption),
		...rules.filter(({ rule }) => rule.minGapMs > 0).map(({ rule }) => gapCheck(rule, question)),
		...caps.map(({ rule, limit }) => capCheck(rule, limit, question)),
		...contested.map(({ rule, limit }) => arbitrationCheck(rule, limit, question)),
	];
}

function exemption(rule: Rule): TimedCheck {
	return { check: rule.limit === null ? 'min-gap' : 'cap', rule: rule.id, note: 'exempt', skipped: true, holdAt: () => null };
}

/** Check 7: quiet hours, send windows, blackout dates. */
function hourChecks({ request, policy, zone }: Question): TimedCheck[] {
	const quiet = forChannel(policy.quietHours, request.channel);
	const windows = forChannel(policy.sendWindows, request.channel);
	const { candidates, inferred } = zone;
	const note = `${candidates.map(({ name }) => name).join(', ')}${inferred ? ' (inferred)' : ''}`;
	const hours = (check: 'quiet-hours' | 'send-window' | 'blackout', openFrom: (ms: number) => number): TimedCheck => ({
		check,
		note,
		holdAt: (ms) => holdUntil(openFrom(ms), ms, { check, rule: check, dropReason: 'quiet_discard' }),
	});
	return [
		hours('quiet-hours', (ms) => quietUntil(quiet, candidates, ms)),
		hours('send-window', (ms) => nextSendWindow(windows, candidates, ms)),
		hours('blackout', (ms) => blackoutUntil(policy.blackoutDays, candidates, ms)),
	];
}

/** Check 8. */
function gapCheck(rule: Rule, { ledger }: Question): TimedCheck {
	const hold = { check: 'min-gap', rule: rule.id, dropReason: `cap:${rule.id}` } as const;
	return { check: 'min-gap', rule: rule.id, holdAt: (ms) => holdUntil(gapUntil(rule, ledger, ms), ms, hold) };
}

/** Check 9. */
function capCheck(rule: Rule, limit: number, { ledger, zone, policy, customer }: Question): TimedCheck {
	const calendar = { zone: zone.clock, weekStart: policy.weekStart };
	const hold = { check: 'cap', rule: rule.id, dropReason: `cap:${rule.id}` } as const;
	const byStage = Object.keys(rule.limit?.byStage ?? {}).length > 0;
	return {
		check: 'cap',
		rule: rule.id,
		limit,
		...(byStage && { note: `stage ${customer.vip ? 'vip' : (customer.stage ?? 'unknown')}` }),
		holdAt: (ms) => holdUntil(capUntil(rule, limit, ledger, ms, calendar), ms, hold),
	};
}

/** Check 10. */
function arbitrationCheck(rule: Rule, limit: number, { ledger, zone, policy, competition }: Question): TimedCheck {
	const calendar = { zone: zone.clock, weekStart: policy.weekStart };
	return {
		check: 'arbitration',
		rule: rule.id,
		limit,
		holdAt: (ms) => {
			const yielding = yieldUntil(rule, limit, ledger, ms, calendar, competition);
			if (yielding === null) return null;
			const { untilMs, by } = yielding;
			if (by === null) return { check: 'arbitration', rule: rule.id, untilMs, dropReason: `cap:${rule.id}` };
			const outranked = `outranked:${by.journey ?? by.key}` as const;
			return { check: 'arbitration', rule: outranked, untilMs, dropReason: outranked };
		},
	};
}

/** Check 11: how fast the channel takes messages, whoever they are for. */
function capacityCheck({ request, policy, facts }: Question): TimedCheck[] {
	const capacity = policy.channelCapacity.find(({ channel }) => channel === request.channel);
	if (capacity === undefined) return [];
	const freeAtMs = capacity.limit === 0 ? Infinity : (facts.channelFreeAtMs?.[request.channel] ?? -Infinity);
	const hold = { check: 'channel-capacity', rule: 'channel-capacity', dropReason: 'channel_full' } as const;
	return [{ check: 'channel-capacity', limit: capacity.limit, holdAt: (ms) => holdUntil(freeAtMs, ms, hold) }];
}

function holdUntil(untilMs: number, ms: number, hold: Omit<Hold, 'untilMs'>): Hold | null {
	return untilMs > ms ? { ...hold, untilMs } : null;
}
