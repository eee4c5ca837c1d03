import type { MessageClass } from './schema';

const DAY_MS = 86_400_000;
const CLASS_RANK: Record<MessageClass, number> = { marketing: 0, service: 1, transactional: 2 };
const HIGHEST_PRIORITY = 100;

/** What competing requests are ranked by (contact-policy.md section 6). */
export interface Ranked {
	key: string;
	class: MessageClass;
	priority: number;
	createdAtMs: number;
	deadlineMs?: number | null;
	value?: number | null;
}

/**
 * The total order, best first: priority desc, deadline asc (none is last), value desc (none is 0), createdAt asc, key asc.
 * Keys differ, so no two requests tie (P42).
 */
export function compareRank(a: Ranked, b: Ranked): number {
	return (
		b.priority - a.priority ||
		ascending(a.deadlineMs ?? Infinity, b.deadlineMs ?? Infinity) ||
		ascending(b.value ?? 0, a.value ?? 0) ||
		a.createdAtMs - b.createdAtMs ||
		ascending(a.key, b.key)
	);
}

const ascending = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Ageing (P44): a request gains one point per day it has been held. The ceiling is one point below the lowest rival of a
 * higher class, so that it overtakes messages of its own class only; a request never falls below its own priority.
 * @param rivals the requests it competes with
 */
export function agedPriority(request: Ranked, rivals: readonly Ranked[], nowMs: number): number {
	const daysHeld = Math.max(0, Math.floor((nowMs - request.createdAtMs) / DAY_MS));
	let ceiling = HIGHEST_PRIORITY;
	for (const rival of rivals) {
		if (CLASS_RANK[rival.class] > CLASS_RANK[request.class]) ceiling = Math.min(ceiling, rival.priority - 1);
	}
	return Math.max(request.priority, Math.min(request.priority + daysHeld, ceiling));
}

/** Due requests in the order in which they are to be released. */
export function releaseOrder<T extends Ranked>(due: readonly T[], ageing: boolean, nowMs: number): T[] {
	const ranks = new Map(due.map((request) => [request, ageing ? { ...request, priority: agedPriority(request, due, nowMs) } : request]));
	return [...due].sort((a, b) => compareRank(ranks.get(a) as Ranked, ranks.get(b) as Ranked));
}
