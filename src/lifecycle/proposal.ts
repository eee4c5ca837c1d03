import { inSortedOrder } from '../core/inSortedOrder';
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
/** Of the curve: from no gap to eight. */
const STEPS_PER_GAP = 4;
const STEPS = 33;
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
	const found = ratios.subarray(0, returns);
	const places = [0.5, 0.8, 0.95].map((share) => Math.ceil(share * returns) - 1);
	const [due, dormant, churned] = inSortedOrder([found], places).map((ratio) => Math.max(1 / PRECISION, Math.round(ratio * PRECISION) / PRECISION));
	const counts = new Uint32Array(STEPS + 1);
	countSteps(found, counts);
	let upTo = 0;
	const curve = Array.from({ length: STEPS }, (_, step) => ({ gaps: step / STEPS_PER_GAP, returned: Math.round(((upTo += counts[step]) / returns) * 1000) / 1000 }));
	return { due, dormant, churned, curve, returns };
}

/** Counts ratios by the first step that is not below them; the last count is of those above all steps. */
function countSteps(ratios: Float64Array, counts: Uint32Array): void {
	for (let at = 0; at < ratios.length; at++) counts[Math.min(STEPS, Math.ceil(ratios[at] * STEPS_PER_GAP))]++;
}
