import type { RfmModel } from './rfm';
import { scoreOf } from './rfmCuts';
import { RFM_GROUPS } from './rfmGroups';
import type { RfmSums } from './rfmSums';

/** What scores are given by, in arrays of numbers. */
export interface Scorer {
	readonly today: number;
	readonly recency: Float64Array;
	readonly orders: Float64Array;
	readonly revenueE4: Float64Array;
	/** Of the groups, five for each R; one more than the place in the list of groups. */
	readonly codes: Uint8Array;
}

/** By place; 1 to 5, NaN of who never bought. */
export interface Scores {
	readonly r: Float64Array;
	readonly f: Float64Array;
	readonly m: Float64Array;
	readonly groups: Uint8Array;
}

export function scorerOf({ recency, orders, revenueE4, map }: RfmModel, today: number): Scorer {
	return { today, recency: Float64Array.from(recency), orders: Float64Array.from(orders), revenueE4: Float64Array.from(revenueE4), codes: Uint8Array.from(map.flat(), (group) => RFM_GROUPS.indexOf(group) + 1) };
}

/** Scores and group of the customer at a place. */
export function score({ orderDays, windowOrders, lastDay, revenueE4 }: RfmSums, place: number, by: Scorer, into: Scores): void {
	if (orderDays[place] === 0) {
		into.r[place] = into.f[place] = into.m[place] = Number.NaN;
		return;
	}
	const inWindow = windowOrders[place] > 0;
	const r = inWindow ? scoreOf(lastDay[place] - by.today, by.recency) : 1;
	const f = inWindow ? scoreOf(windowOrders[place], by.orders) : 1;
	const m = inWindow ? scoreOf(revenueE4[place], by.revenueE4) : 1;
	into.r[place] = r;
	into.f[place] = f;
	into.m[place] = m;
	// The half of an odd sum counts up.
	into.groups[place] = by.codes[5 * (r - 1) + ((f + m + 1) >> 1) - 1];
}
