/**
 * Four values that part customers into the scores 1 to 5: a score is one more than the cuts that a value lies above. Equal
 * values always get equal scores.
 */
export type Cuts = readonly [number, number, number, number];

export function scoreOf(value: number, cuts: Cuts): number {
	return 1 + (value > cuts[0] ? 1 : 0) + (value > cuts[1] ? 1 : 0) + (value > cuts[2] ? 1 : 0) + (value > cuts[3] ? 1 : 0);
}

/** A fifth of the customers for each score, as far as ties allow. @param values sorted here, in place */
export function quintiles(values: Float64Array): Cuts {
	values.sort();
	const cut = (fifths: number) => values[Math.max(0, Math.ceil((fifths * values.length) / 5) - 1)] ?? 0;
	return [cut(1), cut(2), cut(3), cut(4)];
}

/** The range from the least to the greatest value in five equal parts. */
export function equalWidths(values: Float64Array): Cuts {
	let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const value of values) {
		if (value < least) least = value;
		if (value > greatest) greatest = value;
	}
	if (!(greatest >= least)) return [0, 0, 0, 0];
	const cut = (fifths: number) => least + ((greatest - least) * fifths) / 5;
	return [cut(1), cut(2), cut(3), cut(4)];
}
