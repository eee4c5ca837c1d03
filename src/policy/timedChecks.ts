import { yieldUntil } from './arbitration';
import { covers, isExempt, limitFor } from './counting';
import type { CheckName, DropReason, TraceLine } from './decision';
import type { CustomerFacts } from './facts';
import type { Rule } from './policy';
import type { Question } from './question';
import { blackoutUntil, forChannel, nextSendWindow, quietUntil } from './quietHours';
import { LinesOf } from './traceLines';
import { capUntil, gapUntil } from './windows';
import type { CustomerZone } from './zone';

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
	/** Its line in the trace while it is open, or because it is not asked. */
	line: TraceLine;
	/** null: open at `ms`. */
	holdAt(ms: number): Hold | null;
}

const NEVER = () => null;
const linesOfRule = new LinesOf<Rule>();
const linesOfZone = new LinesOf<CustomerZone>();

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
	const exempt: TimedCheck[] = [];
	const gaps: TimedCheck[] = [];
	const caps: TimedCheck[] = [];
	const contested: TimedCheck[] = [];
	for (const rule of policy.rules) {
		if (!covers(rule, request)) continue;
		if (isExempt(rule, request)) {
			exempt.push(exemption(rule));
			continue;
		}
		if (rule.minGapMs > 0) gaps.push(gapCheck(rule, question));
		const limit = limitFor(rule.limit, customer);
		if (limit === null) continue;
		caps.push(capCheck(rule, limit, question));
		if (competition.rivals.length > 0 || rule.mode === 'batch') contested.push(arbitrationCheck(rule, limit, question));
	}
	return [...exempt, ...gaps, ...caps, ...contested];
}

function exemption(rule: Rule): TimedCheck {
	const line = linesOfRule.get(rule, 'exempt', () => ({ check: rule.limit === null ? 'min-gap' : 'cap', outcome: 'skipped', rule: rule.id, note: 'exempt' }));
	return { line, holdAt: NEVER };
}

/** Check 7: quiet hours, send windows, blackout dates. */
function hourChecks({ request, policy, zone }: Question): TimedCheck[] {
	const quiet = forChannel(policy.quietHours, request.channel);
	const windows = forChannel(policy.sendWindows, request.channel);
	const { candidates } = zone;
	return [
		hourCheck('quiet-hours', zone, quiet, (ms) => quietUntil(quiet, candidates, ms)),
		hourCheck('send-window', zone, windows, (ms) => nextSendWindow(windows, candidates, ms)),
		hourCheck('blackout', zone, policy.blackoutDays, (ms) => blackoutUntil(policy.blackoutDays, candidates, ms)),
	];
}

/** @param entries of the policy that may close it */
function hourCheck(check: 'quiet-hours' | 'send-window' | 'blackout', zone: CustomerZone, entries: readonly unknown[], openFrom: (ms: number) => number): TimedCheck {
	const line = linesOfZone.get(zone, check, () => ({ check, outcome: 'passed', note: `${zone.candidates.map(({ name }) => name).join(', ')}${zone.inferred ? ' (inferred)' : ''}` }));
	if (entries.length === 0) return { line, holdAt: NEVER };
	return { line, holdAt: (ms) => holdUntil(openFrom(ms), ms, check, check, 'quiet_discard') };
}

/** Check 8. */
function gapCheck(rule: Rule, { ledger }: Question): TimedCheck {
	const line = linesOfRule.get(rule, 'min-gap', () => ({ check: 'min-gap', outcome: 'passed', rule: rule.id }));
	return { line, holdAt: (ms) => holdUntil(gapUntil(rule, ledger, ms), ms, 'min-gap', rule.id, `cap:${rule.id}`) };
}

/** Check 9. */
function capCheck(rule: Rule, limit: number, { ledger, zone, policy, customer }: Question): TimedCheck {
	const calendar = { zone: zone.clock, weekStart: policy.weekStart };
	return { line: capLine(rule, limit, customer), holdAt: (ms) => holdUntil(capUntil(rule, limit, ledger, ms, calendar), ms, 'cap', rule.id, `cap:${rule.id}`) };
}

/** The limit that held for this customer and, where it differs by stage, the stage (P15). */
function capLine(rule: Rule, limit: number, { stage, vip }: CustomerFacts): TraceLine {
	if (!differsByStage(rule)) return linesOfRule.get(rule, limit, () => ({ check: 'cap', outcome: 'passed', rule: rule.id, limit }));
	const note = `stage ${vip ? 'vip' : (stage ?? 'unknown')}`;
	return linesOfRule.get(rule, `${limit} ${note}`, () => ({ check: 'cap', outcome: 'passed', rule: rule.id, limit, note }));
}

function differsByStage({ limit }: Rule): boolean {
	for (const _stage in limit?.byStage) return true;
	return false;
}

/** Check 10. */
function arbitrationCheck(rule: Rule, limit: number, { ledger, zone, policy, competition }: Question): TimedCheck {
	const calendar = { zone: zone.clock, weekStart: policy.weekStart };
	return {
		line: linesOfRule.get(rule, `arbitration ${limit}`, () => ({ check: 'arbitration', outcome: 'passed', rule: rule.id, limit })),
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
	const line: TraceLine = { check: 'channel-capacity', outcome: 'passed', limit: capacity.limit };
	return [{ line, holdAt: (ms) => holdUntil(freeAtMs, ms, 'channel-capacity', 'channel-capacity', 'channel_full') }];
}

function holdUntil(untilMs: number, ms: number, check: CheckName, rule: string, dropReason: DropReason): Hold | null {
	return untilMs > ms ? { check, rule, untilMs, dropReason } : null;
}
