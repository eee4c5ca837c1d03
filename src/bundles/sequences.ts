import { quantile, shareByKaplanMeier } from './followUp';
import { gapExcess } from './gapExcess';
import type { Gaps } from './gapScan';
import { PairContext, type CustomerGroups, type FirstProduct } from './pairContext';
import type { Pairs, PairSizes } from './pairs';
import { falseDiscoveryRates, poissonTail } from './significance';
import type { Steps } from './steps';

/** B is bought after A, by so many, after so long: a delayed bundle. */
export interface Sequence {
	from: string;
	to: string;
	customers: number;
	/** Share of all customers. */
	support: number;
	/** Share of the buyers of `from` who buy `to` within the greatest gap, corrected for those not watched that long. */
	confidence: number;
	/** Customers against those expected by chance: if each later order day of a buyer held `to` as often as any order day does. */
	lift: number;
	/** The same, compared within each month, size of order and group of customers. */
	adjustedLift: number;
	/** False discovery rate of the adjusted number of customers, over all pairs of products that enough customers bought. */
	qValue: number;
	gapDays: { p10: number; p25: number; p50: number; p75: number; p90: number };
	/** Gaps of those whom chance does not explain; null: too few to tell. */
	linkedGapDays: { p25: number; p50: number; p75: number } | null;
	/** Share of the pair's customers to whom a message was sent in between; absent where messages were not looked at. */
	messageShare?: number;
	stability: Stability;
	/** Split by kind of customer, where the pair is strong first; absent where no kinds were asked for. */
	groups?: GroupShare[];
}

export interface GroupShare {
	group: string;
	customers: number;
	/** Of the group's buyers of `from`. */
	share: number;
}

export interface DescribeSettings {
	/** Kinds of customers: those that like other products make no link, and pairs are split by them. */
	groups?: CustomerGroups;
	/** Days on which something was sent to a customer, ascending, by place in the steps. */
	messageDays?: (customer: number) => ArrayLike<number>;
}

/** By the period of the first purchase of `from`. */
export interface Stability {
	period: 'month' | 'quarter';
	/** Periods in which `from` was bought for the first time by somebody. */
	periods: number;
	/** Those of them in which the pair occurred. */
	presentIn: number;
	/** Standard deviation of the share of buyers who go on, divided by that share; 0 is the same in every period. */
	variation: number;
}

/** Figures of all pairs, those first that chance explains least. */
export function describePairs(steps: Steps, pairs: Pairs, maxGapDays: number, settings: DescribeSettings = {}): Sequence[] {
	const weighed = new WeighedPairs(steps, pairs, maxGapDays, settings);
	const described = Array.from(pairs.from, (_, pair) => weighed.describe(pair, pairs, pairs.offsets[pair]));
	return Array.from(weighed.order, (pair) => described[pair]);
}

/** All pairs weighed against chance, in columns: the whole description of one costs a hundred times the memory, and is made for those that are wanted. */
export class WeighedPairs {
	/** The pairs, those first that chance explains least. They come in the order of their names, which settles ties. */
	readonly order: Uint32Array;
	/** False discovery rate of each pair. */
	readonly qValues: Float64Array;
	/** Customers of each pair against those expected by chance over all order days alike. */
	readonly lifts: Float64Array;
	private readonly context: PairContext;
	/** Customers of each pair by chance within each stratum. */
	private readonly expected: Float64Array;

	constructor(
		private readonly steps: Steps,
		private readonly pairs: PairSizes,
		maxGapDays: number,
		private readonly settings: DescribeSettings = {},
	) {
		this.context = new PairContext(steps, pairs, maxGapDays, settings.groups);
		const size = pairs.from.length;
		this.expected = new Float64Array(size);
		this.lifts = new Float64Array(size);
		const pValues = new Float64Array(size);
		const surprise = new Float64Array(size);
		for (let pair = 0; pair < size; pair++) {
			const customers = pairs.sizes[pair];
			const expected = this.context.expectedWithin(pairs.from[pair], pairs.to[pair]);
			this.expected[pair] = expected;
			this.lifts[pair] = customers / this.context.expected(pairs.from[pair], pairs.to[pair]);
			pValues[pair] = poissonTail(customers, expected);
			surprise[pair] = (customers - expected) / Math.sqrt(expected + 1);
		}
		this.qValues = falseDiscoveryRates(pValues, pairs.possible);
		this.order = new Uint32Array(size).map((_, pair) => pair).sort((a, b) => surprise[b] - surprise[a] || a - b);
	}

	/**
	 * Everything about a pair; fast where those of one first product are asked for one after another.
	 * @param entries holds the pair's customers from `start` on
	 */
	describe(pair: number, entries: Gaps, start: number): Sequence {
		const { steps, pairs, context } = this;
		const { groups, messageDays } = this.settings;
		const end = start + pairs.sizes[pair];
		const [from, to] = [pairs.from[pair], pairs.to[pair]];
		const first = context.firstProduct(from);
		const gaps = entries.gapDays.slice(start, end).sort();
		const followUps = entries.followUpDays.slice(start, end);
		const stability = stabilityOf(context, first, steps.lastDay, followUps);
		followUps.sort();
		const gap = (share: number) => quantile(gaps, share);
		return {
			from: steps.names[from],
			to: steps.names[to],
			customers: end - start,
			support: (end - start) / (steps.offsets.length - 1),
			confidence: shareByKaplanMeier(gaps, followUps, first.watched),
			lift: this.lifts[pair],
			adjustedLift: (end - start) / this.expected[pair],
			qValue: this.qValues[pair],
			gapDays: { p10: gap(0.1), p25: gap(0.25), p50: gap(0.5), p75: gap(0.75), p90: gap(0.9) },
			linkedGapDays: gapExcess(gaps, this.expected[pair], first.byGap),
			...(messageDays && { messageShare: messageShareOf(entries, start, end, messageDays) }),
			stability,
			...(groups && { groups: groupsOf(entries, start, end, first, groups) }),
		};
	}
}

/** On the day of the first product or later, and not after the day of the second. */
function messageShareOf({ customers, startDays, gapDays }: Gaps, start: number, end: number, messageDays: (customer: number) => ArrayLike<number>): number {
	let reached = 0;
	for (let entry = start; entry < end; entry++) {
		const days = messageDays(customers[entry]);
		for (let place = 0; place < days.length; place++) {
			if (days[place] < startDays[entry]) continue;
			if (days[place] <= startDays[entry] + gapDays[entry]) reached++;
			break;
		}
	}
	return reached / (end - start);
}

function groupsOf({ customers }: Gaps, start: number, end: number, { byGroup }: FirstProduct, { names, of }: CustomerGroups): GroupShare[] {
	const counts = new Uint32Array(names.length);
	for (let entry = start; entry < end; entry++) counts[of[customers[entry]]]++;
	return names
		.map((group, place) => ({ group, customers: counts[place], share: counts[place] / Math.max(1, byGroup[place]) }))
		.filter((one) => one.customers > 0)
		.sort((a, b) => b.share - a.share || (a.group < b.group ? -1 : 1));
}

function stabilityOf(context: PairContext, { byPeriod, watched }: FirstProduct, lastDay: number, followUps: Uint16Array): Stability {
	const counts = new Uint32Array(byPeriod.length);
	for (const followUp of followUps) counts[context.periodOf(lastDay - followUp)]++;
	const share = followUps.length / watched.buyers;
	let [periods, presentIn, squares] = [0, 0, 0];
	for (let period = 0; period < byPeriod.length; period++) {
		if (byPeriod[period] === 0) continue;
		periods++;
		if (counts[period] > 0) presentIn++;
		squares += byPeriod[period] * (counts[period] / byPeriod[period] - share) ** 2;
	}
	return { period: context.period, periods, presentIn, variation: Math.sqrt(squares / watched.buyers) / share };
}
