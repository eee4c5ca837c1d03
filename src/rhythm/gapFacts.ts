import { medianInPlace } from '../core/medianInPlace';
import { logOfDays } from './gapPrior';
import { clumpedFrom } from './chance';
import type { DaysOnly } from './daysOnly';

/** Own gaps weigh n / (n + 3) against the shop's. */
export const SHOP_WEIGHT = 3;

let scratch = new Int32Array(64);
/** So few are put in order sooner than looked through. */
const FEW_GAPS = 32;

/** Median gap between order days at [from, end), in days; NaN with fewer than two. */
export function medianGap(days: Int32Array, from: number, end: number): number {
	const gaps = end - from - 1;
	if (gaps < 1) return Number.NaN;
	if (scratch.length < gaps) scratch = new Int32Array(2 * gaps);
	const values = scratch;
	if (gaps > FEW_GAPS) {
		for (let at = from + 1; at < end; at++) values[at - from - 1] = days[at] - days[at - 1];
		return medianInPlace(values, gaps);
	}
	for (let at = from + 1; at < end; at++) {
		const gap = days[at] - days[at - 1];
		let place = at - from - 1;
		for (; place > 0 && values[place - 1] > gap; place--) values[place] = values[place - 1];
		values[place] = gap;
	}
	const upper = gaps >>> 1;
	return gaps % 2 === 1 ? values[upper] : (values[upper - 1] + values[upper]) / 2;
}

const medians = new WeakMap<DaysOnly, Float64Array>();

/** {@link medianGap} of every customer; computed once for a history: several families ask. */
export function ownGaps(history: DaysOnly): Float64Array {
	let found = medians.get(history);
	if (!found) {
		found = new Float64Array(history.numbers.length);
		fillMedians(history, found);
		medians.set(history, found);
	}
	return found;
}

function fillMedians({ offsets, days }: DaysOnly, into: Float64Array): void {
	for (let place = 0; place < into.length; place++) into[place] = medianGap(days, offsets[place], offsets[place + 1]);
}

/** What a customer's own gap is taken to be: the own median drawn to the shop's. */
export function expectedGap(days: Int32Array, from: number, end: number, shopGap: number): number {
	return drawnToShop(medianGap(days, from, end), end - from - 1, shopGap);
}

/** @param median of so many own gaps, in days */
export function drawnToShop(median: number, gaps: number, shopGap: number): number {
	return gaps < 1 ? shopGap : (gaps * median + SHOP_WEIGHT * shopGap) / (gaps + SHOP_WEIGHT);
}

/** The own median below which {@link drawnToShop} gives less than `expected`. */
export function gapBelow(expected: number, gaps: number, shopGap: number): number {
	return (expected * (gaps + SHOP_WEIGHT) - SHOP_WEIGHT * shopGap) / gaps;
}

/** Far wider than what rounding does to days, and far narrower than half a day. */
const CLOSE_DAYS = 1e-6;

/** Whether the median gap is below a bound, told by counting. @returns undefined where counting does not tell */
export function medianIsBelow(days: Int32Array, from: number, end: number, bound: number): boolean | undefined {
	const gaps = end - from - 1;
	if (gaps < 1) return undefined;
	let [below, close] = [0, 0];
	for (let at = from + 1; at < end; at++) {
		const gap = days[at] - days[at - 1];
		if (gap < bound - CLOSE_DAYS) below++;
		else if (gap <= bound + CLOSE_DAYS) close++;
	}
	const upper = gaps >>> 1;
	if (below > upper) return true;
	return below + close <= (gaps - 1) >>> 1 ? false : undefined;
}

/** ln mean - mean ln of the gaps: 0 where all are equal, larger the more they differ. */
export function unevenness(days: Int32Array, from: number, end: number): number {
	const gaps = end - from - 1;
	let logs = 0;
	for (let at = from + 1; at < end; at++) logs += logOfDays(days[at] - days[at - 1]);
	return Math.max(0, Math.log((days[end - 1] - days[from]) / gaps) - logs / gaps);
}

/**
 * Hp = 1 + Σ x ln x / ln(n + 1) (Zhang, Bradlow & Small 2015): the n orders after the first divide the time from the first
 * order to the end of the day into n + 1 gaps; x are their shares. 0: all equal, 1: all orders at one moment.
 */
export function clumpiness(days: Int32Array, from: number, end: number, day: number): number {
	const gaps = end - from;
	const whole = day + 1 - days[from];
	const open = day + 1 - days[end - 1];
	let sum = open * logOfDays(open);
	for (let at = from + 1; at < end; at++) {
		const gap = days[at] - days[at - 1];
		sum += gap * logOfDays(gap);
	}
	// Shares add up to 1: Σ x ln x over shares is Σ gap ln gap by the whole, less ln whole.
	return 1 + (sum / whole - logOfDays(whole)) / Math.log(gaps);
}

export function isClumped(days: Int32Array, from: number, end: number, day: number): boolean {
	return clumpiness(days, from, end, day) > clumpedFrom(end - from);
}
