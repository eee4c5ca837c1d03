import { ordersOfBuyer, overParts, pAlive, type BuyerModel } from './buyerModel';
import { ordersAtRate } from './shrunkRate';
import { expectedOrderValue } from './spendModel';
import type { ValueModel } from './valueModel';
import type { WorthSettings } from './worthSettings';

/** A customer's purchases, several of a day as one: `x` repeat orders, the last at `tx`, watched for `T` days from the first. */
export interface Purchases {
	x: number;
	tx: number;
	T: number;
}

const YEAR_DAYS = 365;
/** How many own orders count as much as the shop's mean, where there is no model of what orders are worth. */
const DRAWN_TO_MEAN = 3;

/** Probability that a customer still buys; NaN without a model. */
export function alive({ buyer }: ValueModel, { x, tx, T }: Purchases): number {
	return buyer ? pAlive(buyer, x, tx, T) : Number.NaN;
}

/** What an order is expected to be worth, in units of the currency. @param repeats of the repeat orders @param all of all orders */
export function orderValue({ spend, meanOrder }: Pick<ValueModel, 'spend' | 'meanOrder'>, x: number, repeats: number, all: number): number {
	if (spend && spend.q > 1) return x > 0 && repeats > 0 ? expectedOrderValue(spend, x, repeats / x) : expectedOrderValue(spend, 0, 0);
	return Math.max(0, (DRAWN_TO_MEAN * meanOrder + all) / (DRAWN_TO_MEAN + x + 1));
}

/**
 * Expected orders of customers, each asked for at the same horizons. What is expected of somebody who still buys depends on the
 * number of orders and the time since the first alone: it is computed once for all who have them in common.
 */
export class Outlook {
	/** By x, by T: where the expectations of such customers are, from 1 on. */
	private readonly places = new Map<number, Int32Array>();
	private size = 0;
	/** For each horizon, for each of the k parts of a gap that may be over. */
	private buyers = new Float64Array(0);
	private readonly parts: number;
	private readonly days: readonly number[];

	/** @param weighed for each horizon, times in days and by how much the orders until then count */
	constructor(
		private readonly model: ValueModel,
		private readonly weighed: readonly (readonly { days: number; weight: number }[])[],
	) {
		this.parts = model.buyer?.k ?? 1;
		this.days = [...new Set(weighed.flatMap((times) => times.map(({ days }) => days)))];
	}

	/** @param into one number for each horizon */
	expected({ x, tx, T }: Purchases, into: Float64Array): void {
		const { buyer, rate } = this.model;
		if (!buyer) {
			this.weighed.forEach((times, horizon) => (into[horizon] = times.reduce((sum, { days, weight }) => sum + weight * ordersAtRate(rate, x, T, days), 0)));
			return;
		}
		const from = this.placeOf(buyer, x, T);
		const still = pAlive(buyer, x, tx, T);
		for (let horizon = 0; horizon < this.weighed.length; horizon++) into[horizon] = still * overParts(buyer, x, tx, T, this.buyers, from + horizon * this.parts);
	}

	private placeOf(buyer: BuyerModel, x: number, T: number): number {
		let places = this.places.get(x);
		if (!places || places.length <= T) {
			const longer = new Int32Array(Math.max(T + 1, 2 * (places?.length ?? 0)));
			if (places) longer.set(places);
			this.places.set(x, (places = longer));
		}
		const entry = this.weighed.length * this.parts;
		if (places[T] === 0) {
			places[T] = ++this.size;
			if (this.size * entry > this.buyers.length) {
				const larger = new Float64Array(Math.max(16, 2 * this.size) * entry);
				larger.set(this.buyers);
				this.buyers = larger;
			}
			this.expect(buyer, x, T, (this.size - 1) * entry);
		}
		return (places[T] - 1) * entry;
	}

	private expect(buyer: BuyerModel, x: number, T: number, from: number): void {
		for (let parts = 0; parts < this.parts; parts++) {
			for (const until of this.days) {
				const orders = ordersOfBuyer(buyer, x, T, until, parts);
				this.weighed.forEach((times, horizon) => times.forEach(({ days, weight }) => days === until && (this.buyers[from + horizon * this.parts + parts] += weight * orders)));
			}
		}
	}
}

/** Orders in a year, then the same over the horizon of lifetime value at what their money is worth today. */
export function yearAndLifetime({ discountRate, horizonDays }: WorthSettings): { days: number; weight: number }[][] {
	const steps = Array.from({ length: Math.ceil(horizonDays / YEAR_DAYS) }, (_, year) => Math.min(horizonDays, (year + 1) * YEAR_DAYS));
	// As if a year's orders all came in its middle; they are those until its end without those until its beginning.
	const worth = steps.map((days, place) => (1 + discountRate) ** (-(days + (steps[place - 1] ?? 0)) / 2 / YEAR_DAYS));
	return [[{ days: YEAR_DAYS, weight: 1 }], steps.map((days, place) => ({ days, weight: worth[place] - (worth[place + 1] ?? 0) }))];
}
