import { endsOf, inSortedOrder } from '../core/inSortedOrder';

/**
 * Four values that part customers into the scores 1 to 5: a score is one more than the cuts that a value lies above. Equal
 * values always get equal scores.
 */
export type Cuts = readonly [number, number, number, number];

export function scoreOf(value: number, cuts: ArrayLike<number>): number {
	return 1 + (value > cuts[0] ? 1 : 0) + (value > cuts[1] ? 1 : 0) + (value > cuts[2] ? 1 : 0) + (value > cuts[3] ? 1 : 0);
}

type Parts = readonly (Float64Array | Int32Array | Uint32Array)[];

/** A fifth of the customers for each score, as far as ties allow. @param parts in which their values lie */
export function quintiles(parts: Parts): Cuts {
	const size = parts.reduce((sum, { length }) => sum + length, 0);
	const places = [1, 2, 3, 4].map((fifths) => Math.max(0, Math.ceil((fifths * size) / 5) - 1));
	return size === 0 ? [0, 0, 0, 0] : (inSortedOrder(parts, places) as unknown as Cuts);
}

/** The range from the least to the greatest value in five equal parts. @param parts in which the values lie */
export function equalWidths(parts: Parts): Cuts {
	const [least, greatest] = endsOf(parts);
	if (!(greatest >= least)) return [0, 0, 0, 0];
	const cut = (fifths: number) => least + ((greatest - least) * fifths) / 5;
	return [cut(1), cut(2), cut(3), cut(4)];
}
