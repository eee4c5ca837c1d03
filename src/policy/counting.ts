import type { Countable, Touch } from './facts';
import type { Rule } from './policy';
import type { Limit, Scope } from './schema';

/** Which messages a rule holds for, which it counts, and how many it allows (contact-policy.md sections 3, 4, 11). */

/** A rule limits the messages it covers that are not exempt from it. */
export function covers(rule: Rule, message: Countable): boolean {
	return rule.appliesTo.includes(message.class) && inScope(rule.scope, message);
}

export const isExempt = (rule: Rule, message: Countable): boolean => message.exempt?.includes(rule.id) === true;

/** Exempt and counted are two switches: `counts` decides alone when it is set, else the exempt are not counted (P10). */
export function counts(rule: Rule, message: Countable): boolean {
	if (message.counts === false || !covers(rule, message)) return false;
	return message.counts === true || !isExempt(rule, message);
}

function inScope(scope: Scope, message: Countable): boolean {
	if (scope.channel !== undefined && scope.channel !== message.channel) return false;
	if (scope.journey !== undefined && scope.journey !== message.journey) return false;
	if (scope.category !== undefined && !isWithin(message.category, scope.category)) return false;
	return scope.tag === undefined || message.tags.some((tag) => isWithin(tag, scope.tag as string));
}

/** `promo` covers itself and `promo/sale`, not `promotion`. */
function isWithin(name: string, parent: string): boolean {
	return name.startsWith(parent) && (name.length === parent.length || name[parent.length] === '/');
}

/** Committed, handed off, unknown and live reserved touches hold a slot; released and expired ones do not. */
export function holdsSlot(touch: Touch, nowMs: number): boolean {
	switch (touch.state) {
		case 'committed':
		case 'handed_off':
		case 'unknown':
			return true;
		case 'reserved':
			return touch.expiresAt === undefined || touch.expiresAt === null || nowMs < touch.expiresAt;
		case 'released':
		case 'expired':
			return false;
	}
}

/** null: no limit for this customer. VIP wins over the stage; a stage that is not listed gets the default (P14, P15, P17). */
export function limitFor(limit: Limit | null, customer: { stage: string | null; vip: boolean }): number | null {
	if (limit === null) return null;
	const own = stageLimit(limit, customer);
	if (own === undefined) return limit.default;
	if ('set' in own) return own.set;
	return limit.default === null ? null : Math.max(0, limit.default + own.add);
}

function stageLimit({ byStage }: Limit, { stage, vip }: { stage: string | null; vip: boolean }) {
	if (vip && Object.hasOwn(byStage, 'vip')) return byStage.vip;
	return stage !== null && Object.hasOwn(byStage, stage) ? byStage[stage] : undefined;
}

const NONE_YIELDS: ReadonlySet<string> = new Set();

/** The ledger as one request sees it. */
export class Ledger {
	/**
	 * @param touches ascending by `ts`
	 * @param seesGhosts the request is itself a ghost: of a customer in a control group
	 * @param yielding keys of reservations that give way to the request
	 */
	constructor(
		private readonly touches: readonly Touch[],
		private readonly nowMs: number,
		private readonly seesGhosts: boolean,
		private readonly yielding: ReadonlySet<string> = NONE_YIELDS,
	) {}

	/** The ledger as if these reservations had given way. */
	without(yielding: ReadonlySet<string>): Ledger {
		return new Ledger(this.touches, this.nowMs, this.seesGhosts, yielding);
	}

	/** Instants of the touches the rule counts in (afterMs, beforeMs), ascending. Reads no further back than `afterMs` (P20). */
	times(rule: Rule, afterMs: number, beforeMs: number): number[] {
		const times: number[] = [];
		for (let index = this.touches.length - 1; index >= 0; index--) {
			const touch = this.touches[index];
			if (touch.ts <= afterMs) break;
			if (touch.ts < beforeMs && this.sees(rule, touch)) times.push(touch.ts);
		}
		return times.reverse();
	}

	/** Whether the rule counts fewer than `limit` touches in (afterMs, beforeMs): mostly it does, and nobody asks when they were. */
	countsFewer(rule: Rule, afterMs: number, beforeMs: number, limit: number): boolean {
		let room = limit;
		for (let index = this.touches.length - 1; index >= 0 && room > 0; index--) {
			const touch = this.touches[index];
			if (touch.ts <= afterMs) break;
			if (touch.ts < beforeMs && this.sees(rule, touch)) room--;
		}
		return room > 0;
	}

	private sees(rule: Rule, touch: Touch): boolean {
		if (!holdsSlot(touch, this.nowMs) || !counts(rule, touch)) return false;
		if (touch.ghost === true && !this.seesGhosts) return false;
		if (touch.bounced === true && rule.releaseOnBounce) return false;
		return rule.mode === 'fcfs' || !this.yielding.has(touch.key);
	}
}
