import type { DaysOnly } from './daysOnly';
import { fitGapPrior, type GapPrior } from './gapPrior';
import { fitHazards, riskOf, type Hazards } from './hazards';
import { landmarksOf } from './landmarks';
import { cumulatedRisk, riskCurve, timeOfRisk, type RiskCurve } from './riskCurve';
import { gapOfUnit, POSITION_SIZE, positionAt } from './position';

/** When customers of a shop come back, by where they stand between two orders. */
export interface ReturnModel {
	prior: GapPrior;
	/** After the first order, after the second, after more. */
	hazards: [Hazards, Hazards, Hazards];
}

/** @param lastDay the last day that is known @param near a model of nearly the same history, from where to look for this one */
export function fitReturns(history: DaysOnly, lastDay: number, near?: ReturnModel): ReturnModel {
	const prior = fitGapPrior(history);
	const hazards = (fewest: number, most: number) => fitHazards(landmarksOf(history, lastDay, prior, fewest, most), near?.hazards[fewest - 1].weights);
	return { prior, hazards: [hazards(1, 1), hazards(2, 2), hazards(3, Number.POSITIVE_INFINITY)] };
}

/** One customer at the end of one day: moved from customer to customer, so that a million cost no memory. */
export class Standing {
	private readonly position = new Float64Array(POSITION_SIZE);
	private readonly curves: readonly RiskCurve[];
	private readonly weights: readonly Float64Array[];
	private curve: RiskCurve;
	private risk = 1;
	private unit = 1;

	/** Days the customer usually takes, drawn to the shop. */
	get typicalGap(): number {
		return gapOfUnit(this.unit);
	}

	/** Whether that is less than the gap of a unit ({@link unitOfGap}): told without computing it. */
	isQuickerThan(unit: number): boolean {
		return this.unit < unit;
	}

	constructor(private readonly model: ReturnModel) {
		this.curves = model.hazards.map(riskCurve);
		this.weights = model.hazards.map(({ weights }) => Float64Array.from(weights));
		[this.curve] = this.curves;
	}

	/** @param days order days; those at [from, end) are the customer's, at least one, none after `day` */
	place(days: Int32Array, from: number, end: number, day: number): void {
		const group = Math.min(end - from, 3) - 1;
		this.curve = this.curves[group];
		this.unit = positionAt(days, from, end, day, this.model.prior, this.position, 0);
		this.risk = riskOf(this.weights[group], this.position, 0);
	}

	/** Probability that the next order comes within so many days. */
	within(days: number): number {
		return 1 - Math.exp(-this.risk * cumulatedRisk(this.curve, days / this.unit));
	}

	/** Days until the next order has come with the probability that {@link riskUntil} was asked for. */
	daysUntilRisk(risk: number): number {
		return this.unit * timeOfRisk(this.curve, risk / this.risk);
	}
}

/** The cumulated risk by which the next order has come with a probability. */
export function riskUntil(probability: number): number {
	return -Math.log(1 - probability);
}
