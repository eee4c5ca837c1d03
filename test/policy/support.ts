import type { Decision } from '../../src/policy/decision';
import { decide } from '../../src/policy/decide';
import { factsAfter } from '../../src/policy/factsAfter';
import type { CustomerFacts, Facts, Pending, Touch } from '../../src/policy/facts';
import { compilePolicy, type Policy } from '../../src/policy/policy';
import { bodyHash } from '../../src/policy/requestKey';
import { readRequest, type ContactRequest } from '../../src/policy/request';

/** Builders for tests: everything allowed unless said otherwise. Instants are written as ISO strings. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const at = (iso: string): number => {
	const ms = Date.parse(iso);
	if (Number.isNaN(ms)) throw new Error(`not an instant: ${iso}`);
	return ms;
};
export const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z').replace(':00Z', 'Z');

export function policy(parts: Record<string, unknown> = {}): Policy {
	return compilePolicy({ version: 'test', storeZone: 'UTC', requireConsent: false, ...parts });
}

export const quiet = (start: string, end: string, more: Record<string, unknown> = {}) => ({ start, end, ...more });

export function request(parts: Record<string, unknown> = {}): ContactRequest {
	return readRequest({ key: 'r1', customer: 'c1', channel: 'email', ...parts });
}

export function customer(parts: Partial<CustomerFacts> = {}): CustomerFacts {
	return {
		stage: null, vip: false, timeZone: null, country: null,
		phone: '+442071838750', email: 'ann@example.com', addresses: { push: 'token', telegram: '1' },
		...parts,
	};
}

export function facts(parts: Partial<Omit<Facts, 'customer'>> & { customer?: Partial<CustomerFacts> | null } = {}): Facts {
	const { customer: own, ...rest } = parts;
	return { erased: false, suppressions: [], consents: [], touches: [], pending: [], ...rest, customer: own === null ? null : customer({ phone: null, ...own }) };
}

let touches = 0;
export function touch(ts: string | number, parts: Partial<Touch> = {}): Touch {
	touches += 1;
	return {
		key: `t${touches}`, ts: typeof ts === 'string' ? at(ts) : ts, channel: 'email', category: '', tags: [], class: 'marketing',
		state: 'committed', priority: 50, ...parts,
	};
}

export function waiting(until: string, parts: Partial<Pending> = {}): Pending {
	return {
		key: 'high', channel: 'email', category: '', tags: [], class: 'marketing', journey: 'win-back', priority: 90,
		untilMs: at(until), createdAtMs: at(until) - DAY, ...parts,
	};
}

/** Decides several requests of one customer in the order given, each knowing what became of those before it (P66). A key that comes twice gets its first answer. */
export function decideInTurn(requests: readonly ContactRequest[], known: Facts, own: Policy, nowMs: number): { decisions: Decision[]; facts: Facts } {
	const answered = new Map<string, { bodyHash: string; answer: Decision }>();
	let after = known;
	const decisions = requests.map((one) => {
		const decision = decide(one, { ...after, prior: answered.get(one.key) }, own, nowMs);
		if (decision.repeated !== true) {
			answered.set(one.key, { bodyHash: bodyHash(one), answer: decision });
			after = factsAfter(after, one, decision, nowMs);
		}
		return decision;
	});
	return { decisions, facts: after };
}

/** "send", "delay 2026-11-22T06:00Z quiet-hours", "drop cap:any-day". */
export function summary(decision: Decision): string {
	if (decision.decision === 'send') return 'send';
	if (decision.decision === 'delay') return `delay ${iso(decision.untilMs)} ${decision.rule}`;
	return `drop ${decision.reason}${decision.rule === undefined ? '' : ` ${decision.rule}`}`;
}

interface Ask {
	at: string;
	policy?: Policy;
	request?: Record<string, unknown>;
	facts?: Parameters<typeof facts>[0];
}

export const decideAt = (ask: Ask): Decision => decide(request(ask.request), facts(ask.facts), ask.policy ?? policy(), at(ask.at));

/** Decides one request and sums the answer up in one line. */
export const answer = (ask: Ask): string => summary(decideAt(ask));
