import { joined } from '../core/joined';
import { medianInPlace } from '../core/medianInPlace';
import { sampledPlaces, type DaysOnly } from './daysOnly';
import { ownGaps } from './gapFacts';

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

/** What part of a shop says of gaps. */
export interface GatheredGaps {
	/** Median gap of each customer with two order days or more. */
	medians: Float64Array;
	/** How many gaps took so many days. */
	lasted: Uint32Array;
}

const known = new WeakMap<DaysOnly, { customers: number; gathered: GatheredGaps }>();

/** Done once for a part: several families ask. @param customers of the whole shop */
export function gatherGaps(part: DaysOnly, customers: number): GatheredGaps {
	const before = known.get(part);
	if (before?.customers === customers) return before.gathered;
	const gathered = gapsOf(part, sampledPlaces(part.numbers, LEARNED_FROM, customers));
	known.set(part, { customers, gathered });
	return gathered;
}

function gapsOf(part: DaysOnly, places: Uint32Array): GatheredGaps {
	const { offsets, days } = part;
	const own = ownGaps(part);
	const medians = new Float64Array(places.length);
	let [customers, longest] = [0, 0];
	for (const place of places) {
		if (offsets[place + 1] - offsets[place] < 2) continue;
		medians[customers++] = own[place];
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) if (days[at] - days[at - 1] > longest) longest = days[at] - days[at - 1];
	}
	const lasted = new Uint32Array(longest + 1);
	for (const place of places) for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) lasted[days[at] - days[at - 1]]++;
	return { medians: medians.slice(0, customers), lasted };
}

export function learnGaps(gathered: readonly GatheredGaps[]): ShopGaps {
	const medians = joined(gathered.map((part) => part.medians)).slice();
	const lasted = new Float64Array(Math.max(...gathered.map((part) => part.lasted.length)));
	for (const part of gathered) part.lasted.forEach((gaps, days) => (lasted[days] += gaps));
	const size = lasted.reduce((sum, gaps) => sum + gaps, 0);
	if (size === 0) return NOTHING_KNOWN;
	const quantile = (share: number) => {
		let [gap, upTo] = [0, lasted[0]];
		while (upTo < Math.ceil(share * size)) upTo += lasted[++gap];
		return gap;
	};
	const gap = medianInPlace(medians, medians.length);
	if (size >= FEWEST_GAPS) return { gap, p90: quantile(0.9), p99: quantile(0.99), gaps: size };
	return { gap, p90: Math.max(3 * gap, quantile(0.9)), p99: Math.max(NOTHING_KNOWN.p99, quantile(0.99)), gaps: size };
}
