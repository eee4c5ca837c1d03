import { counts, type Ledger } from './counting';
import type { Pending } from './facts';
import type { Rule } from './policy';
import { agedPriority, compareRank, type Ranked } from './priority';
import { capUntil, isActive, type CalendarOf } from './windows';

/** A due request is looked at within this time, or it no longer stands before others (its workflow is off). */
const DUE_FOR_MS = 60_000;
/** When to look again at a request that lets a due one go first. */
const LOOK_AGAIN_MS = 1_000;

/** The request that competes, and those of the same customer that wait. */
export interface Competition {
	request: Ranked;
	/** Without ghosts (unless the request is one), without what its own gates would drop (P45), without the request itself. */
	rivals: readonly Pending[];
	ageing: boolean;
	/** The request was held before and its instant has come: a batch collected it then. */
	heldBefore: boolean;
	nowMs: number;
}

/** Until when a request gives way, and to whom; `by` null: a batch is still collecting. */
export interface Yielding {
	untilMs: number;
	by: Pending | null;
}

/**
 * Check 10 (section 6), asked per rule: a request is blocked while `counted + waiting better requests >= N`. Better means
 * of strictly higher priority for `reserve_for_higher`, and ahead in the total order for `batch`.
 * @returns null when the request need not give way at `ms`
 */
export function yieldUntil(rule: Rule, limit: number, ledger: Ledger, ms: number, calendar: CalendarOf, competition: Competition): Yielding | null {
	if (rule.mode === 'fcfs' || !isActive(rule, ms)) return null;
	const rivals = competition.rivals.filter((rival) => counts(rule, rival));
	if (rule.mode === 'batch' && !competition.heldBefore) {
		const closesMs = batchEnd(rule, competition.request, rivals);
		if (closesMs > ms) return { untilMs: Math.min(closesMs, rule.activeToMs), by: null };
	}
	const better = betterThan(rule, rivals, competition);
	if (better.length === 0) return null;
	return lookAhead(rule, better, ms, competition.nowMs, (ahead, at) => (limit > ahead ? capUntil(rule, limit - ahead, ledger, at, calendar) : Infinity));
}

/**
 * Walks to the first instant with room left for the request. In between nothing gets better: counted messages leave at
 * `roomAt`, a waiting request stops waiting at its own instant, and others can only come into sight.
 * @param roomAt the first instant from `at` on with room for one more besides those ahead
 */
function lookAhead(rule: Rule, better: readonly Pending[], ms: number, nowMs: number, roomAt: (ahead: number, at: number) => number): Yielding | null {
	let at = ms;
	let by: Pending | null = null;
	while (isActive(rule, at)) {
		const ahead = better.filter(({ untilMs }) => isAhead(untilMs, at, rule, nowMs));
		if (ahead.length === 0) break;
		const freeAt = roomAt(ahead.length, at);
		if (freeAt === at) break;
		by ??= ahead[0];
		at = Math.min(freeAt, ...ahead.map(({ untilMs }) => (untilMs > nowMs ? untilMs : nowMs + LOOK_AGAIN_MS)), rule.activeToMs);
	}
	return at === ms ? null : { untilMs: at, by };
}

/**
 * Whether a waiting request still takes its place at `at`. One that waits within the horizon does until its own instant,
 * where it is released before lower ones. One that is due now may not have been looked at yet: it gets a moment for that.
 */
function isAhead(untilMs: number, at: number, rule: Rule, nowMs: number): boolean {
	if (untilMs > nowMs) return at < untilMs && untilMs <= at + (rule.mode === 'batch' ? 0 : rule.horizonMs);
	return untilMs >= nowMs - DUE_FOR_MS && at < nowMs + LOOK_AGAIN_MS;
}

/** Best first. */
function betterThan(rule: Rule, rivals: readonly Pending[], { request, ageing, nowMs }: Competition): Pending[] {
	const aged = <T extends Ranked>(one: T): T => (ageing ? { ...one, priority: agedPriority(one, [request, ...rivals], nowMs) } : one);
	const own = aged(request);
	return rivals
		.map(aged)
		.filter((rival) => (rule.mode === 'batch' ? compareRank(rival, own) < 0 : rival.priority > own.priority))
		.sort(compareRank);
}

/** A request joins the batch that an older one opened, and all of them are ranked when it closes. */
function batchEnd({ collectForMs }: Rule, { createdAtMs }: Ranked, rivals: readonly Pending[]): number {
	const openers = rivals.map((rival) => rival.createdAtMs).filter((openedMs) => openedMs <= createdAtMs && createdAtMs < openedMs + collectForMs);
	return Math.min(createdAtMs, ...openers) + collectForMs;
}
