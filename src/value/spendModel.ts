import { logGamma } from '../core/logGamma';
import { maximize } from './maximize';

/** Gamma-Gamma (Fader & Hardie 2013): a customer's orders are worth gamma (p, ν) each, and ν differs as a gamma (q, v). */
export interface SpendModel {
	p: number;
	q: number;
	/** In the currency's unit. */
	v: number;
	logLikelihood: number;
}

/**
 * @param orders repeat orders of each customer, at least one @param means their mean value, above 0
 */
export function fitSpendModel(orders: ArrayLike<number>, means: ArrayLike<number>): SpendModel {
	const read = ([p, q, v]: readonly number[]) => ({ p: Math.exp(p), q: Math.exp(q), v: Math.exp(v) });
	let sum = 0;
	for (let customer = 0; customer < means.length; customer++) sum += means[customer];
	const best = maximize((logs) => logLikelihood(orders, means, read(logs)) / orders.length, [1, 1, Math.log(sum / means.length)]);
	return { ...read(best.at), logLikelihood: best.value * orders.length };
}

/** Value of an order of this customer from now on. */
export function expectedOrderValue({ p, q, v }: Pick<SpendModel, 'p' | 'q' | 'v'>, orders: number, mean: number): number {
	return (p * (v + orders * mean)) / (p * orders + q - 1);
}

function logLikelihood(orders: ArrayLike<number>, means: ArrayLike<number>, { p, q, v }: Pick<SpendModel, 'p' | 'q' | 'v'>): number {
	let sum = orders.length * (q * Math.log(v) - logGamma(q));
	for (let customer = 0; customer < orders.length; customer++) {
		const [x, z] = [orders[customer], means[customer]];
		sum += logGamma(p * x + q) - logGamma(p * x) + (p * x - 1) * Math.log(z) + p * x * Math.log(x) - (p * x + q) * Math.log(x * z + v);
	}
	return sum;
}
