import type { FeatureFamily } from '../features/contract';
import type { OrderDays } from '../features/orderDays';
import { fitWhole, round } from '../features/rounds';
import { evenBelow } from './chance';
import { sampleOf } from './daysOnly';
import { expectedUnevenness, gatherEvenness, learnEvenness, type GatheredEvenness } from './evenness';
import { drawnToShop, expectedGap, isClumped, ownGaps, SHOP_WEIGHT, unevenness } from './gapFacts';
import { RHYTHMS, type Rhythm } from './patternNames';
import { rhythmInWords } from './rhythmInWords';
import { seasonOf } from './season';
import { weighsLong, type Weighing } from './weighing';
import { gatherGaps, learnGaps, type GatheredGaps, type ShopGaps } from './shopGaps';

/** What customers' gaps are compared with. */
export interface RhythmModel extends ShopGaps {
	/** How even gaps are here: 1 is chance. */
	k: number;
	/** The shop tells of views of products. */
	byViews?: boolean;
}

export const FEWEST_ORDER_DAYS = 3;
/** One k for a shop needs no more customers. */
const LEARNED_FROM = 50_000;

const ROUNDS = [
	round({
		gather: ({ orders, weighing }, _asOf, _settings: object, { customers }): GatheredRhythm => ({ byViews: weighing !== undefined, gaps: gatherGaps(orders, customers), evenness: gatherEvenness(sampleOf(orders, LEARNED_FROM, customers)) }),
		learn: (gathered: readonly GatheredRhythm[]): RhythmModel => ({ ...learnGaps(gathered.map(({ gaps }) => gaps)), k: learnEvenness(gathered.map(({ evenness }) => evenness)), ...(gathered.some(({ byViews }) => byViews) && { byViews: true }) }),
	}),
];

interface GatheredRhythm {
	byViews: boolean;
	gaps: GatheredGaps;
	evenness: GatheredEvenness;
}

/**
 * How a customer orders (intelligence.md, "Purchase rhythm"), by the first that holds: `too_early` before the third order day,
 * `seasonal`, `regular`, `serial`, `long_cycle`, else `irregular`. A season comes before bursts, which it always looks like.
 */
export const rhythm: FeatureFamily<RhythmModel, object, 'rhythm' | 'expected_gap_days'> = {
	name: 'rhythm',
	defaults: {},
	columns: ['rhythm', 'expected_gap_days'],

	fit: (history, asOf, settings) => fitWhole(ROUNDS, history, asOf, settings),
	rounds: ROUNDS,
	prepare: ({ orders }) => void ownGaps(orders),

	apply(model, { orders, weighing }, asOf) {
		const codes = new Uint8Array(orders.numbers.length);
		const gaps = new Float64Array(orders.numbers.length).fill(Number.NaN);
		classify(model, orders, weighing, asOf.day, codes, gaps);
		return { rhythm: { labels: [null, ...RHYTHMS], codes }, expected_gap_days: { numbers: gaps } };
	},

	explain(model, { orders: { offsets, days }, weighing }, place, { day }) {
		const [from, end] = [offsets[place], offsets[place + 1]];
		if (from === end) return 'No order yet.';
		const gap = expectedGap(days, from, end, model.gap);
		const weighed = weighing ? { seen: weighing.seen[place], weighed: weighing.weighed[place] } : { seen: 0, weighed: 0 };
		return rhythmInWords(patterns(model)(days, from, end, day, gap, weighsLong(weighed.seen, weighed.weighed)), days, from, end, day, gap, model, weighed);
	},
};

function classify(model: RhythmModel, orders: OrderDays, weighing: Weighing | undefined, day: number, codes: Uint8Array, gaps: Float64Array): void {
	const { numbers, offsets, days } = orders;
	const patternOf = patterns(model);
	const medians = ownGaps(orders);
	for (let place = 0; place < numbers.length; place++) {
		const from = offsets[place];
		const end = offsets[place + 1];
		if (from === end) continue;
		gaps[place] = drawnToShop(medians[place], end - from - 1, model.gap);
		codes[place] = CODES[patternOf(days, from, end, day, gaps[place], weighing !== undefined && weighsLong(weighing.seen[place], weighing.weighed[place]))];
	}
}

const CODES = Object.fromEntries(RHYTHMS.map((name, place) => [name, place + 1])) as Record<Rhythm, number>;

/**
 * @returns a function that says the rhythm of the customer with the order days at [from, end), none after `day`; `isWeighed`: most
 * of the orders came after products were looked at for weeks
 */
export function patterns(model: RhythmModel): (days: Int32Array, from: number, end: number, day: number, expectedGapDays: number, isWeighed?: boolean) => Rhythm {
	const moreEven = evennessTest(model);
	return (days, from, end, day, expectedGapDays, isWeighed = false) => {
		if (end - from < FEWEST_ORDER_DAYS) return 'too_early';
		if (seasonOf(days, from, end)) return 'seasonal';
		if (moreEven(days, from, end)) return 'regular';
		if (isClumped(days, from, end, day)) return 'serial';
		return expectedGapDays > model.p90 || isWeighed ? 'long_cycle' : 'irregular';
	};
}

/**
 * Gaps more even than chance: drawn to the shop, their k is above 1; and by chance only one customer in five would have gaps as
 * even as these. The first alone would call half of all customers regular who order by chance.
 */
function evennessTest({ k }: RhythmModel): (days: Int32Array, from: number, end: number) => boolean {
	const shop = expectedUnevenness(Number.POSITIVE_INFINITY, k);
	const atChance = expectedUnevenness(Number.POSITIVE_INFINITY, 1);
	const byGaps = new Map<number, number>();
	return (days, from, end) => {
		const gaps = end - from - 1;
		let most = byGaps.get(gaps);
		if (most === undefined) {
			const drawn = expectedUnevenness(gaps, 1) + (SHOP_WEIGHT * (atChance - shop)) / gaps;
			byGaps.set(gaps, (most = Math.min(drawn, evenBelow(gaps))));
		}
		return unevenness(days, from, end) < most;
	};
}
