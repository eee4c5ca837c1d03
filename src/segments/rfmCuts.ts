/**
 * Four values that part customers into the scores 1 to 5: a score is one more than the cuts that a value lies above. Equal
 * values always get equal scores.
 */
export type Cuts = readonly [number, number, number, number];

export function scoreOf(value: number, cuts: Cuts): number {
	return 1 + (value > cuts[0] ? 1 : 0) + (value > cuts[1] ? 1 : 0) + (value > cuts[2] ? 1 : 0) + (value > cuts[3] ? 1 : 0);
}

/** A fifth of the customers for each score, as far as ties allow. */
export function quintiles(values: Float64Array): Cuts {
	const places = [1, 2, 3, 4].map((fifths) => Math.max(0, Math.ceil((fifths * values.length) / 5) - 1));
	return values.length === 0 ? [0, 0, 0, 0] : (inSortedOrder(values, places) as unknown as Cuts);
}

const BINS = 1 << 16;

/**
 * The values that would stand at some places if all were sorted: they are dealt into bins by size, and only the bins in question
 * are sorted. Several times as fast as sorting a million.
 */
function inSortedOrder(values: Float64Array, places: readonly number[]): number[] {
	const [least, greatest] = ends(values);
	if (!(greatest > least)) return places.map(() => least);
	const scale = (BINS - 1) / (greatest - least);
	const bins = new Uint32Array(BINS + 1);
	for (const value of values) bins[Math.floor((value - least) * scale) + 1]++;
	for (let bin = 0; bin < BINS; bin++) bins[bin + 1] += bins[bin];
	const sorted = new Map<number, Float64Array>();
	return places.map((place) => {
		const bin = binOf(bins, place);
		const held = sorted.get(bin) ?? values.filter((value) => Math.floor((value - least) * scale) === bin).sort();
		sorted.set(bin, held);
		return held[place - bins[bin]];
	});
}

/** The bin that holds the value at a place. @param bins how many values lie in the bins before each */
function binOf(bins: Uint32Array, place: number): number {
	let [from, to] = [0, BINS - 1];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (bins[middle + 1] > place) to = middle;
		else from = middle + 1;
	}
	return from;
}

function ends(values: Float64Array): [least: number, greatest: number] {
	let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const value of values) {
		if (value < least) least = value;
		if (value > greatest) greatest = value;
	}
	return [least, greatest];
}

/** The range from the least to the greatest value in five equal parts. */
export function equalWidths(values: Float64Array): Cuts {
	const [least, greatest] = ends(values);
	if (!(greatest >= least)) return [0, 0, 0, 0];
	const cut = (fifths: number) => least + ((greatest - least) * fifths) / 5;
	return [cut(1), cut(2), cut(3), cut(4)];
}
