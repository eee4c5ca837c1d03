import type { DaysOnly } from '../rhythm/daysOnly';
import { logOfDays, logScale, type GapPrior } from '../rhythm/gapPrior';
import type { GoodsGaps } from './goodsGaps';
import type { GoodsHistory } from './goodsHistory';

/** What became of purchases, in columns: each was followed by the next one, or is the last so far. */
export interface GapEnds {
	/** Place of the goods. */
	readonly goods: Uint32Array;
	/** How many purchases there were: 0 the first, 1 the second, 2 the third or later. */
	readonly groups: Uint8Array;
	/** Until the next purchase, else until the last known day, in the pair's own time. */
	readonly times: Float64Array;
	/** 1: the next purchase came. */
	readonly came: Uint8Array;
}

/** Of first, second, and later purchases each. */
export const GROUPS = 3;
/** Purchases longer ago say little of today. */
const LOOKS_BACK_DAYS = 3 * 365;

/** The own time of a pair: one unit is the gap that is usual for it, from what is known of the goods and the own gaps so far. */
export function unitOf(prior: GapPrior, logs: number, gaps: number): number {
	return Math.exp(logScale(prior, logs, gaps));
}

export function gapEndsOf({ goodsOf }: GoodsHistory, { numbers, offsets, days }: DaysOnly, lastDay: number, shop: GapPrior, gaps: GoodsGaps): GapEnds {
	const size = days.length;
	const ends = { goods: new Uint32Array(size), groups: new Uint8Array(size), times: new Float64Array(size), came: new Uint8Array(size) };
	let put = 0;
	for (let place = 0; place < numbers.length; place++) {
		const prior = { ...shop, logMean: gaps.without(place) };
		let logs = 0;
		for (let at = offsets[place]; at < offsets[place + 1]; at++) {
			const known = at - offsets[place];
			if (known > 0) logs += logOfDays(days[at] - days[at - 1]);
			if (days[at] <= lastDay - LOOKS_BACK_DAYS || days[at] >= lastDay) continue;
			const came = at + 1 < offsets[place + 1];
			ends.goods[put] = goodsOf[numbers[place]];
			ends.groups[put] = Math.min(known, GROUPS - 1);
			ends.times[put] = ((came ? days[at + 1] : lastDay) - days[at]) / unitOf(prior, logs, known);
			ends.came[put++] = Number(came);
		}
	}
	return { goods: ends.goods.subarray(0, put), groups: ends.groups.subarray(0, put), times: ends.times.subarray(0, put), came: ends.came.subarray(0, put) };
}
