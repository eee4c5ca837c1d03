import { loadCustomers, lockRows } from '../customers/locking';
import { readRefreshState } from '../features/refreshState';
import { memberPlans, startPlans, type SegmentWatchRow } from '../store/plans/memberPlans';
import { read, write, type Tx } from '../store/port';
import { differenceOf, note } from './changed';
import { nextIds } from './members';
import { leavesOf, type Leaf } from './rules';
import { definitionText, isFigure, usesFigures, type Definition } from './savedSegments';
import { attemptDefinition } from './watch';

/** Customers looked at in one transaction. */
const PAGE = 1_000;
const MINUTE_MS = 60_000;
/** What time alone changes is found this long after it came about, at the latest; plus the time that a round takes. */
const ROUND_MS = 15 * MINUTE_MS;
const REFRESHING_MS = 5_000;
/** Rules that neither time nor a refresh of figures can change are looked at all the same. */
const RARE_ROUND_MS = 24 * 60 * MINUTE_MS;

/** A piece of work on a segment that journeys listen to. */
export interface SegmentWork {
	name: string;
	/** `begin`: the definition changed */
	step: 'begin' | 'fill' | 'round';
	/** customers after `from` up to `to` were looked at */
	from: number;
	to: number;
	/** there are no more after them */
	last: boolean;
	/** those of whom something else is noted than the rules say now */
	differing: number[];
}

export interface SegmentLook {
	work: SegmentWork | null;
	/** when there is work again, UTC milliseconds; null: not by itself */
	nextAt: number | null;
}

/**
 * Looks at the next page of customers of a segment that journeys listen to: for the first time, or to find whom time alone
 * brought in or out. Only reads, so that nobody waits for it; `keepUpSegment` then writes what is different.
 */
export const lookAtSegment = read(async (tx, { name, limit = PAGE }: { name: string; limit?: number }): Promise<SegmentLook> => {
	const watch = await tx.first(memberPlans.watch, { name });
	const definition = watch && (await attemptDefinition(tx, name));
	if (!watch || !definition) return { work: null, nextAt: null };
	const now = await tx.now();
	// Figures that are being computed anew are looked at when all of them are.
	if (usesFigures(definition) && ((await readRefreshState(tx)).lease?.until ?? 0) > now) return { work: null, nextAt: now + REFRESHING_MS };
	if ((await definitionText(tx, definition)) !== watch.definition) return { work: { name, step: 'begin', from: 0, to: 0, last: false, differing: [] }, nextAt: now };
	const nextAt = watch.sweep_at + (changesByItself(definition) ? ROUND_MS : RARE_ROUND_MS);
	if (watch.filled === 1 && watch.sweep_to < 0 && now < nextAt) return { work: null, nextAt };
	const from = watch.filled === 1 ? Math.max(0, watch.sweep_to) : watch.filled_to;
	const ids = await nextIds(tx, from, limit);
	const { entered, left } = await differenceOf(tx, name, definition, [...(await loadCustomers(tx, ids)).values()], now);
	return { work: { name, step: watch.filled === 1 ? 'round' : 'fill', from, to: ids[ids.length - 1] ?? from, last: ids.length < limit, differing: [...entered, ...left] }, nextAt: now };
});

/**
 * The next instant strictly after `after` at which a segment is looked at for what time has changed; null: none is listened to.
 * Nobody waits for it, and it comes again and again: a replay goes there only on the way to an instant it was told.
 */
export async function nextRound(tx: Tx, after: number): Promise<number | null> {
	const instants: number[] = [];
	for (const watch of await tx.all(memberPlans.watches, {})) {
		const definition = await attemptDefinition(tx, watch.name);
		if (!definition || watch.filled === 0) continue;
		instants.push(watch.sweep_at + (changesByItself(definition) ? ROUND_MS : RARE_ROUND_MS));
		// Those inside already who were more than an hour may take are let in little by little.
		if (await tx.first(startPlans.underWay, { definition: watch.name })) instants.push(after + ROUND_MS);
	}
	const coming = instants.filter((at) => at > after);
	return coming.length === 0 ? null : Math.min(...coming);
}

/**
 * Writes what a look found, with the customers locked and looked at again. Members found for the first time are the baseline:
 * they tell nobody. Whoever comes too late, because another process has done this piece, changes nothing.
 */
export const keepUpSegment = write(async (tx, { name, step, from, to, last, differing }: SegmentWork): Promise<{ entered: number; left: number }> => {
	await lockRows(tx, differing);
	const now = await tx.now();
	const watch = await tx.first(memberPlans.watch, { name });
	const definition = watch && (await attemptDefinition(tx, name));
	if (!watch || !definition) return { entered: 0, left: 0 };
	const text = await definitionText(tx, definition);
	if (text !== watch.definition) {
		await tx.run(memberPlans.putWatch, { name, definition: text, baseline_at: now });
		return { entered: 0, left: 0 };
	}
	const moved = movedOn(watch, { step, from, to, last }, now);
	if (!moved || (await tx.run(memberPlans.move, { ...moved, filled_from: watch.filled_to, sweep_from: watch.sweep_to })) === 0) return { entered: 0, left: 0 };
	const { entered, left } = await note(tx, watch, definition, differing, { now, silent: step === 'fill' });
	return { entered: entered.length, left: left.length };
});

/** The state after a page; undefined where this page is not the next one. */
function movedOn(watch: SegmentWatchRow, { step, from, to, last }: Pick<SegmentWork, 'step' | 'from' | 'to' | 'last'>, now: number): SegmentWatchRow | undefined {
	if (step === 'fill') return watch.filled === 0 && watch.filled_to === from ? { ...watch, filled_to: to, filled: Number(last), sweep_at: last ? now : watch.sweep_at } : undefined;
	if (step !== 'round' || watch.filled === 0 || Math.max(0, watch.sweep_to) !== from) return undefined;
	const begins = watch.sweep_to < 0;
	return { ...watch, sweep_to: last ? -1 : to, sweep_at: begins ? now : watch.sweep_at };
}

/** Whether time or a refresh of figures can bring somebody in or out. */
function changesByItself({ rules, saved }: Definition): boolean {
	return [rules, ...saved.values()].some((one) => leavesOf(one).some(movesWithTime));
}

function movesWithTime(leaf: Leaf): boolean {
	if ('period' in leaf) return leaf.period.kind !== 'ever';
	return isFigure(leaf) || (leaf.about !== 'profile' && leaf.about !== 'segment');
}
