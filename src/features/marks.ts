import { crc32 } from 'node:zlib';
import { DRIFTING, FEATURE_COLUMNS, type Drifting } from '../store/plans/featurePlans';
import type { Column, FeatureName } from './contract';
import { valueAt, type AllColumns } from './figureRows';
import type { Listened } from './listened';

const isDrifting = (name: FeatureName): name is Drifting => (DRIFTING as readonly FeatureName[]).includes(name);
const STANDING = FEATURE_COLUMNS.filter((name): name is Exclude<FeatureName, Drifting> => name !== 'customer_id' && name !== 'as_of' && !isDrifting(name));

/** Numbers to compare rows by without reading them. */
export interface Marks {
	/** By place: another one where anything changed that is written the same day. */
	standing: Float64Array;
	/** By place: another one where a drifting figure has moved so far that it can be seen. */
	drifting: Float64Array;
}

/**
 * What a journey listens to is written the same day too: on which side of its values figures are, and the day of the next
 * purchase; so is whether the customer is expected at all.
 */
export function marksOf(columns: AllColumns, size: number, { thresholds, nextPurchase }: Listened): Marks {
	const [standing, drifting] = [new Mixer(size), new Mixer(size)];
	for (const name of STANDING) standing.mix(columns.get(name));
	for (const name of DRIFTING) {
		const column = columns.get(name);
		if (!column || 'labels' in column) continue;
		drifting.mix({ numbers: column.numbers.map(name === 'no_return' || name === 'p_alive' ? hundredths : isDate(name) ? same : fiftieths) });
		if (isDate(name)) standing.mix(nextPurchase ? column : { numbers: column.numbers.map((at) => (Number.isNaN(at) ? 0 : 1)) });
	}
	for (const { column: name, above } of thresholds) {
		const column = columns.get(name);
		if (column) standing.mix({ numbers: Float64Array.from({ length: size }, (_, place) => sideOf(valueAt(column, place, name === 'ltv_e4') as number | null, above)) });
	}
	return { standing: standing.marks(), drifting: drifting.marks() };
}

const sideOf = (value: number | null, above: number) => (value === null ? -1 : value >= above ? 1 : 0);
const isDate = (name: Drifting) => name === 'next_at' || name === 'next_from' || name === 'next_until';
const same = (value: number) => value;
const hundredths = (value: number) => Math.floor(value * 100);
/** Steps of 2 % and less: fifty from one power of ten to twice it. */
function fiftieths(value: number): number {
	if (!(Math.abs(value) > 0)) return value;
	const step = 10 ** Math.floor(Math.log10(Math.abs(value))) / 50;
	return Math.floor(value / step) * step;
}

/** A number for each place, mixed from columns: two of 26 bits each. */
class Mixer {
	private readonly one: Uint32Array;
	private readonly two: Uint32Array;

	constructor(size: number) {
		this.one = new Uint32Array(size).fill(0x9e3779b9);
		this.two = new Uint32Array(size).fill(0x85ebca6b);
	}

	mix(column: Column | undefined): void {
		if (!column) return;
		const { one, two } = this;
		const bits = new Float64Array(1);
		const halves = new Uint32Array(bits.buffer);
		const labels = 'labels' in column ? column.labels.map((label) => (label === null ? 0 : crc32(label))) : undefined;
		for (let place = 0; place < one.length; place++) {
			if ('labels' in column) [halves[0], halves[1]] = [(labels as number[])[column.codes[place]], 0];
			else bits[0] = column.numbers[place];
			one[place] = Math.imul((one[place] ^ halves[0]) >>> 0, 0x01000193) ^ (one[place] >>> 15);
			one[place] = Math.imul((one[place] ^ halves[1]) >>> 0, 0x85ebca6b) ^ (one[place] >>> 13);
			two[place] = Math.imul((two[place] + halves[1]) >>> 0, 0xc2b2ae35) ^ (two[place] >>> 16);
			two[place] = Math.imul((two[place] + halves[0]) >>> 0, 0x27d4eb2f) ^ (two[place] >>> 14);
		}
	}

	marks(): Float64Array {
		const marks = new Float64Array(this.one.length);
		for (let place = 0; place < marks.length; place++) marks[place] = (this.one[place] >>> 6) * 2 ** 26 + (this.two[place] >>> 6);
		return marks;
	}
}
