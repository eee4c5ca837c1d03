import { logOfDays, type GapPrior } from '../rhythm/gapPrior';
import { cumulatedRisk, riskCurve, timeOfRisk, type RiskCurve } from '../rhythm/riskCurve';
import { GROUPS, unitOf } from './gapEnds';
import type { ReturnCurve } from './returnCurves';

/** What is known of something that is bought: what the gaps of its buyers are drawn to, and how many come back against the shop's. */
export interface Goods {
	prior: GapPrior;
	/** 1: as many as of anything; 2: twice as many in the same time. */
	lift: number;
}

/** One customer with one of the goods at the end of one day: moved from pair to pair, so that many cost no memory. */
export class GoodsStanding {
	private readonly curves: readonly RiskCurve[];
	private curve: RiskCurve;
	private unit = 1;
	private lift = 1;
	private elapsed = 0;
	private passed = 0;

	constructor(curves: readonly ReturnCurve[]) {
		this.curves = curves.map(riskCurve);
		this.curve = this.curves[0];
	}

	/** Days the customer usually takes. */
	get typicalGap(): number {
		return this.unit;
	}

	/** @param days days of purchase; those at [from, end) are the pair's, at least one, none after `day` */
	place(days: Int32Array, from: number, end: number, day: number, { prior, lift }: Goods): void {
		let logs = 0;
		for (let at = from + 1; at < end; at++) logs += logOfDays(days[at] - days[at - 1]);
		this.curve = this.curves[Math.min(end - from, GROUPS) - 1];
		this.unit = unitOf(prior, logs, end - from - 1);
		this.lift = lift;
		this.elapsed = day - days[end - 1];
		this.passed = cumulatedRisk(this.curve, this.elapsed / this.unit);
	}

	/** Probability that the next purchase comes within so many days, given that it has not come yet. */
	within(days: number): number {
		return 1 - Math.exp(-this.lift * (cumulatedRisk(this.curve, (this.elapsed + days) / this.unit) - this.passed));
	}

	/** Days until the next purchase has come with this probability. */
	daysUntil(probability: number): number {
		return this.unit * timeOfRisk(this.curve, this.passed - Math.log(1 - probability) / this.lift) - this.elapsed;
	}
}
