/**
 * Weights of a logistic regression: maximum likelihood with a small ridge, by Newton's method.
 * @param rows features of all observations one after another, `width` each; the first of them is usually 1
 * @param outcomes 1 or 0 for each observation
 * @param ridge added to the curvature: keeps weights finite where a feature tells everything or nothing
 */
export function logisticRegression(rows: Float64Array, width: number, outcomes: Uint8Array, ridge = 1): Float64Array {
	const weights = new Float64Array(width);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const { gradient, curvature } = derivatives(rows, width, outcomes, weights, ridge);
		const step = solve(curvature, gradient, width);
		let longest = 0;
		for (let place = 0; place < width; place++) {
			weights[place] += step[place];
			longest = Math.max(longest, Math.abs(step[place]));
		}
		if (longest < 1e-7) break;
	}
	return weights;
}

const MOST_ROUNDS = 30;

export const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

function derivatives(rows: Float64Array, width: number, outcomes: Uint8Array, weights: Float64Array, ridge: number): { gradient: Float64Array; curvature: Float64Array } {
	const gradient = Float64Array.from(weights, (weight) => -ridge * weight);
	const curvature = new Float64Array(width * width);
	for (let one = 0; one < width; one++) curvature[one * width + one] = ridge;
	for (let row = 0; row < outcomes.length; row++) {
		const from = row * width;
		let logit = 0;
		for (let one = 0; one < width; one++) logit += rows[from + one] * weights[one];
		const expected = logistic(logit);
		const spread = expected * (1 - expected);
		const missing = outcomes[row] - expected;
		for (let one = 0; one < width; one++) {
			const value = rows[from + one];
			if (value === 0) continue;
			gradient[one] += missing * value;
			for (let other = 0; other <= one; other++) curvature[one * width + other] += spread * value * rows[from + other];
		}
	}
	for (let one = 0; one < width; one++) for (let other = one + 1; other < width; other++) curvature[one * width + other] = curvature[other * width + one];
	return { gradient, curvature };
}

/** Solves a symmetric positive definite system (Cholesky). */
function solve(matrix: Float64Array, right: Float64Array, width: number): Float64Array {
	const lower = new Float64Array(width * width);
	for (let row = 0; row < width; row++) {
		for (let column = 0; column <= row; column++) {
			let sum = matrix[row * width + column];
			for (let inner = 0; inner < column; inner++) sum -= lower[row * width + inner] * lower[column * width + inner];
			lower[row * width + column] = row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[column * width + column];
		}
	}
	const solution = right.slice();
	for (let row = 0; row < width; row++) {
		for (let inner = 0; inner < row; inner++) solution[row] -= lower[row * width + inner] * solution[inner];
		solution[row] /= lower[row * width + row];
	}
	for (let row = width - 1; row >= 0; row--) {
		for (let inner = row + 1; inner < width; inner++) solution[row] -= lower[inner * width + row] * solution[inner];
		solution[row] /= lower[row * width + row];
	}
	return solution;
}
