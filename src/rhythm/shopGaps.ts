import { medianInPlace } from '../core/medianInPlace';
import { sampleOf, type DaysOnly } from './daysOnly';
import { medianGap } from './gapFacts';

/** How long customers of a shop go between two order days, in days. */
export interface ShopGaps {
	/** Median of the customers' median gaps. */
	gap: number;
	/** Of the gaps of all customers: above the first a gap is long, above the second nobody is waited for. */
	p90: number;
	p99: number;
	/** Gaps they were learned from; 0: they are a month, three months and a year, for want of better. */
	gaps: number;
}

/** Learned from so many customers at most: quantiles of more say the same. */
const LEARNED_FROM = 200_000;
/** Of fewer gaps the longest ones say little. */
const FEWEST_GAPS = 100;
const NOTHING_KNOWN: ShopGaps = { gap: 30, p90: 90, p99: 365, gaps: 0 };

const known = new WeakMap<DaysOnly, ShopGaps>();

/** Computed once for a history: several families ask. */
export function shopGaps(history: DaysOnly): ShopGaps {
	let found = known.get(history);
	if (!found) known.set(history, (found = learn(sampleOf(history, LEARNED_FROM))));
	return found;
}

function learn({ numbers, offsets, days }: DaysOnly): ShopGaps {
	const medians = new Float64Array(numbers.length);
	let [customers, size, longest] = [0, 0, 0];
	for (let place = 0; place < numbers.length; place++) {
		if (offsets[place + 1] - offsets[place] < 2) continue;
		medians[customers++] = medianGap(days, offsets[place], offsets[place + 1]);
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) if (days[at] - days[at - 1] > longest) longest = days[at] - days[at - 1];
		size += offsets[place + 1] - offsets[place] - 1;
	}
	if (size === 0) return NOTHING_KNOWN;
	const lasted = new Uint32Array(longest + 1);
	for (let place = 0; place < numbers.length; place++) for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) lasted[days[at] - days[at - 1]]++;
	const quantile = (share: number) => {
		let [gap, upTo] = [0, lasted[0]];
		while (upTo < Math.ceil(share * size)) upTo += lasted[++gap];
		return gap;
	};
	const gap = medianInPlace(medians, customers);
	if (size >= FEWEST_GAPS) return { gap, p90: quantile(0.9), p99: quantile(0.99), gaps: size };
	return { gap, p90: Math.max(3 * gap, quantile(0.9)), p99: Math.max(NOTHING_KNOWN.p99, quantile(0.99)), gaps: size };
}
