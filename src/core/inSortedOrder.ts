type Numbers = Float64Array | Int32Array | Uint32Array;

const BINS = 1 << 16;

/**
 * The values that would stand at some places if all were sorted: they are dealt into bins by size, and only the bins in question
 * are sorted. Several times as fast as sorting a million.
 * @param parts in which the values lie
 */
export function inSortedOrder(parts: readonly Numbers[], places: readonly number[]): number[] {
	const [least, greatest] = endsOf(parts);
	if (!(greatest > least)) return places.map(() => least);
	// Whole numbers in a narrow range have a bin each, and nothing is left to be sorted.
	const oneEach = parts.every((values) => !(values instanceof Float64Array)) && greatest - least < BINS;
	const scale = oneEach ? 1 : Math.min(Number.MAX_VALUE, (BINS - 1) / (greatest - least));
	const bins = new Uint32Array(BINS + 1);
	for (const values of parts) deal(values, least, scale, bins);
	for (let bin = 0; bin < BINS; bin++) bins[bin + 1] += bins[bin];
	const wanted = places.map((place) => binOf(bins, place));
	if (oneEach) return wanted.map((bin) => least + bin);
	const sorted = valuesIn(parts, least, scale, bins, new Set(wanted));
	return places.map((place, index) => (sorted.get(wanted[index]) as Float64Array)[place - bins[wanted[index]]]);
}

/** Counts values by bins; the count of each stands behind it. */
function deal(values: Numbers, least: number, scale: number, bins: Uint32Array): void {
	for (let at = 0; at < values.length; at++) bins[(((values[at] - least) * scale) | 0) + 1]++;
}

/** The values in some bins, sorted, by bin; all of them found in one pass. */
function valuesIn(parts: readonly Numbers[], least: number, scale: number, bins: Uint32Array, wanted: ReadonlySet<number>): Map<number, Float64Array> {
	const isWanted = new Uint8Array(BINS);
	for (const bin of wanted) isWanted[bin] = 1;
	const found = new Map([...wanted].map((bin): [number, Held] => [bin, { values: new Float64Array(bins[bin + 1] - bins[bin]), size: 0 }]));
	for (const values of parts) collect(values, least, scale, isWanted, found);
	return new Map([...found].map(([bin, held]) => [bin, held.values.sort()]));
}

interface Held {
	values: Float64Array;
	size: number;
}

function collect(values: Numbers, least: number, scale: number, isWanted: Uint8Array, found: ReadonlyMap<number, Held>): void {
	for (let at = 0; at < values.length; at++) {
		const bin = ((values[at] - least) * scale) | 0;
		if (isWanted[bin] === 1) put(found.get(bin) as Held, values[at]);
	}
}

function put(held: Held, value: number): void {
	held.values[held.size++] = value;
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

/** @returns the least and the greatest value; of none Infinity and -Infinity */
export function endsOf(parts: readonly Numbers[]): [least: number, greatest: number] {
	let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const values of parts) {
		least = leastOf(values, least);
		greatest = greatestOf(values, greatest);
	}
	return [least, greatest];
}

function leastOf(values: Numbers, least: number): number {
	for (let at = 0; at < values.length; at++) if (values[at] < least) least = values[at];
	return least;
}

function greatestOf(values: Numbers, greatest: number): number {
	for (let at = 0; at < values.length; at++) if (values[at] > greatest) greatest = values[at];
	return greatest;
}
