import { unitHash } from '../../src/core/hash';
import { buyerLikelihood } from '../../src/value/buyerLikelihood';
import { expectedOrders, pAlive, type BuyerModel } from '../../src/value/buyerModel';
import { distinctRows } from '../../src/value/distinctRows';
import { fitBuyerModel } from '../../src/value/fitBuyerModel';
import { logGamma } from '../../src/core/logGamma';
import { purchaseHistory, type PurchaseHistory } from '../../src/value/purchaseHistory';

const row = (x: number, tx: number, T: number, logGaps = 0): PurchaseHistory => ({ x: Uint32Array.of(x), tx: Float64Array.of(tx), T: Float64Array.of(T), logGaps: Float64Array.of(logGaps) });
const model = (k: number, dropoutAtZero: boolean): BuyerModel => ({ k, dropoutAtZero, r: 0.8, alpha: 6, a: 0.9, b: 2.1, logLikelihood: 0 });

test('ln Γ: factorials, halves, and the recurrence', () => {
	let log = 0;
	for (let n = 1; n < 170; n++) {
		expect(Math.abs(logGamma(n) - log)).toBeLessThan(1e-13 * Math.max(1, log));
		log += Math.log(n);
	}
	expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
	for (const x of [1e-3, 0.3, 1.7, 12.4, 5_000.5]) expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-9);
});

/** The likelihood straight from its definition, λ and p summed over a fine grid. */
function byGrid({ k, dropoutAtZero, r, alpha, a, b }: BuyerModel, x: number, tx: number, T: number, logGaps: number): number {
	const cells = 4_000;
	let sum = 0;
	for (let i = 0; i < cells; i++) {
		// λ on a grid of its logarithm, which a density near zero needs.
		const lambda = Math.exp(-40 + (44 * (i + 0.5)) / cells);
		const weight = Math.exp(r * Math.log(alpha) - logGamma(r) + (r - 1) * Math.log(lambda) - alpha * lambda) * lambda * (44 / cells);
		let quiet = 0;
		for (let part = 0, term = Math.exp(-lambda * (T - tx)); part < k; part++, term *= (lambda * (T - tx)) / part) quiet += term;
		const bought = Math.exp(k * x * Math.log(lambda) - lambda * tx + (k - 1) * logGaps - x * logGamma(k));
		const d = dropoutAtZero ? 1 : 0;
		const beta = (one: number, other: number) => Math.exp(logGamma(one) + logGamma(other) - logGamma(one + other));
		const stays = beta(a, b + x + d) / beta(a, b);
		const leaves = x + d > 0 ? beta(a + 1, b + x + d - 1) / beta(a, b) : 0;
		sum += weight * bought * (stays * quiet + leaves);
	}
	return Math.log(sum);
}

describe.each([
	[1, false],
	[1, true],
	[2, true],
	[4, true],
] as const)('k = %d, gone at the first order: %s', (k, dropoutAtZero) => {
	test.each([
		[0, 0, 20, 0],
		[1, 7, 20, Math.log(7)],
		[4, 19, 20, Math.log(3) + Math.log(6) + Math.log(4) + Math.log(6)],
	])('the likelihood of %d repeat orders until %d of %d is the integral it stands for', (x, tx, T, logGaps) => {
		const found = buyerLikelihood(distinctRows(row(x, tx, T, logGaps)), model(k, dropoutAtZero)).value;
		expect(found).toBeCloseTo(byGrid(model(k, dropoutAtZero), x, tx, T, logGaps), 5);
	});

	test('expected orders and P(alive) are those of simulated customers', () => {
		const [x, tx, T, t] = [2, 14, 20, 30];
		const { r, alpha, a, b } = model(k, dropoutAtZero);
		const later = fate({ k, dropoutAtZero, r, alpha, a, b }, { x, tx, T, t });
		expect(later.kept).toBeGreaterThan(2_000);
		expect(Math.abs(pAlive(model(k, dropoutAtZero), x, tx, T) - later.alive)).toBeLessThan(0.03);
		expect(Math.abs(expectedOrders(model(k, dropoutAtZero), x, tx, T, t) / later.orders - 1)).toBeLessThan(0.08);
	});
});

/** Importance sampling: λ and p from their distributions, weighted by how likely they make what was seen. */
function fate({ k, dropoutAtZero, r, alpha, a, b }: Omit<BuyerModel, 'logLikelihood'>, { x, tx, T, t }: { x: number; tx: number; T: number; t: number }): { kept: number; alive: number; orders: number } {
	let next = 0;
	const chance = () => unitHash('fate', k, Number(dropoutAtZero), next++);
	const gamma = (shape: number): number => {
		// Marsaglia & Tsang (2000).
		if (shape < 1) return gamma(shape + 1) * chance() ** (1 / shape);
		const d = shape - 1 / 3;
		for (;;) {
			const normal = Math.sqrt(-2 * Math.log(chance() || 1e-12)) * Math.cos(2 * Math.PI * chance());
			const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
			if (v > 0 && Math.log(chance() || 1e-12) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
		}
	};
	let [kept, weights, alive, orders] = [0, 0, 0, 0];
	for (let draw = 0; draw < 4_000; draw++) {
		const lambda = gamma(r) / alpha;
		const [one, other] = [gamma(a), gamma(b)];
		const p = one / (one + other);
		let quiet = 0;
		for (let part = 0, term = Math.exp(-lambda * (T - tx)); part < k; part++, term *= (lambda * (T - tx)) / part) quiet += term;
		const chances = x + (dropoutAtZero ? 1 : 0);
		const bought = lambda ** (k * x) * Math.exp(-lambda * tx);
		const stays = (1 - p) ** chances * quiet;
		const leaves = chances > 0 ? p * (1 - p) ** (chances - 1) : 0;
		const weight = bought * (stays + leaves);
		if (weight <= 0) continue;
		kept++;
		weights += weight;
		const share = stays / (stays + leaves);
		alive += weight * share;
		// The parts of the current gap that are over, given that the order has not come.
		let pick = chance() * quiet;
		let parts = 0;
		for (let term = Math.exp(-lambda * (T - tx)); parts < k - 1 && pick > term; parts++, term *= (lambda * (T - tx)) / parts) pick -= term;
		let time = 0;
		let bought2 = 0;
		for (let missing = k - parts; ; missing = k) {
			for (let part = 0; part < missing; part++) time += -Math.log(1 - chance()) / lambda;
			if (time > t) break;
			bought2++;
			if (chance() < p) break;
		}
		orders += weight * share * bought2;
	}
	return { kept, alive: alive / weights, orders: orders / weights };
}

test('a history: the first order is not counted, orders of a day are one, what comes after the end is not seen', () => {
	const { history, customers } = purchaseHistory(Uint32Array.of(0, 3, 4, 5), Int32Array.of(0, 7, 28, 10, 99), 21, 7);
	expect([...customers]).toEqual([0, 1]);
	expect([...history.x]).toEqual([1, 0]);
	expect([...history.tx]).toEqual([1, 0]);
	expect([...history.T]).toEqual([3, 11 / 7]);
});

test('every customer twice: the same parameters, twice the log-likelihood', () => {
	const customers = 300;
	const days: number[] = [];
	const offsets = [0];
	for (let customer = 0; customer < customers; customer++) {
		for (let day = Math.floor(unitHash('twice', customer) * 50), order = 0; day < 300 && (order === 0 || unitHash('twice', customer, order) > 0.2); order++) {
			days.push(day);
			day += 1 + Math.floor(60 * unitHash('gap', customer, order));
		}
		offsets.push(days.length);
	}
	const fit = (times: number) => {
		const all = Array.from({ length: times }, () => days).flat();
		const starts = Array.from({ length: times }, (_, time) => offsets.slice(0, -1).map((offset) => offset + time * days.length)).flat();
		return fitBuyerModel(purchaseHistory(Uint32Array.from([...starts, all.length]), Int32Array.from(all), 300, 7).history, { k: 1, dropoutAtZero: true });
	};
	const [once, twice] = [fit(1), fit(2)];
	for (const parameter of ['r', 'alpha', 'a', 'b'] as const) expect(Math.abs(twice[parameter] / once[parameter] - 1)).toBeLessThan(1e-4);
	expect(twice.logLikelihood / once.logLikelihood).toBeCloseTo(2, 8);
});
