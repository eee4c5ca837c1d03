import { quantile, shareByKaplanMeier, watched, type Watched } from './followUp';
import type { Pairs } from './pairs';
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
	qValue: number;
	gapDays: { p10: number; p25: number; p50: number; p75: number; p90: number };
	stability: Stability;
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

const MONTH_DAYS = 365.25 / 12;

/** Figures of all pairs, those first that chance explains least. */
export function describePairs(steps: Steps, pairs: Pairs, maxGapDays: number): Sequence[] {
	const context = new PairContext(steps, maxGapDays);
	const expected = new Float64Array(pairs.from.length);
	const pValues = new Float64Array(pairs.from.length);
	for (let pair = 0; pair < pairs.from.length; pair++) {
		expected[pair] = context.expected(pairs.from[pair], pairs.to[pair]);
		pValues[pair] = poissonTail(pairs.offsets[pair + 1] - pairs.offsets[pair], expected[pair]);
	}
	const qValues = falseDiscoveryRates(pValues);
	const surprise = (pair: number) => (pairs.offsets[pair + 1] - pairs.offsets[pair] - expected[pair]) / Math.sqrt(expected[pair] + 1);
	// Pairs come in the order of their names, which settles ties.
	const order = Array.from(pairs.from.keys()).sort((a, b) => surprise(b) - surprise(a) || a - b);
	return order.map((pair) => describePair(steps, pairs, pair, context, expected[pair], qValues[pair]));
}

function describePair(steps: Steps, pairs: Pairs, pair: number, context: PairContext, expected: number, qValue: number): Sequence {
	const [start, end] = [pairs.offsets[pair], pairs.offsets[pair + 1]];
	const gaps = pairs.gapDays.slice(start, end).sort();
	const followUps = pairs.followUpDays.slice(start, end);
	const stability = context.stability(pairs.from[pair], followUps);
	followUps.sort();
	const gap = (share: number) => quantile(gaps, share);
	return {
		from: steps.names[pairs.from[pair]],
		to: steps.names[pairs.to[pair]],
		customers: end - start,
		support: (end - start) / (steps.offsets.length - 1),
		confidence: shareByKaplanMeier(gaps, followUps, context.buyers(pairs.from[pair]).watched),
		lift: (end - start) / expected,
		qValue,
		gapDays: { p10: gap(0.1), p25: gap(0.25), p50: gap(0.5), p75: gap(0.75), p90: gap(0.9) },
		stability,
	};
}

interface Buyers {
	/** Days each buyer was watched since the first purchase. */
	watched: Watched;
	/** How many buyers have 0, 1, 2 ... order days after the first purchase, within the greatest gap. */
	laterOrderDays: number[];
	/** Buyers by the period of the first purchase. */
	byPeriod: Uint32Array;
}

/** What the figures of many pairs have in common: the buyers of each product, and how often order days hold it. */
class PairContext {
	private readonly known = new Map<number, Buyers>();
	private readonly entriesOf: { customers: Uint32Array; firstDays: Int32Array }[];
	private readonly shares: Float64Array;
	private readonly period: 'month' | 'quarter';
	private readonly periodDays: number;
	private readonly firstDay: number;

	constructor(
		private readonly steps: Steps,
		private readonly maxGapDays: number,
	) {
		const { orderDays, products, names, lastDay } = steps;
		this.firstDay = orderDays.reduce((least, day) => Math.min(least, day), lastDay);
		this.period = lastDay - this.firstDay > 550 ? 'quarter' : 'month';
		this.periodDays = MONTH_DAYS * (this.period === 'quarter' ? 3 : 1);
		this.shares = new Float64Array(names.length);
		for (const product of products) this.shares[product]++;
		for (let product = 0; product < names.length; product++) this.shares[product] /= Math.max(1, orderDays.length);
		this.entriesOf = firstPurchases(steps);
	}

	/** Customers of the pair if chance alone ruled. */
	expected(from: number, to: number): number {
		const missing = 1 - this.shares[to];
		let never = 1;
		let expected = 0;
		for (const buyers of this.buyers(from).laterOrderDays) {
			expected += buyers * (1 - never);
			never *= missing;
		}
		return Math.max(expected, 1e-9);
	}

	buyers(product: number): Buyers {
		const known = this.known.get(product) ?? this.findBuyers(product);
		this.known.set(product, known);
		return known;
	}

	stability(from: number, followUps: Uint16Array): Stability {
		const { byPeriod } = this.buyers(from);
		const counts = new Uint32Array(byPeriod.length);
		for (const followUp of followUps) counts[this.periodOf(this.steps.lastDay - followUp)]++;
		const buyers = byPeriod.reduce((sum, of) => sum + of, 0);
		const share = followUps.length / buyers;
		let [periods, presentIn, squares] = [0, 0, 0];
		for (let period = 0; period < byPeriod.length; period++) {
			if (byPeriod[period] === 0) continue;
			periods++;
			if (counts[period] > 0) presentIn++;
			squares += byPeriod[period] * (counts[period] / byPeriod[period] - share) ** 2;
		}
		return { period: this.period, periods, presentIn, variation: Math.sqrt(squares / buyers) / share };
	}

	private findBuyers(product: number): Buyers {
		const { orderOffsets, orderDays, lastDay } = this.steps;
		const { customers, firstDays } = this.entriesOf[product];
		const laterOrderDays: number[] = [];
		const byPeriod = new Uint32Array(this.periodOf(lastDay) + 1);
		for (let buyer = 0; buyer < customers.length; buyer++) {
			let later = 0;
			for (let place = orderOffsets[customers[buyer]]; place < orderOffsets[customers[buyer] + 1]; place++) {
				const gap = orderDays[place] - firstDays[buyer];
				if (gap > 0 && gap <= this.maxGapDays) later++;
			}
			while (laterOrderDays.length <= later) laterOrderDays.push(0);
			laterOrderDays[later]++;
			byPeriod[this.periodOf(firstDays[buyer])]++;
		}
		return { watched: watched(Uint32Array.from(firstDays, (day) => lastDay - day)), laterOrderDays, byPeriod };
	}

	private periodOf(day: number): number {
		return Math.floor((day - this.firstDay) / this.periodDays);
	}
}

/** Of each product who bought it, and on which day first. */
function firstPurchases({ names, offsets, products, days }: Steps): { customers: Uint32Array; firstDays: Int32Array }[] {
	const isFirst = (entry: number, customer: number) => entry === offsets[customer] || products[entry - 1] !== products[entry];
	const sizes = new Uint32Array(names.length);
	for (let customer = 0; customer + 1 < offsets.length; customer++) for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) if (isFirst(entry, customer)) sizes[products[entry]]++;
	const found = Array.from(sizes, (size) => ({ customers: new Uint32Array(size), firstDays: new Int32Array(size) }));
	sizes.fill(0);
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
			if (!isFirst(entry, customer)) continue;
			const of = found[products[entry]];
			of.customers[sizes[products[entry]]] = customer;
			of.firstDays[sizes[products[entry]]++] = days[entry];
		}
	}
	return found;
}
