import type { Landmarks } from './landmarks';
import { POSITION_SIZE } from './position';
import { cumulatedRisk, riskCurve } from './riskCurve';

/**
 * When the next order comes, given where a customer stands: risks in proportion (Cox 1972) over a common curve. `times` and
 * `risks` are the knots of the cumulated risk of a customer whose position is all 0; it goes on beyond them as a power.
 */
export interface Hazards {
	/** Logarithm of the risk for each number of the position. */
	weights: number[];
	times: number[];
	risks: number[];
	power: number;
}

const MOST_ROUNDS = 15;
/** Draws the weights to 0: one customer stands at many landmarks, so orders speak less clearly than their number; small shops get simple answers. */
const RIDGE = 60;
const LONGEST_STEP = 1;
/** Fewer orders say nothing about a curve. */
const FEWEST_ORDERS = 20;
const KNOTS = 160;
/** Half order again within one typical gap. */
const UNKNOWN: Hazards = { weights: new Array<number>(POSITION_SIZE).fill(0), times: [0, 1], risks: [0, Math.LN2], power: 0.5 };

/** Newton's method on the penalised partial likelihood, ties after Breslow (1974). @param start weights to begin with, of a fit that is nearly the same */
export function fitHazards(rows: Landmarks, start?: readonly number[]): Hazards {
	const orders = rows.ordered.reduce((sum, one) => sum + one, 0);
	if (orders < FEWEST_ORDERS) return UNKNOWN;
	const weights = start ? Float64Array.from(start) : new Float64Array(POSITION_SIZE);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const { slope, bend } = slopeAndBend(rows, weights);
		const step = solve(bend, slope);
		let longest = 0;
		for (let place = 0; place < POSITION_SIZE; place++) {
			const moved = Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, step[place]));
			weights[place] += moved;
			longest = Math.max(longest, Math.abs(moved));
		}
		// The step after a step of this length would be about its square.
		if (longest < 1e-4) break;
	}
	return { weights: [...weights], ...curve(rows, weights, orders) };
}

/** Risk of a position against the common curve. */
export function riskOf(weights: Float64Array, positions: Float64Array, from: number): number {
	let sum = 0;
	for (let place = 0; place < POSITION_SIZE; place++) sum += weights[place] * positions[from + place];
	return Math.exp(sum);
}

function slopeAndBend({ positions, times, ordered }: Landmarks, weights: Float64Array): { slope: Float64Array; bend: Float64Array } {
	const size = POSITION_SIZE;
	const slope = weights.map((weight) => -RIDGE * weight);
	const bend = new Float64Array(size * size);
	for (let place = 0; place < size; place++) bend[place * (size + 1)] = RIDGE;
	const watched: Watched = { sum: 0, sums: new Float64Array(size), squares: new Float64Array(size * size) };
	for (let row = 0; row < times.length; ) {
		const tied = endOfTie(times, row);
		for (let one = row; one < tied; one++) watch(watched, riskOf(weights, positions, one * size), positions, one * size);
		for (let one = row; one < tied; one++) if (ordered[one] === 1) lean(slope, bend, watched, positions, one * size);
		row = tied;
	}
	for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) bend[a * size + b] = bend[b * size + a];
	return { slope, bend };
}

/** Sums over those who had not ordered yet: of risks, of positions by risk, of their products by risk. */
interface Watched {
	sum: number;
	readonly sums: Float64Array;
	readonly squares: Float64Array;
}

/** One more who had not ordered yet. What is done for each row is a function of its own, which is compiled as a whole soon. */
function watch(watched: Watched, risk: number, positions: Float64Array, at: number): void {
	const { sums, squares } = watched;
	watched.sum += risk;
	for (let a = 0; a < POSITION_SIZE; a++) {
		const weighted = risk * positions[at + a];
		const row = a * POSITION_SIZE;
		sums[a] += weighted;
		for (let b = 0; b <= a; b++) squares[row + b] += weighted * positions[at + b];
	}
}

/** One who ordered, against all who could have. */
function lean(slope: Float64Array, bend: Float64Array, { sum, sums, squares }: Watched, positions: Float64Array, at: number): void {
	for (let a = 0; a < POSITION_SIZE; a++) {
		const row = a * POSITION_SIZE;
		slope[a] += positions[at + a] - sums[a] / sum;
		for (let b = 0; b <= a; b++) bend[row + b] += squares[row + b] / sum - (sums[a] * sums[b]) / (sum * sum);
	}
}

function endOfTie(times: Float64Array, row: number): number {
	let end = row + 1;
	while (end < times.length && times[end] === times[row]) end++;
	return end;
}

/** Cumulated risk after Breslow, with a knot for every so many orders. */
function curve({ positions, times, ordered }: Landmarks, weights: Float64Array, orders: number): Pick<Hazards, 'times' | 'risks' | 'power'> {
	const steps: { time: number; risk: number; orders: number }[] = [];
	let sum = 0;
	for (let row = 0; row < times.length; ) {
		const tied = endOfTie(times, row);
		let here = 0;
		for (let one = row; one < tied; one++) {
			sum += riskOf(weights, positions, one * POSITION_SIZE);
			here += ordered[one];
		}
		if (here > 0) steps.push({ time: times[row], risk: here / sum, orders: here });
		row = tied;
	}
	const knots = { times: [0], risks: [0] };
	let [risk, passed] = [0, 0];
	steps.reverse().forEach((step, place) => {
		risk += step.risk;
		passed += step.orders;
		if (passed < orders / KNOTS && place < steps.length - 1) return;
		knots.times.push(step.time);
		knots.risks.push(risk);
		passed = 0;
	});
	const last = knots.times[knots.times.length - 1];
	const half = cumulatedRisk(riskCurve({ ...knots, power: 1 }), last / 2);
	return { ...knots, power: Math.max(0.1, Math.min(1, Math.log2(risk / half))) };
}

/** Gauss with pivots. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
	const size = right.length;
	const [a, b] = [matrix.slice(), right.slice()];
	for (let column = 0; column < size; column++) {
		let pivot = column;
		for (let row = column + 1; row < size; row++) if (Math.abs(a[row * size + column]) > Math.abs(a[pivot * size + column])) pivot = row;
		for (let place = 0; place < size; place++) [a[column * size + place], a[pivot * size + place]] = [a[pivot * size + place], a[column * size + place]];
		[b[column], b[pivot]] = [b[pivot], b[column]];
		for (let row = column + 1; row < size; row++) {
			const factor = a[row * size + column] / a[column * size + column];
			for (let place = column; place < size; place++) a[row * size + place] -= factor * a[column * size + place];
			b[row] -= factor * b[column];
		}
	}
	for (let row = size - 1; row >= 0; row--) {
		for (let place = row + 1; place < size; place++) b[row] -= a[row * size + place] * b[place];
		b[row] /= a[row * size + row];
	}
	return b;
}
