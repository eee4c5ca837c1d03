import { logGamma } from '../core/logGamma';
import { maximize } from './maximize';
import type { PurchaseHistory } from './purchaseHistory';

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
type Parameters = Pick<BuyerModel, 'r' | 'alpha' | 'a' | 'b'>;

/** The parameters that make a history most likely. */
export function fitBuyerModel(history: PurchaseHistory, kind: Kind): BuyerModel {
	const distinct = distinctRows(history);
	const read = ([r, alpha, a, b]: readonly number[]): Parameters => ({ r: Math.exp(r), alpha: Math.exp(alpha), a: Math.exp(a), b: Math.exp(b) });
	const mean = (logs: readonly number[]) => logLikelihood(distinct, { ...kind, ...read(logs) }) / history.x.length;
	const typicalGap = Math.log(Math.max(1e-3, median(history.T) / 4));
	const tries = [[-0.5, typicalGap, -0.5, 0.5], [0, 0, 0, 0]].map((start) => maximize(mean, start));
	const best = tries.reduce((one, other) => (other.value > one.value ? other : one));
	return { ...kind, ...read(best.at), logLikelihood: best.value * history.x.length };
}

/** Tries k = 1, 2, 3 ... as long as the likelihood grows: the regularity of the shop. @param mbgnbd the fit for k = 1, where it is known */
export function fitMostLikelyK(history: PurchaseHistory, mbgnbd = fitBuyerModel(history, { k: 1, dropoutAtZero: true }), greatestK = 12): BuyerModel {
	let best = mbgnbd;
	for (let k = 2; k <= greatestK; k++) {
		const next = fitBuyerModel(history, { k, dropoutAtZero: true });
		if (next.logLikelihood <= best.logLikelihood) break;
		best = next;
	}
	return best;
}

/** Probability that a customer still buys. */
export function pAlive(model: BuyerModel, x: number, tx: number, T: number): number {
	const logGone = logOfGone(model, x, tx, T);
	return logGone === Number.NEGATIVE_INFINITY ? 1 : 1 / (1 + Math.exp(logGone - Math.log(survival(model, x, tx, T))));
}

/**
 * Orders expected in the time `t` after T. Exact for every k: given how many of the k parts of the current gap are over, orders
 * are thinned counts of a gamma-mixed Poisson process, and each is survived with the moments of the beta.
 */
export function expectedOrders(model: BuyerModel, x: number, tx: number, T: number, t: number): number {
	const { k, r, alpha, a, b, dropoutAtZero } = model;
	if (t <= 0) return 0;
	const survived = b + x + (dropoutAtZero ? 1 : 0);
	const ratio = t / (alpha + T + t);
	let expected = 0;
	let weights = 0;
	let weight = 1;
	for (let parts = 0; parts < k; parts++) {
		const shape = r + k * x + parts;
		expected += weight * ordersAlive(shape, ratio, k, parts, a, survived);
		weights += weight;
		weight *= (shape / (parts + 1)) * ((T - tx) / (alpha + T));
	}
	return (pAlive(model, x, tx, T) * expected) / weights;
}

/** Σ over n of P(at least n k - parts arrivals) E[(1 - p)^(n - 1)]. */
function ordersAlive(shape: number, ratio: number, k: number, parts: number, a: number, survived: number): number {
	let probability = (1 - ratio) ** shape;
	let below = 0;
	let arrivals = 0;
	let alive = 1;
	let sum = 0;
	for (let order = 1; ; order++) {
		while (arrivals < order * k - parts) {
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

function logOfGone({ k, dropoutAtZero, r, alpha, a, b }: BuyerModel, x: number, tx: number, T: number): number {
	if (!dropoutAtZero && x === 0) return Number.NEGATIVE_INFINITY;
	return Math.log(a / (b + x - (dropoutAtZero ? 0 : 1))) + (r + k * x) * Math.log((alpha + T) / (alpha + tx));
}

/** That no order came since the last one though the customer buys, against the same for k = 1. */
function survival({ k, r, alpha }: Pick<BuyerModel, 'k' | 'r' | 'alpha'>, x: number, tx: number, T: number): number {
	let sum = 1;
	let term = 1;
	for (let part = 1; part < k; part++) sum += term *= ((r + k * x + part - 1) / part) * ((T - tx) / (alpha + T));
	return sum;
}

interface Rows extends PurchaseHistory {
	readonly count: Uint32Array;
	readonly mostOrders: number;
}

export function logLikelihood(rows: Rows, model: Kind & Parameters): number {
	const { k, dropoutAtZero, r, alpha, a, b } = model;
	const d = dropoutAtZero ? 1 : 0;
	const [rising, dropping] = [logRising(r, k * rows.mostOrders), new Float64Array(rows.mostOrders + 1)];
	const [ofB, ofAB] = [logRising(b, rows.mostOrders + d), logRising(a + b, rows.mostOrders + d)];
	for (let x = 0; x <= rows.mostOrders; x++) dropping[x] = ofB[x + d] - ofAB[x + d];
	const [logAlpha, logGammaK] = [Math.log(alpha), logGamma(k)];
	let sum = 0;
	for (let row = 0; row < rows.x.length; row++) {
		const [x, tx, T] = [rows.x[row], rows.tx[row], rows.T[row]];
		const power = r + k * x;
		const logEnd = Math.log(alpha + T);
		const alive = k === 1 ? 1 : survival(model, x, tx, T);
		const logGone = d === 0 && x === 0 ? Number.NEGATIVE_INFINITY : Math.log(a / (b + x - 1 + d)) + power * (logEnd - Math.log(alpha + tx));
		const larger = Math.max(logGone, Math.log(alive));
		const ending = larger + Math.log(Math.exp(logGone - larger) + alive * Math.exp(-larger));
		sum += rows.count[row] * ((k - 1) * rows.logGaps[row] - x * logGammaK + dropping[x] + rising[k * x] + r * logAlpha - power * logEnd + ending);
	}
	return sum;
}

/** ln Γ(start + n) - ln Γ(start) for n = 0, 1, 2 ... */
function logRising(start: number, most: number): Float64Array {
	const rising = new Float64Array(most + 1);
	for (let n = 1; n <= most; n++) rising[n] = rising[n - 1] + Math.log(start + n - 1);
	return rising;
}

/** Customers with the same history count as one row. */
export function distinctRows({ x, tx, T, logGaps }: PurchaseHistory): Rows {
	const places = new Map<string, number>();
	const rows: number[] = [];
	const count: number[] = [];
	for (let customer = 0; customer < x.length; customer++) {
		const name = `${x[customer]}/${tx[customer]}/${T[customer]}/${logGaps[customer]}`;
		const place = places.get(name);
		if (place !== undefined) {
			count[place]++;
			continue;
		}
		places.set(name, rows.length);
		rows.push(customer);
		count.push(1);
	}
	return {
		x: Uint32Array.from(rows, (row) => x[row]),
		tx: Float64Array.from(rows, (row) => tx[row]),
		T: Float64Array.from(rows, (row) => T[row]),
		logGaps: Float64Array.from(rows, (row) => logGaps[row]),
		count: Uint32Array.from(count),
		mostOrders: x.reduce((most, orders) => Math.max(most, orders), 0),
	};
}

function median(values: Float64Array): number {
	return values.slice().sort()[values.length >> 1] ?? 1;
}
