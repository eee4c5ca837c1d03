import { logGamma } from '../core/logGamma';
import type { BuyerModel } from './buyerModel';
import type { Rows } from './distinctRows';

type Parameters = Pick<BuyerModel, 'k' | 'dropoutAtZero' | 'r' | 'alpha' | 'a' | 'b'>;

/** With the slope over the parameters themselves, in the order r, alpha, a, b. */
export interface Likelihood {
	value: number;
	slope: [number, number, number, number];
}

/**
 * Of all rows, for every k: the sum over how many of the k parts of the current gap are over against the chance that the
 * customer is gone (Platzer & Reutterer 2016; for k = 1 Fader, Hardie & Lee 2005 and Batislam et al. 2007).
 */
export function buyerLikelihood(rows: Rows, { k, dropoutAtZero, r, alpha, a, b }: Parameters): Likelihood {
	const d = dropoutAtZero ? 1 : 0;
	const orders = ofOrders(rows.mostOrders, k, d, { r, a, b });
	const logEnds = rows.times.map((time) => Math.log(alpha + time));
	const logAlpha = Math.log(alpha);
	let value = (k - 1) * rows.sumLogGaps;
	let [slopeR, slopeAlpha, slopeA, slopeB] = [0, 0, 0, 0];
	for (let row = 0; row < rows.x.length; row++) {
		const count = rows.count[row];
		const x = rows.x[row];
		const T = rows.times[rows.T[row]];
		const tx = rows.times[rows.tx[row]];
		const logEnd = logEnds[rows.T[row]];
		const power = r + k * x;
		let [alive, aliveR, aliveAlpha] = [1, 0, 0];
		if (k > 1) {
			const share = (T - tx) / (alpha + T);
			let [term, logTermR] = [1, 0];
			for (let part = 1; part < k; part++) {
				term *= ((power + part - 1) / part) * share;
				logTermR += 1 / (power + part - 1);
				alive += term;
				aliveR += term * logTermR;
				aliveAlpha -= (term * part) / (alpha + T);
			}
		}
		const stays = 1 / alive;
		let ending = k === 1 ? 0 : Math.log(alive);
		let [endR, endAlpha] = [aliveR * stays, aliveAlpha * stays];
		if (x + d > 0) {
			const fallen = logEnd - logEnds[rows.tx[row]];
			const over = orders.logGone[x] + power * fallen - ending;
			// The smaller against the larger, so that nothing overflows.
			const odds = Math.exp(-Math.abs(over));
			const gone = (over > 0 ? 1 : odds) / (1 + odds);
			ending += (over > 0 ? over : 0) + Math.log(1 + odds);
			endR += gone * (fallen - endR);
			endAlpha += gone * (power * (1 / (alpha + T) - 1 / (alpha + tx)) - endAlpha);
			slopeA += (count * gone) / a;
			slopeB -= (count * gone) / (b + x - 1 + d);
		}
		value += count * (orders.log[x] + r * logAlpha - power * logEnd + ending);
		slopeR += count * (orders.slopeR[x] + logAlpha - logEnd + endR);
		slopeAlpha += count * (r / alpha - power / (alpha + T) + endAlpha);
		slopeA += count * orders.slopeA[x];
		slopeB += count * orders.slopeB[x];
	}
	return { value, slope: [slopeR, slopeAlpha, slopeA, slopeB] };
}

/** What depends on the number of orders alone, for every number up to the most. */
function ofOrders(most: number, k: number, d: number, { r, a, b }: Pick<Parameters, 'r' | 'a' | 'b'>) {
	const found = { log: new Float64Array(most + 1), slopeR: new Float64Array(most + 1), slopeA: new Float64Array(most + 1), slopeB: new Float64Array(most + 1), logGone: new Float64Array(most + 1) };
	const logGammaK = logGamma(k);
	let [log, slopeR, slopeA, slopeB] = [0, 0, 0, 0];
	const stay = (times: number) => {
		log += Math.log((b + times) / (a + b + times));
		slopeA -= 1 / (a + b + times);
		slopeB += 1 / (b + times) - 1 / (a + b + times);
	};
	if (d === 1) stay(0);
	for (let x = 0; x <= most; x++) {
		if (x > 0) {
			stay(x - 1 + d);
			log -= logGammaK;
			for (let part = k * (x - 1); part < k * x; part++) {
				log += Math.log(r + part);
				slopeR += 1 / (r + part);
			}
		}
		found.log[x] = log;
		found.slopeR[x] = slopeR;
		found.slopeA[x] = slopeA;
		found.slopeB[x] = slopeB;
		found.logGone[x] = Math.log(a / (b + x - 1 + d));
	}
	return found;
}
