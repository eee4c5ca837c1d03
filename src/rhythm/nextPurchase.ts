import type { AsOf, FeatureFamily } from '../features/contract';
import { fitWhole, round } from '../features/rounds';
import { calibrate, learnReturns, type Calibration } from './calibration';
import { daysAlone, joinedDays, sampleOf, type DaysOnly } from './daysOnly';
import { nextPurchaseInWords } from './nextPurchaseInWords';
import type { NextPurchaseSettings } from './nextPurchaseSettings';
import { unitOfGap } from './position';
import { fitReturns, riskUntil, Standing, type ReturnModel } from './returnModel';

export interface NextPurchaseModel extends ReturnModel {
	calibration: Calibration;
	/** Customers the model was learned from: all, or a fair sample. */
	customers: number;
}

/** Days from now; NaN: not within the horizon. */
export interface NextPurchase {
	from: number;
	at: number;
	until: number;
	/** Probability that no order comes within the horizon. */
	noReturn: number;
}

const LEARNED_FROM = 6_000;
const DAY_MS = 86_400_000;

const ROUNDS = [
	round({
		gather: ({ orders }, _asOf, _settings: NextPurchaseSettings, { customers }) => daysAlone(sampleOf(orders, LEARNED_FROM, customers)),
		learn: (gathered: readonly DaysOnly[], { day }) => learnNextPurchase(joinedDays(gathered), day),
	}),
];

/**
 * When a customer orders next (intelligence.md, "Next purchase"): the shop's past is asked how long customers who stood where
 * this one stands took to order. Half of such orders come before the date, the middle half between P25 and P75; those who
 * never came back count as still awaited, so that a date that is not within the horizon is none.
 */
export const nextPurchase: FeatureFamily<NextPurchaseModel, NextPurchaseSettings, 'next_at' | 'next_from' | 'next_until' | 'no_return'> = {
	name: 'nextPurchase',
	defaults: { horizonDays: 365 },
	columns: ['next_at', 'next_from', 'next_until', 'no_return'],

	fit: (history, asOf, settings) => fitWhole(ROUNDS, history, asOf, settings),
	rounds: ROUNDS,
	learnsLong: true,

	apply(model, { orders }, asOf, settings) {
		const size = orders.numbers.length;
		const column = () => ({ numbers: new Float64Array(size).fill(Number.NaN) });
		const found = { next_at: column(), next_from: column(), next_until: column(), no_return: column() };
		predictAll(predictor(model, settings), orders, asOf, found.next_from.numbers, found.next_at.numbers, found.next_until.numbers, found.no_return.numbers);
		return found;
	},

	explain(model, { orders: { offsets, days } }, place, { day }, settings) {
		const [from, end] = [offsets[place], offsets[place + 1]];
		if (from === end) return 'No order yet.';
		const next: NextPurchase = { from: 0, at: 0, until: 0, noReturn: 0 };
		predictor(model, settings)(days, from, end, day, next);
		return nextPurchaseInWords(next, end - from - 1);
	},
};

function predictAll(predict: Predictor, { numbers, offsets, days }: DaysOnly, asOf: AsOf, from: Float64Array, at: Float64Array, until: Float64Array, noReturn: Float64Array): void {
	const noon = noonOf(asOf);
	const next: NextPurchase = { from: 0, at: 0, until: 0, noReturn: 0 };
	for (let place = 0; place < numbers.length; place++) {
		if (offsets[place] === offsets[place + 1]) continue;
		predict(days, offsets[place], offsets[place + 1], asOf.day, next);
		at[place] = noon + Math.round(next.at) * DAY_MS;
		from[place] = noon + Math.floor(next.from) * DAY_MS;
		until[place] = noon + Math.ceil(next.until) * DAY_MS;
		noReturn[place] = next.noReturn;
	}
}

/** @param history customers, or customers with a product each; nothing is after the last day */
export function fitNextPurchase(history: DaysOnly, lastDay: number): NextPurchaseModel {
	return learnNextPurchase(sampleOf(history, LEARNED_FROM), lastDay);
}

function learnNextPurchase(sample: DaysOnly, lastDay: number): NextPurchaseModel {
	const model = fitReturns(sample, lastDay);
	return { ...model, calibration: calibrate(sample, lastDay, (known, day) => learnReturns(known, day, model)), customers: sample.numbers.length };
}

/** Writes what is expected of one customer at the end of a day. */
export type Predictor = (days: Int32Array, from: number, end: number, day: number, into: NextPurchase) => void;

export function predictor(model: NextPurchaseModel, { horizonDays }: NextPurchaseSettings): Predictor {
	const standing = new Standing(model);
	const [early, middle, late] = model.calibration.levels.map(riskUntil);
	// A little below half of the horizon: where the gap is close to it, it is computed.
	const farBelow = unitOfGap(0.49 * horizonDays);
	return (days, from, end, day, into) => {
		standing.place(days, from, end, day);
		const horizon = standing.isQuickerThan(farBelow) ? horizonDays : Math.max(horizonDays, 2 * standing.typicalGap);
		into.from = within(horizon, standing.daysUntilRisk(early));
		into.at = within(horizon, standing.daysUntilRisk(middle));
		into.until = within(horizon, standing.daysUntilRisk(late));
		into.noReturn = 1 - standing.within(horizon);
	};
}

const within = (horizon: number, days: number) => (days <= horizon ? days : Number.NaN);

/** Noon of the local day, from where whole days are counted: no change of clocks makes another date of it. */
export function noonOf({ day, zone }: Pick<AsOf, 'day' | 'zone'>): number {
	return zone.startOfDay(day) + DAY_MS / 2;
}
