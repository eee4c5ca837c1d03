import type { Hazards } from '../rhythm/hazards';
import { cumulatedRisk, riskCurve } from '../rhythm/riskCurve';
import { GROUPS, type GapEnds } from './gapEnds';
import type { GoodsHistory } from './goodsHistory';

/** The cumulated risk of the next purchase in a pair's own time, counted from the last one. */
export type ReturnCurve = Pick<Hazards, 'times' | 'risks' | 'power'>;

/** After the first purchase, after the second, after more; and how many come back for the goods against all others, by place. */
export interface Returns {
	curves: ReturnCurve[];
	goods: Float64Array;
	parents: Float64Array;
	/** Purchases that were expected of the goods' buyers. */
	expected: Float64Array;
}

/** Purchases that must be expected until the own share of the returning weighs as much as that of the category, or of the shop. */
const DRAWN = 6;
/** Of ten who would come seven to nine have come by then. */
const MOST_EXPECTED = 1.5;
/** Curve and shares are learned in turn; after so many turns nothing changes that anybody would see. */
const TURNS = 4;
/** Fewer purchases say nothing about a curve. */
const FEWEST = 20;
/** Beyond what was watched the risk grows with this power of the time at most: who is that late has mostly gone. */
const LATER = 0.3;
/** Knots of a curve, evenly spaced in the logarithm of the time. */
const KNOTS = 160;
const [SHORTEST, LONGEST] = [0.01, 50];
const STEP = Math.log(LONGEST / SHORTEST) / KNOTS;
/** Where too little is known: who has bought again once will do so, half within one usual gap; a first purchase says nothing of a second. */
const AGAIN: ReturnCurve = { times: [0, 1], risks: [0, Math.LN2], power: 0.5 };
const ONCE: ReturnCurve = { times: [0, 1], risks: [0, 0.05], power: 0.5 };

/**
 * Coffee is bought again and a coffee machine is not. Risks in proportion over a common curve, goods drawn to what they belong to
 * and that to the shop: a gamma frailty for each, learned by turns with the curve (Clayton 1991).
 */
export function fitReturnCurves({ parentOf, parents }: GoodsHistory, ends: GapEnds): Returns {
	const found: Returns = { curves: [], goods: new Float64Array(parentOf.length).fill(1), parents: new Float64Array(parents.length).fill(1), expected: new Float64Array(parentOf.length) };
	for (let turn = 0; turn < TURNS; turn++) {
		found.curves = Array.from({ length: GROUPS }, (_, group) => curveOf(ends, group, found.goods));
		liftsOf(parentOf, ends, found);
	}
	return found;
}

/** Nelson and Aalen's cumulated risk, each pair at risk by the lift of its goods. */
function curveOf({ goods, groups, times, came }: GapEnds, group: number, lifts: Float64Array): ReturnCurve {
	const [ended, left, pairs] = [new Float64Array(KNOTS + 1), new Float64Array(KNOTS + 1), new Float64Array(KNOTS + 1)];
	let orders = 0;
	for (let row = 0; row < times.length; row++) {
		if (groups[row] !== group) continue;
		const bin = binOf(times[row]);
		left[bin] += lifts[goods[row]];
		pairs[bin]++;
		ended[bin] += came[row];
		orders += came[row];
	}
	const unknown = group === 0 ? ONCE : AGAIN;
	if (orders < FEWEST) return unknown;
	const curve: ReturnCurve = { times: [0], risks: [0], power: 1 };
	const knot = (bin: number, risk: number) => {
		const time = SHORTEST * Math.exp(STEP * bin);
		if (time <= curve.times[curve.times.length - 1]) return;
		curve.times.push(time);
		curve.risks.push(risk);
	};
	let atRisk = left.reduce((sum, one) => sum + one, 0);
	let silent = pairs.reduce((sum, one) => sum + one, 0);
	let risk = 0;
	for (let bin = 0; bin <= KNOTS; bin++) {
		// Within a bin half of those who leave it are there.
		const watched = atRisk - left[bin] / 2;
		if (watched > 0 && ended[bin] > 0) {
			knot(bin - 1, risk);
			knot(bin, (risk += ended[bin] / watched));
		} else if (pairs[bin] > 0 && silent >= FEWEST) knot(bin, risk); // where nobody comes any more it counts that somebody was watched
		atRisk -= left[bin];
		silent -= pairs[bin];
	}
	const half = cumulatedRisk(riskCurve(curve), curve.times[curve.times.length - 1] / 2);
	return { ...curve, power: half > 0 ? Math.max(0.01, Math.min(LATER, Math.log2(risk / half))) : LATER };
}

function binOf(time: number): number {
	return time <= SHORTEST ? 0 : Math.min(KNOTS, Math.ceil(Math.log(time / SHORTEST) / STEP));
}

/** Purchases that came against those that were expected (gamma-Poisson shrinkage). */
function liftsOf(parentOf: Int32Array, { goods, groups, times, came }: GapEnds, found: Returns): void {
	const [own, shared] = [new Float64Array(found.goods.length), { came: new Float64Array(found.parents.length), expected: new Float64Array(found.parents.length) }];
	let orders = 0;
	found.expected.fill(0);
	const curves = found.curves.map(riskCurve);
	for (let row = 0; row < times.length; row++) {
		const passed = cumulatedRisk(curves[groups[row]], times[row]);
		// Of a silence that is long beyond doubt the rest says something of the customer, and nothing of the goods.
		const expected = Math.min(passed, MOST_EXPECTED);
		const here = passed <= MOST_EXPECTED ? came[row] : 0;
		orders += here;
		own[goods[row]] += here;
		found.expected[goods[row]] += expected;
		const parent = parentOf[goods[row]];
		if (parent < 0) continue;
		shared.came[parent] += here;
		shared.expected[parent] += expected;
	}
	// Goods that nothing is known of come back as the whole shop does: its curve is what such a lift of 1 means.
	const all = orders / found.expected.reduce((sum, one) => sum + one, 0);
	if (!(all > 0)) return;
	for (const curve of found.curves) if (curve !== ONCE && curve !== AGAIN) curve.risks = curve.risks.map((risk) => risk * all);
	[found.expected, shared.expected].forEach((expected) => expected.forEach((one, place) => (expected[place] = one * all)));
	const drawn = (orders: number, expected: number, to: number) => (to * (orders + DRAWN)) / (to * expected + DRAWN);
	shared.came.forEach((orders, parent) => (found.parents[parent] = drawn(orders, shared.expected[parent], 1)));
	own.forEach((orders, place) => (found.goods[place] = drawn(orders, found.expected[place], parentOf[place] < 0 ? 1 : found.parents[parentOf[place]])));
}
