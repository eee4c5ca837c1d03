import { logOfDays, logScale, type GapPrior } from './gapPrior';

/** Numbers that say where a customer stands between two orders. */
export const POSITION_SIZE = 6;
/** Predictions of long gaps are drawn to the middle: a customer of twice the gap takes 2^0.8 times as long. */
const ELASTICITY = 0.8;
/** Keeps the own rate of who came yesterday in bounds. */
const START_DAYS = 30;

/**
 * Where a customer stands at the end of a day: how much of the typical gap has passed, how many gaps are known, how the rate
 * since the first order compares with them, how many own gaps were longer than what has passed, and by how much.
 * @param days order days, ascending; those at [from, end) are the customer's, none after `day`, at least one
 * @param into gets POSITION_SIZE numbers from `put` on
 * @returns days in one unit of the customer's own time
 */
export function positionAt(days: Int32Array, from: number, end: number, day: number, prior: GapPrior, into: Float64Array, put: number): number {
	const gaps = end - from - 1;
	const elapsed = day - days[end - 1];
	let [logs, longer, beyond] = [0, 0, 0];
	for (let at = from + 1; at < end; at++) {
		const gap = days[at] - days[at - 1];
		logs += logOfDays(gap);
		if (gap <= elapsed) continue;
		longer++;
		beyond += gap - elapsed;
	}
	const log = logScale(prior, logs, gaps);
	const scale = Math.exp(log);
	const passed = logOfDays(elapsed + 1) - Math.log(scale + 1);
	into[put] = passed;
	into[put + 1] = Math.max(0, passed);
	into[put + 2] = gaps > 0 ? logOfDays(gaps) : 0;
	into[put + 3] = logOfDays(day - days[from] + START_DAYS) - logOfDays(gaps + 1) - log;
	into[put + 4] = (longer + 1) / (gaps + 2);
	into[put + 5] = Math.log((beyond + 2 * scale) / (longer + 2)) - log;
	return Math.exp(ELASTICITY * log);
}

/** The typical gap, in days, of a customer whose own time runs in this unit. */
export function gapOfUnit(unit: number): number {
	return unit ** (1 / ELASTICITY);
}

/** What {@link gapOfUnit} is told by. */
export function unitOfGap(days: number): number {
	return days ** ELASTICITY;
}
