/**
 * Logistic regression by Newton's method with a little ridge, so that a sign that all buyers share gets no endless weight.
 * @param rows of equal length, the first column constant 1 @param outcomes 0 or 1
 * @param ridge on the weights of columns with standard deviation 1; the constant is free
 * @returns a weight for each column, in its own unit
 */
export function fitLogistic(rows: readonly Float64Array[], outcomes: Uint8Array, ridge = 1): Float64Array {
	const size = rows[0]?.length ?? 0;
	const spread = spreads(rows, size);
	const weights = new Float64Array(size);
	for (let round = 0; round < 50; round++) {
		const slope = new Float64Array(size);
		const curve = Array.from({ length: size }, (_, place) => { const row = new Float64Array(size); row[place] = place === 0 ? 1e-9 : ridge; return row; });
		for (let place = 1; place < size; place++) slope[place] -= ridge * weights[place];
		rows.forEach((row, at) => {
			let sum = 0;
			for (let place = 0; place < size; place++) sum += (weights[place] * row[place]) / spread[place];
			const chance = 1 / (1 + Math.exp(-sum));
			for (let place = 0; place < size; place++) {
				const value = row[place] / spread[place];
				if (value === 0) continue;
				slope[place] += (outcomes[at] - chance) * value;
				for (let other = 0; other <= place; other++) curve[place][other] += chance * (1 - chance) * value * (row[other] / spread[other]);
			}
		});
		for (let place = 0; place < size; place++) for (let other = place + 1; other < size; other++) curve[place][other] = curve[other][place];
		const step = solve(curve, slope);
		const longest = Math.max(...step.map(Math.abs));
		const shortened = longest > 4 ? 4 / longest : 1;
		for (let place = 0; place < size; place++) weights[place] += step[place] * shortened;
		if (longest < 1e-8) break;
	}
	return weights.map((weight, place) => weight / spread[place]);
}

/** Standard deviations; 1 for a column that never differs. */
function spreads(rows: readonly Float64Array[], size: number): Float64Array {
	const spread = new Float64Array(size).fill(1);
	for (let place = 1; place < size; place++) {
		const mean = rows.reduce((sum, row) => sum + row[place], 0) / rows.length;
		const variance = rows.reduce((sum, row) => sum + (row[place] - mean) ** 2, 0) / rows.length;
		if (variance > 1e-12) spread[place] = Math.sqrt(variance);
	}
	return spread;
}

/** Gaussian elimination with pivots. @param matrix is used up */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
	const size = right.length;
	const solution = Float64Array.from(right);
	for (let column = 0; column < size; column++) {
		let pivot = column;
		for (let row = column + 1; row < size; row++) if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) pivot = row;
		[matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]];
		[solution[column], solution[pivot]] = [solution[pivot], solution[column]];
		for (let row = column + 1; row < size; row++) {
			const factor = matrix[row][column] / matrix[column][column];
			for (let place = column; place < size; place++) matrix[row][place] -= factor * matrix[column][place];
			solution[row] -= factor * solution[column];
		}
	}
	for (let row = size - 1; row >= 0; row--) {
		for (let place = row + 1; place < size; place++) solution[row] -= matrix[row][place] * solution[place];
		solution[row] /= matrix[row][row];
	}
	return solution;
}
