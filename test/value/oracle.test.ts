import gammaln from '@stdlib/math-base-special-gammaln';
import hyp2f1 from '@stdlib/math-base-special-hyp2f1';
import { digamma } from '../../src/core/digamma';
import { logGamma } from '../../src/core/logGamma';
import { buyerLikelihood } from '../../src/value/buyerLikelihood';
import { expectedOrders, pAlive, type BuyerModel } from '../../src/value/buyerModel';
import { distinctRows } from '../../src/value/distinctRows';

const close = (found: number, expected: number, relative = 1e-9) => expect(Math.abs(found - expected)).toBeLessThan(relative * Math.max(1, Math.abs(expected)));

test('ln Γ is that of an independent library to 1e-9', () => {
	for (let power = -30; power <= 60; power++) {
		const x = 1.37 ** power;
		close(logGamma(x), gammaln(x), 1e-11);
	}
});

test('ψ is the slope of ln Γ of an independent library', () => {
	for (const x of [0.01, 0.2, 0.9, 1, 1.46, 3.3, 9.9, 10, 123.4, 5e5]) {
		const h = x * 1e-4;
		// Fourth order: its error is far below 1e-7 here.
		const slope = (8 * (gammaln(x + h) - gammaln(x - h)) - (gammaln(x + 2 * h) - gammaln(x - 2 * h))) / (12 * h);
		close(digamma(x), slope, 1e-7);
	}
	// ψ(1) = -γ and the recurrence, to the last digits.
	expect(digamma(1)).toBeCloseTo(-0.577_215_664_901_532_9, 13);
	for (const x of [0.3, 2.5, 40]) expect(digamma(x + 1) - digamma(x)).toBeCloseTo(1 / x, 12);
});

const CDNOW: BuyerModel = { k: 1, dropoutAtZero: false, r: 0.24259, alpha: 4.41353, a: 0.79289, b: 2.42575, logLikelihood: 0 };

/** Fader, Hardie & Lee 2005, equation 10; for MBG/NBD with one survived chance more. */
function closedForm(model: BuyerModel, x: number, tx: number, T: number, t: number): number {
	const { r, alpha, a, b, dropoutAtZero } = model;
	const survived = b + x + (dropoutAtZero ? 1 : 0);
	const z = t / (alpha + T + t);
	const growth = 1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * hyp2f1(r + x, survived, a + survived - 1, z);
	return pAlive(model, x, tx, T) * ((a + survived - 1) / (a - 1)) * growth;
}

describe.each([false, true])('expected orders (gone at the first order: %s) are the closed form with ₂F₁ of an independent library', (dropoutAtZero) => {
	test.each([
		[0, 0, 38.86, 39],
		[2, 30.43, 38.86, 39],
		[7, 20, 38.86, 10],
		[26, 30, 32, 52],
		[60, 100, 104, 26],
	])('x %d, t_x %d, T %d, t %d', (x, tx, T, t) => {
		const model = { ...CDNOW, dropoutAtZero };
		close(expectedOrders(model, x, tx, T, t), closedForm(model, x, tx, T, t));
	});
});

test('a customer with a hundred thousand orders is expected to go on like that, in no time', () => {
	const model: BuyerModel = { k: 1, dropoutAtZero: true, r: 0.9, alpha: 12, a: 1e-4, b: 40, logLikelihood: 0 };
	const orders = expectedOrders(model, 100_000, 1_000, 1_000, 365);
	expect(Math.abs(orders / 36_000 - 1)).toBeLessThan(0.03);
	const regular = expectedOrders({ ...model, k: 12 }, 100_000, 1_000, 1_000, 365);
	expect(Math.abs(regular / 36_000 - 1)).toBeLessThan(0.03);
});

test('where the chance of no order at all cannot be written down, the sum goes on smoothly', () => {
	const at = (x: number) => expectedOrders({ k: 1, dropoutAtZero: true, r: 0.9, alpha: 12, a: 0.5, b: 40, logLikelihood: 0 }, x, 1_000, 1_000, 2_000);
	// Both sides of the change from one way to the other, around e^-600.
	for (let x = 530; x < 580; x++) {
		const bend = at(x + 1) - 2 * at(x) + at(x - 1);
		expect(Math.abs(bend)).toBeLessThan(1e-3);
	}
});

test.each([
	[1, false],
	[1, true],
	[3, true],
] as const)('slopes of the likelihood (k %d, gone at the first order: %s) are its differences', (k, dropoutAtZero) => {
	const rows = distinctRows({ x: Uint32Array.of(0, 0, 3, 9, 1), tx: Float64Array.of(0, 0, 20, 33, 7), T: Float64Array.of(20, 38, 38, 34, 20), logGaps: Float64Array.of(0, 0, 5, 11, 2) });
	const at = { r: 0.7, alpha: 5, a: 0.8, b: 2.3 };
	const { slope } = buyerLikelihood(rows, { k, dropoutAtZero, ...at });
	(['r', 'alpha', 'a', 'b'] as const).forEach((name, place) => {
		const moved = (by: number) => buyerLikelihood(rows, { k, dropoutAtZero, ...at, [name]: at[name] + by }).value;
		const h = 1e-3;
		close(slope[place]!, (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h), 1e-8);
	});
});
