import { digamma } from '../core/digamma';
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

/** From so many customers on, a part of them shows first where the maximum is about. */
const CUSTOMERS_FIRST = 20_000;
const FLAT = 1e-8;
const NEARLY_FLAT = 1e-5;

/**
 * @param orders repeat orders of each customer, at least one @param means their mean value, above 0
 */
export function fitSpendModel(orders: ArrayLike<number>, means: ArrayLike<number>): SpendModel {
	let sum = 0;
	for (let customer = 0; customer < means.length; customer++) sum += means[customer];
	const start = [1, 1, Math.log(sum / means.length)];
	const step = Math.max(1, Math.floor(orders.length / CUSTOMERS_FIRST));
	const first = step === 1 ? undefined : maximize(meanLikelihood(orders, means, step), start, NEARLY_FLAT);
	const best = maximize(meanLikelihood(orders, means, 1), first?.at ?? start, FLAT, first?.inverse);
	const [p, q, v] = best.at.map(Math.exp);
	return { p, q, v, logLikelihood: best.value * orders.length };
}

/** Value of an order of this customer from now on. */
export function expectedOrderValue({ p, q, v }: Pick<SpendModel, 'p' | 'q' | 'v'>, orders: number, mean: number): number {
	return (p * (v + orders * mean)) / (p * orders + q - 1);
}

/** Over the logarithms of p, q and v. @param step only every so many-th customer */
function meanLikelihood(orders: ArrayLike<number>, means: ArrayLike<number>, step: number) {
	let [customers, most, sumLogZ, sumXLog] = [0, 0, 0, 0];
	const counts: number[] = [];
	for (let customer = 0; customer < orders.length; customer += step) {
		const [x, z] = [orders[customer], means[customer]];
		customers++;
		counts[x] = (counts[x] ?? 0) + 1;
		most = Math.max(most, x);
		sumLogZ += Math.log(z);
		sumXLog += x * Math.log(x * z);
	}
	return ([logP, logQ, logV]: readonly number[]) => {
		const [p, q, v] = [Math.exp(logP), Math.exp(logQ), Math.exp(logV)];
		let value = customers * (q * logV - logGamma(q)) + p * sumXLog - sumLogZ;
		let slopeP = sumXLog;
		let slopeQ = customers * (logV - digamma(q));
		let slopeV = (customers * q) / v;
		// Few numbers of orders occur.
		for (let x = 1; x <= most; x++) {
			const count = counts[x];
			if (count === undefined) continue;
			const [both, own] = [digamma(p * x + q), digamma(p * x)];
			value += count * (logGamma(p * x + q) - logGamma(p * x));
			slopeP += count * x * (both - own);
			slopeQ += count * both;
		}
		for (let customer = 0; customer < orders.length; customer += step) {
			const x = orders[customer];
			const reach = x * means[customer] + v;
			const log = Math.log(reach);
			value -= (p * x + q) * log;
			slopeP -= x * log;
			slopeQ -= log;
			slopeV -= (p * x + q) / reach;
		}
		return { value: value / customers, slope: [slopeP * p, slopeQ * q, slopeV * v].map((one) => one / customers) };
	};
}
