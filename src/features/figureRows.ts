import { crc32 } from 'node:zlib';
import { FEATURE_COLUMNS, FEATURE_TYPES } from '../store/plans/featurePlans';
import type { Column, FeatureName, FeatureRow, ShopHistory, AsOf } from './contract';
import type { FittedFamily } from './models';

/** Columns of all families, by the names of the table `feature`. */
export type AllColumns = ReadonlyMap<FeatureName, Column>;

const NAMES = FEATURE_COLUMNS.filter((name): name is FeatureName => name !== 'customer_id' && name !== 'as_of');
const EMPTY = Object.fromEntries(FEATURE_COLUMNS.map((name) => [name, null])) as unknown as FeatureRow;

export function computeColumns(families: readonly FittedFamily[], history: ShopHistory, asOf: AsOf): AllColumns {
	const columns = new Map<FeatureName, Column>();
	for (const { family, model, settings } of families) {
		for (const [name, column] of Object.entries(family.apply(model, history, asOf, settings)) as [FeatureName, Column][]) columns.set(name, column);
	}
	return columns;
}

/** The row of the customer at a place. What is not a number is no figure. */
export function rowAt(columns: AllColumns, place: number, customer: number, asOf: number): FeatureRow {
	const row: FeatureRow = { ...EMPTY, customer_id: customer, as_of: asOf };
	for (const [name, column] of columns) (row as unknown as Record<string, number | string | null>)[name] = valueAt(column, place, FEATURE_TYPES[name] === 'bigint');
	return row;
}

export function valueAt(column: Column, place: number, isWhole: boolean): number | string | null {
	if ('labels' in column) return column.labels[column.codes[place]];
	const value = column.numbers[place];
	if (!Number.isFinite(value)) return null;
	return isWhole ? Math.round(value) : value;
}

/** A number for each place that differs where a figure differs: two numbers of 26 bits each, mixed from all columns. */
export function marksOf(columns: AllColumns, size: number): Float64Array {
	const [one, two] = [new Uint32Array(size).fill(0x9e3779b9), new Uint32Array(size).fill(0x85ebca6b)];
	const bits = new Float64Array(1);
	const halves = new Uint32Array(bits.buffer);
	for (const name of NAMES) {
		const column = columns.get(name);
		if (!column) continue;
		const labels = 'labels' in column ? column.labels.map((label) => (label === null ? 0 : crc32(label))) : undefined;
		for (let place = 0; place < size; place++) {
			if ('labels' in column) [halves[0], halves[1]] = [(labels as number[])[column.codes[place]], 0];
			else bits[0] = column.numbers[place];
			one[place] = Math.imul((one[place] ^ halves[0]) >>> 0, 0x01000193) ^ (one[place] >>> 15);
			one[place] = Math.imul((one[place] ^ halves[1]) >>> 0, 0x85ebca6b) ^ (one[place] >>> 13);
			two[place] = Math.imul((two[place] + halves[1]) >>> 0, 0xc2b2ae35) ^ (two[place] >>> 16);
			two[place] = Math.imul((two[place] + halves[0]) >>> 0, 0x27d4eb2f) ^ (two[place] >>> 14);
		}
	}
	const marks = new Float64Array(size);
	for (let place = 0; place < size; place++) marks[place] = (one[place] >>> 6) * 2 ** 26 + (two[place] >>> 6);
	return marks;
}
