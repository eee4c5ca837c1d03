import { drawnToShop, gapBelow, medianGap, medianIsBelow } from '../rhythm/gapFacts';
import { seasonOf, YEAR_DAYS } from '../rhythm/season';
import type { CutOffs } from './settings';

/** In the order of how well a customer is kept; `seasonal` and `returned` stand beside `active`. */
export const STAGES = ['lead', 'new', 'active', 'returned', 'seasonal', 'due', 'dormant', 'churned'] as const;
export type Stage = (typeof STAGES)[number];

/** Stages before the first due one, by what the last order made of the customer. */
export type Kept = 'new' | 'active' | 'returned' | 'seasonal';

/** What a shop's stages are measured by. */
export interface StageModel {
	/** Median of the customers' median gaps, in days. */
	gap: number;
	/** Of all gaps, in days: whoever was waited for longer does not come. */
	p99: number;
}

/** When, in days after the last order, time alone makes a customer another one. Never descending. */
export interface StageLines {
	kept: Kept;
	due: number;
	dormant: number;
	churned: number;
	/** What the ratios are of: the expected gap, in days; to the end of the next season for who buys in season. */
	expected: number;
}

/**
 * Where the order days at [from, end) put a customer, at least one. It knows nothing of today, so that a stage depends on
 * the history up to an instant and on nothing after it. Written into `into`. @param median of the customer's gaps
 */
export function stageLines(days: Int32Array, from: number, end: number, model: StageModel, cutOffs: CutOffs, into: StageLines, median = medianGap(days, from, end)): void {
	const cameBack = end - from > 1 && isReturn(days, from, end, model, cutOffs, into);
	measure(days, from, end, model, cutOffs, into, median);
	if (end - from === 1) into.kept = 'new';
	else if (cameBack) into.kept = 'returned';
}

/** Whether the customer was dormant when the last order came. */
function isReturn(days: Int32Array, from: number, end: number, model: StageModel, cutOffs: CutOffs, into: StageLines): boolean {
	const gap = days[end - 1] - days[end - 2];
	const before = end - 1;
	if (cutOffs.by === 'gap' && !seasonOf(days, from, before)) {
		// Mostly the median of the gaps before need not be known, only on which side of a bound it lies.
		const known = medianIsBelow(days, from, before, gapBelow(gap / cutOffs.dormant, before - from - 1, model.gap));
		if (known !== undefined) return known;
	}
	measure(days, from, before, model, cutOffs, into, medianGap(days, from, before));
	return gap > into.dormant;
}

/** Everything but whether the last order was a return. */
function measure(days: Int32Array, from: number, end: number, model: StageModel, cutOffs: CutOffs, into: StageLines, median: number): void {
	into.kept = 'active';
	if (cutOffs.by === 'days') {
		into.expected = cutOffs.dueDays;
		into.due = cutOffs.dueDays;
		into.dormant = cutOffs.dormantDays;
		into.churned = cutOffs.churnedDays;
		return;
	}
	const season = seasonOf(days, from, end);
	if (season) {
		into.kept = 'seasonal';
		const last = days[end - 1];
		const nextSeasonEnds = season.firstDay + (Math.floor((last - season.firstDay) / YEAR_DAYS + 1e-9) + 1) * YEAR_DAYS + season.length;
		into.expected = nextSeasonEnds - last;
		into.due = into.expected + (cutOffs.due - 1) * YEAR_DAYS;
		into.dormant = into.expected + (cutOffs.dormant - 1) * YEAR_DAYS;
		into.churned = into.expected + (cutOffs.churned - 1) * YEAR_DAYS;
		return;
	}
	into.expected = drawnToShop(median, end - from - 1, model.gap);
	into.due = cutOffs.due * into.expected;
	into.dormant = cutOffs.dormant * into.expected;
	// Where all customers are regular, 99 of 100 gaps are hardly longer than any: half of the dormant time is left to win them back.
	const half = ((cutOffs.dormant + cutOffs.churned) / 2) * into.expected;
	into.churned = Math.min(cutOffs.churned * into.expected, Math.max(model.p99, half));
}

/** A stage at an instant, and what has begun without having held long enough to be told. */
export interface StageAt {
	stage: Stage;
	/** UTC milliseconds */
	since: number;
	pending: Stage | null;
	pendingSince: number;
	/** The next instant at which time alone changes any of these; NaN: never. */
	checkAt: number;
}

const DAY_MS = 86_400_000;

/**
 * The stage at an instant (intelligence.md, "Lifecycle stage"): an order changes it at once, time alone when the change has
 * held so long. What lasts less long by itself is passed over. Written into `into`.
 * @param lastAt UTC milliseconds of the last order @param now not before it
 */
export function stageAt(lines: StageLines, lastAt: number, now: number, holdMs: number, into: StageAt): void {
	let [stage, since, begun, begunAt, next]: [Stage, number, Stage, number, number] = [lines.kept, lastAt, lines.kept, lastAt, Number.POSITIVE_INFINITY];
	for (let band = 0; band < 3; band++) {
		const start = lastAt + Math.ceil((band === 0 ? lines.due : band === 1 ? lines.dormant : lines.churned) * DAY_MS);
		const ends = band === 2 ? Number.POSITIVE_INFINITY : lastAt + Math.ceil((band === 0 ? lines.dormant : lines.churned) * DAY_MS);
		if (ends <= start) continue;
		// A customer is due after the line, not on it.
		if (now > start) [begun, begunAt] = [BANDS[band], start];
		else next = Math.min(next, start + 1);
		if (ends - start < holdMs) continue;
		if (now >= start + holdMs && now > start) [stage, since] = [BANDS[band], start];
		else if (now > start) next = Math.min(next, start + holdMs);
	}
	into.stage = stage;
	into.since = since;
	into.pending = begun === stage ? null : begun;
	into.pendingSince = begun === stage ? Number.NaN : begunAt;
	into.checkAt = next === Number.POSITIVE_INFINITY ? Number.NaN : next;
}

const BANDS = ['due', 'dormant', 'churned'] as const;
