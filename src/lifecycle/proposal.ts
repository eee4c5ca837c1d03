import { RunningMedian } from '../core/runningMedian';
import { daysAlone, sampleOf, type DaysOnly } from '../rhythm/daysOnly';
import { drawnToShop } from '../rhythm/gapFacts';

/**
 * Cut-offs that this shop's own customers suggest: of those who ordered again, half, four in five and nineteen in twenty had
 * done so within so many of their expected gaps.
 */
export interface Proposal {
	due: number;
	dormant: number;
	churned: number;
	/** Share of the returns that had come by so many expected gaps. */
	curve: { gaps: number; returned: number }[];
	/** Returns it was learned from. */
	returns: number;
}

const LEARNED_FROM = 50_000;
const FEWEST_RETURNS = 100;
const STEPS = Array.from({ length: 33 }, (_, step) => step / 4);
/** Cut-offs are told in twentieths. */
const PRECISION = 20;

/** Of a part of a shop, those customers whom {@link proposeCutOffs} asks. @param customers of the whole shop */
export function sampleForProposal(part: DaysOnly, customers: number): DaysOnly {
	return daysAlone(sampleOf(part, LEARNED_FROM, customers));
}

/** Each gap is measured by what was expected just before it began. @returns null where there are too few returns */
export function proposeCutOffs({ numbers, offsets, days }: DaysOnly, shopGap: number): Proposal | null {
	const ratios = new Float64Array(days.length);
	const before = new RunningMedian();
	let returns = 0;
	for (let place = 0; place < numbers.length; place++) {
		before.clear();
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) {
			const gap = days[at] - days[at - 1];
			ratios[returns++] = gap / drawnToShop(before.median, before.size, shopGap);
			before.add(gap);
		}
	}
	if (returns < FEWEST_RETURNS) return null;
	const sorted = ratios.subarray(0, returns).sort();
	const quantile = (share: number) => Math.max(1 / PRECISION, Math.round(sorted[Math.ceil(share * sorted.length) - 1] * PRECISION) / PRECISION);
	return {
		due: quantile(0.5),
		dormant: quantile(0.8),
		churned: quantile(0.95),
		curve: STEPS.map((gaps) => ({ gaps, returned: Math.round((countUpTo(sorted, gaps) / sorted.length) * 1000) / 1000 })),
		returns: sorted.length,
	};
}

function countUpTo(sorted: Float64Array, value: number): number {
	let [from, to] = [0, sorted.length];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (sorted[middle] <= value) from = middle + 1;
		else to = middle;
	}
	return from;
}
