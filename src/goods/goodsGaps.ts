import type { DaysOnly } from '../rhythm/daysOnly';
import { logOfDays, MOST_GAPS, type GapPrior } from '../rhythm/gapPrior';
import type { GoodsHistory } from './goodsHistory';

/** Typical gaps of goods and of what they belong to, as mean logarithms of days, by place. */
export interface GoodsGaps {
	goods: Float64Array;
	parents: Float64Array;
	/** The mean of the goods without what the pair at a place has done to it: what is learned must not know what comes. */
	without(place: number): number;
}

/** So many gaps of its buyers weigh as much as the category of a product, or the shop. */
const DRAWN = 8;

/** Each of the goods drawn to what it belongs to, and that to the shop, as far as few gaps are known (empirical Bayes). */
export function fitGoodsGaps({ goodsOf, parentOf, parents }: GoodsHistory, { numbers, offsets, days }: DaysOnly, shop: GapPrior): GoodsGaps {
	const own = { sums: new Float64Array(parentOf.length), weights: new Float64Array(parentOf.length) };
	const shared = { sums: new Float64Array(parents.length), weights: new Float64Array(parents.length) };
	/** A pair weighs as much as four gaps at most, so that a few who buy daily do not speak for all. */
	const ofPair = (place: number) => {
		const gaps = offsets[place + 1] - offsets[place] - 1;
		let logs = 0;
		for (let at = offsets[place] + 1; at < offsets[place + 1]; at++) logs += logOfDays(days[at] - days[at - 1]);
		const weight = Math.min(gaps, MOST_GAPS);
		return { weight, sum: gaps > 0 ? (weight * logs) / gaps : 0 };
	};
	for (let place = 0; place < numbers.length; place++) {
		const { weight, sum } = ofPair(place);
		const goods = goodsOf[numbers[place]];
		own.sums[goods] += sum;
		own.weights[goods] += weight;
		if (parentOf[goods] < 0) continue;
		shared.sums[parentOf[goods]] += sum;
		shared.weights[parentOf[goods]] += weight;
	}
	const drawn = (sum: number, weight: number, to: number) => (sum + DRAWN * to) / (weight + DRAWN);
	const ofParents = shared.sums.map((sum, parent) => drawn(sum, shared.weights[parent], shop.logMean));
	const above = (goods: number) => (parentOf[goods] < 0 ? shop.logMean : ofParents[parentOf[goods]]);
	return {
		goods: own.sums.map((sum, goods) => drawn(sum, own.weights[goods], above(goods))),
		parents: ofParents,
		without: (place) => {
			const { weight, sum } = ofPair(place);
			const goods = goodsOf[numbers[place]];
			return drawn(own.sums[goods] - sum, own.weights[goods] - weight, above(goods));
		},
	};
}
