import { logGamma } from '../core/logGamma';

/**
 * Buying until death (Schmittlein et al. 1987) in the forms whose likelihood is closed: orders come with rate λ, which differs
 * between customers as a gamma (r, alpha); after an order a customer is gone with probability p, which differs as a beta (a, b).
 *
 * `k` 1, `dropoutAtZero` false: BG/NBD (Fader, Hardie & Lee 2005). `dropoutAtZero` true: MBG/NBD, where a customer can be gone
 * after the very first order (Batislam et al. 2007). `k` above 1: MBG/CNBD-k, gaps as regular as a sum of k exponential ones
 * (Platzer & Reutterer 2016).
 */
export interface BuyerModel {
	k: number;
	dropoutAtZero: boolean;
	r: number;
	/** In the unit of the history. */
	alpha: number;
	a: number;
	b: number;
	logLikelihood: number;
}

export type Kind = Pick<BuyerModel, 'k' | 'dropoutAtZero'>;

/** Probability that a customer still buys. */
export function pAlive(model: BuyerModel, x: number, tx: number, T: number): number {
	const { k, dropoutAtZero, r, alpha, a, b } = model;
	if (!dropoutAtZero && x === 0) return 1;
	const logGone = Math.log(a / (b + x - (dropoutAtZero ? 0 : 1))) + (r + k * x) * Math.log((alpha + T) / (alpha + tx));
	return 1 / (1 + Math.exp(logGone - (k === 1 ? 0 : Math.log(survival(model, x, tx, T)))));
}

/**
 * Orders expected in the time `t` after T. Exact for every k: given how many of the k parts of the current gap are over, orders
 * are thinned counts of a gamma-mixed Poisson process, and each is survived with the moments of the beta.
 */
export function expectedOrders(model: BuyerModel, x: number, tx: number, T: number, t: number): number {
	if (t <= 0) return 0;
	const byParts = new Float64Array(model.k);
	for (let parts = 0; parts < model.k; parts++) byParts[parts] = ordersOfBuyer(model, x, T, t, parts);
	return pAlive(model, x, tx, T) * overParts(model, x, tx, T, byParts, 0);
}

/** Orders expected in the time `t` of somebody who still buys, when `parts` of the k parts of the current gap are over. */
export function ordersOfBuyer({ k, r, alpha, a, b, dropoutAtZero }: BuyerModel, x: number, T: number, t: number, parts: number): number {
	const shape = r + k * x + parts;
	const ratio = t / (alpha + T + t);
	const survived = b + x + (dropoutAtZero ? 1 : 0);
	const logNone = shape * Math.log1p(-ratio);
	// So many arrivals are sure to come that the chance of none cannot be written down: begin where there are chances.
	const from = logNone > -600 ? 0 : surelyArrive(shape, ratio);
	let probability = from === 0 ? Math.exp(logNone) : 0;
	let below = 0;
	let arrivals = 0;
	let alive = 1;
	let sum = 0;
	for (let order = 1; ; order++) {
		while (arrivals < order * k - parts) {
			if (from > 0 && arrivals === from) probability = ofArrivals(shape, ratio, from);
			below += probability;
			probability *= ((shape + arrivals) / (arrivals + 1)) * ratio;
			arrivals++;
		}
		const reached = Math.max(0, 1 - below);
		sum += reached * alive;
		if (reached * alive < 1e-12 * (1 + sum)) return sum;
		alive *= (survived + order - 1) / (a + survived + order - 1);
	}
}

/** The mean over how many parts of the current gap are over. @param byParts at `from + parts` */
export function overParts({ k, r, alpha }: BuyerModel, x: number, tx: number, T: number, byParts: Float64Array, from: number): number {
	if (k === 1) return byParts[from];
	const share = (T - tx) / (alpha + T);
	let [sum, weights, weight] = [0, 0, 1];
	for (let parts = 0; parts < k; parts++) {
		sum += weight * byParts[from + parts];
		weights += weight;
		weight *= ((r + k * x + parts) / (parts + 1)) * share;
	}
	return sum / weights;
}

/** That no order came since the last one though the customer buys, against the same for k = 1. */
function survival({ k, r, alpha }: BuyerModel, x: number, tx: number, T: number): number {
	let [sum, term] = [1, 1];
	for (let part = 1; part < k; part++) sum += term *= ((r + k * x + part - 1) / part) * ((T - tx) / (alpha + T));
	return sum;
}

/** Far below the mean of a gamma-mixed Poisson count: twelve deviations of the rate, and twelve of the count. */
function surelyArrive(shape: number, ratio: number): number {
	const mean = (shape * ratio) / (1 - ratio);
	return Math.max(1, Math.floor(mean * Math.exp(-12 / Math.sqrt(shape)) - 12 * Math.sqrt(mean)));
}

/** The chance of exactly so many arrivals. */
function ofArrivals(shape: number, ratio: number, arrivals: number): number {
	return Math.exp(logGamma(shape + arrivals) - logGamma(shape) - logGamma(arrivals + 1) + shape * Math.log1p(-ratio) + arrivals * Math.log(ratio));
}
