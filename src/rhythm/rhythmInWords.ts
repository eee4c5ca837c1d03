import { DateTime } from 'luxon';
import { clumpiness, medianGap } from './gapFacts';
import { clumpedFrom } from './chance';
import type { Rhythm } from './patternNames';
import type { ShopGaps } from './shopGaps';
import { seasonOf } from './season';

const DAY_MS = 86_400_000;

/** Why the customer with the order days at [from, end) has this rhythm, in a sentence. @param weighed of the orders that are seen, those before which products were looked at for weeks */
export function rhythmInWords(rhythm: Rhythm, days: Int32Array, from: number, end: number, day: number, expectedGapDays: number, model: ShopGaps, { seen, weighed } = { seen: 0, weighed: 0 }): string {
	const orders = end - from;
	const gaps = Array.from({ length: orders - 1 }, (_, gap) => days[from + gap + 1] - days[from + gap]);
	const [shortest, longest] = [Math.min(...gaps.slice(0, 10_000)), Math.max(...gaps.slice(0, 10_000))];
	switch (rhythm) {
		case 'too_early':
			return `${orders === 1 ? 'One order day' : 'Two order days'}: a rhythm shows from the third on.`;
		case 'regular':
			return `Orders about every ${Math.round(medianGap(days, from, end))} days, with gaps of ${shortest} to ${longest} days: more even than chance.`;
		case 'serial': {
			const hp = clumpiness(days, from, end, day);
			return `Orders come in bursts: gaps of ${shortest} to ${longest} days, ${day - days[end - 1]} days since the last order; clumpiness ${hp.toFixed(2)}, which chance exceeds ${clumpedFrom(orders).toFixed(2)} in one of twenty cases.`;
		}
		case 'seasonal': {
			const season = seasonOf(days, from, end);
			return season ? `Orders only between ${dayAndMonth(season.firstDay)} and ${dayAndMonth(season.firstDay + season.length)}, in ${season.years} years.` : '';
		}
		case 'long_cycle':
			if (expectedGapDays <= model.p90) return `Looks at products for weeks before ordering: on three days or more, over two weeks or more, before ${weighed} of ${seen} orders.`;
			return `Takes long between orders: about ${Math.round(expectedGapDays)} days, where nine of ten gaps in this shop are at most ${model.p90}.`;
		case 'irregular':
			return `Gaps of ${shortest} to ${longest} days: neither even nor in bursts.`;
	}
}

export function dayAndMonth(day: number): string {
	return DateTime.fromMillis(Math.round(day) * DAY_MS, { zone: 'utc' }).setLocale('en-GB').toFormat('d MMMM');
}
