import { medianInPlace } from '../core/medianInPlace';
import { logOfDays } from './gapPrior';
import { clumpedFrom } from './chance';

/** Own gaps weigh n / (n + 3) against the shop's. */
export const SHOP_WEIGHT = 3;

let scratch = new Int32Array(64);

/** Median gap between order days at [from, end), in days; NaN with fewer than two. */
export function medianGap(days: Int32Array, from: number, end: number): number {
	const gaps = end - from - 1;
	if (gaps < 1) return Number.NaN;
	if (scratch.length < gaps) scratch = new Int32Array(2 * gaps);
	for (let at = from + 1; at < end; at++) scratch[at - from - 1] = days[at] - days[at - 1];
	return medianInPlace(scratch, gaps);
}

/** What a customer's own gap is taken to be: the own median drawn to the shop's. */
export function expectedGap(days: Int32Array, from: number, end: number, shopGap: number): number {
	const gaps = end - from - 1;
	return gaps < 1 ? shopGap : (gaps * medianGap(days, from, end) + SHOP_WEIGHT * shopGap) / (gaps + SHOP_WEIGHT);
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
	let sum = 0;
	for (let at = from + 1; at <= end; at++) {
		const share = ((at < end ? days[at] : day + 1) - days[at - 1]) / whole;
		sum += share * Math.log(share);
	}
	return 1 + sum / Math.log(gaps);
}

export function isClumped(days: Int32Array, from: number, end: number, day: number): boolean {
	return clumpiness(days, from, end, day) > clumpedFrom(end - from);
}
