import type { DaysOnly } from './daysOnly';

/** How the gaps between a shop's order days are spread, in logarithms of days: what a customer's own gaps are drawn to. */
export interface GapPrior {
	/** Mean logarithm of a gap, each customer weighing as much as four gaps at most. */
	logMean: number;
	/** So many own gaps weigh as much as the shop: variance within customers by variance between them. */
	pull: number;
}

/** Gaps a customer counts for at most, so that a few who order daily do not speak for the shop. */
export const MOST_GAPS = 4;
/** Where nobody has ordered twice: a month. */
const NO_GAPS: GapPrior = { logMean: Math.log(30), pull: 2 };
const LEAST_BETWEEN = 0.05;
/** Where all gaps are the same the shop still says something of who has none yet. */
const LEAST_PULL = 0.1;

const LOGS = Float64Array.from({ length: 2_048 }, (_, days) => Math.log(days));

/** @param days a whole number above 0 */
export function logOfDays(days: number): number {
	return days < LOGS.length ? LOGS[days] : Math.log(days);
}

/** Empirical Bayes of the customers' mean logarithms (Morris 1983), by moments. */
export function fitGapPrior({ numbers, offsets, days }: DaysOnly): GapPrior {
	let [sum, weights, within, freedom] = [0, 0, 0, 0];
	for (let place = 0; place < numbers.length; place++) {
		const gaps = offsets[place + 1] - offsets[place] - 1;
		if (gaps < 1) continue;
		let [logs, squares] = [0, 0];
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) {
			const log = logOfDays(days[at] - days[at - 1]);
			logs += log;
			squares += log * log;
		}
		const weight = Math.min(gaps, MOST_GAPS);
		sum += (weight * logs) / gaps;
		weights += weight;
		within += Math.max(0, squares - (logs * logs) / gaps);
		freedom += gaps - 1;
	}
	if (weights === 0) return NO_GAPS;
	const logMean = sum / weights;
	if (freedom === 0) return { logMean, pull: NO_GAPS.pull };
	const variance = within / freedom;
	let [between, betweenWeights] = [0, 0];
	for (let place = 0; place < numbers.length; place++) {
		const gaps = offsets[place + 1] - offsets[place] - 1;
		if (gaps < 2) continue;
		let logs = 0;
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) logs += logOfDays(days[at] - days[at - 1]);
		const weight = Math.min(gaps, MOST_GAPS + 2);
		between += weight * ((logs / gaps - logMean) ** 2 - variance / gaps);
		betweenWeights += weight;
	}
	const spread = betweenWeights === 0 ? variance : between / betweenWeights;
	return { logMean, pull: Math.max(LEAST_PULL, variance / Math.max(LEAST_BETWEEN, spread)) };
}

/** The typical gap of a customer in logarithms of days. @param logs sum of the logarithms of the own gaps */
export function logScale({ logMean, pull }: GapPrior, logs: number, gaps: number): number {
	return (logs + pull * logMean) / (gaps + pull);
}
