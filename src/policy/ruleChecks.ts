import { yieldUntil } from './arbitration';
import { limitFor } from './counting';
import type { TraceLine } from './decision';
import type { CustomerFacts } from './facts';
import type { Rule } from './policy';
import { holdUntil, type TimedCheck } from './timedCheck';
import { LinesOf } from './traceLines';
import { capUntil, gapUntil } from './windows';

/** Checks 8 to 10, each of one rule. */

const linesOfRule = new LinesOf<Rule>();

/** A rule that a message is exempt from has its line all the same. */
export function exemption(rule: Rule): TimedCheck {
	const line = linesOfRule.get(rule, 'exempt', () => ({ check: rule.limit === null ? 'min-gap' : 'cap', outcome: 'skipped', rule: rule.id, note: 'exempt' }));
	return { line: () => line, holdAt: () => null };
}

/** Check 8. */
export function gapCheck(rule: Rule): TimedCheck {
	const line = linesOfRule.get(rule, 'min-gap', () => ({ check: 'min-gap', outcome: 'passed', rule: rule.id }));
	const dropReason = `cap:${rule.id}` as const;
	return { line: () => line, holdAt: (ms, { ledger }) => holdUntil(gapUntil(rule, ledger, ms), ms, 'min-gap', rule.id, dropReason) };
}

/** Check 9, of a rule that limits the customer. */
export function capCheck(rule: Rule): TimedCheck {
	const dropReason = `cap:${rule.id}` as const;
	return {
		line: ({ customer }) => capLine(rule, customer),
		holdAt: (ms, { ledger, calendar, customer }) => holdUntil(capUntil(rule, limitOf(rule, customer), ledger, ms, calendar), ms, 'cap', rule.id, dropReason),
	};
}

const limitOf = (rule: Rule, customer: CustomerFacts): number => limitFor(rule.limit, customer) ?? Infinity;

/** The limit that held for this customer and, where it differs by stage, the stage (P15). */
function capLine(rule: Rule, customer: CustomerFacts): TraceLine {
	const limit = limitOf(rule, customer);
	if (!differsByStage(rule)) return linesOfRule.get(rule, limit, () => ({ check: 'cap', outcome: 'passed', rule: rule.id, limit }));
	const note = `stage ${customer.vip ? 'vip' : (customer.stage ?? 'unknown')}`;
	return linesOfRule.get(rule, `${limit} ${note}`, () => ({ check: 'cap', outcome: 'passed', rule: rule.id, limit, note }));
}

export function differsByStage({ limit }: Rule): boolean {
	for (const _stage in limit?.byStage) return true;
	return false;
}

/** Check 10, of a rule that limits the customer. */
export function arbitrationCheck(rule: Rule): TimedCheck {
	return {
		line: ({ customer }) => {
			const limit = limitOf(rule, customer);
			return linesOfRule.get(rule, `arbitration ${limit}`, () => ({ check: 'arbitration', outcome: 'passed', rule: rule.id, limit }));
		},
		holdAt: (ms, { ledger, calendar, competition, customer }) => {
			const yielding = yieldUntil(rule, limitOf(rule, customer), ledger, ms, calendar, competition);
			if (yielding === null) return null;
			const { untilMs, by } = yielding;
			if (by === null) return { check: 'arbitration', rule: rule.id, untilMs, dropReason: `cap:${rule.id}` };
			const outranked = `outranked:${by.journey ?? by.key}` as const;
			return { check: 'arbitration', rule: outranked, untilMs, dropReason: outranked };
		},
	};
}
