import { calibrate, type Calibration } from '../rhythm/calibration';
import type { DaysOnly } from '../rhythm/daysOnly';
import { fitGapPrior, type GapPrior } from '../rhythm/gapPrior';
import { gapEndsOf } from './gapEnds';
import { fitGoodsGaps, type GoodsGaps } from './goodsGaps';
import type { GoodsHistory } from './goodsHistory';
import { GoodsStanding } from './goodsStanding';
import { fitReturnCurves, type ReturnCurve, type Returns } from './returnCurves';

/** What the goods of one kind, products or categories, are bought again like. Plain JSON. */
export interface GoodsModel {
	/** What gaps are drawn to where nothing is known of the goods. */
	prior: GapPrior;
	/** After the first purchase, after the second, after more. */
	curves: ReturnCurve[];
	calibration: Calibration;
	/** Customers with goods that it was learned from. */
	pairs: number;
	/** Goods of which enough is known to tell them from others, and what goods belong to. */
	goods: Known;
	parents: Known;
}

/** Side by side: name, mean logarithm of the gaps in days, and how many come back against the shop's. */
interface Known {
	names: string[];
	logMeans: number[];
	lifts: number[];
}

/** Purchases it takes until the date of a pair can be looked back on. */
const FEWEST_DAYS = 2;
/** Of a larger catalogue those that are bought most are told apart. */
const MOST_GOODS = 20_000;
/** Of fewer purchases nothing can be told that anybody would see. */
const LEAST_EXPECTED = 0.5;

/** @param history nothing is after the last day @param lastDay the last day that is known */
export function fitGoods(history: GoodsHistory, lastDay: number): GoodsModel {
	const { prior, gaps, returns } = learn(history, history, lastDay);
	const calibration = calibrate(history, lastDay, (known, day) => standOf(history, learn(history, known, day), day), FEWEST_DAYS);
	const told = Array.from(returns.expected.keys()).filter((place) => returns.expected[place] >= LEAST_EXPECTED);
	const most = told.length <= MOST_GOODS ? told : told.sort((a, b) => returns.expected[b] - returns.expected[a]).slice(0, MOST_GOODS);
	return {
		prior,
		curves: returns.curves,
		calibration,
		pairs: history.numbers.length,
		goods: knownOf(most, history.goods, gaps.goods, returns.goods),
		parents: knownOf([...history.parents.keys()], history.parents, gaps.parents, returns.parents),
	};
}

interface Learned {
	prior: GapPrior;
	gaps: GoodsGaps;
	returns: Returns;
}

function learn(goods: GoodsHistory, known: DaysOnly, day: number): Learned {
	const prior = fitGapPrior(known);
	const gaps = fitGoodsGaps(goods, known, prior);
	return { prior, gaps, returns: fitReturnCurves(goods, gapEndsOf(goods, known, day, prior, gaps)) };
}

function standOf({ goodsOf }: GoodsHistory, { prior, gaps, returns }: Learned, day: number) {
	const standing = new GoodsStanding(returns.curves);
	return ({ numbers, offsets, days }: DaysOnly, place: number, end: number) => {
		const goods = goodsOf[numbers[place]];
		standing.place(days, offsets[place], end, day, { prior: { ...prior, logMean: gaps.goods[goods] }, lift: returns.goods[goods] });
		return standing;
	};
}

function knownOf(places: readonly number[], names: readonly string[], logMeans: Float64Array, lifts: Float64Array): Known {
	const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
	return { names: places.map((place) => names[place]), logMeans: places.map((place) => rounded(logMeans[place])), lifts: places.map((place) => rounded(lifts[place])) };
}
