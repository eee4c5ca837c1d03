import { DRIFTING, FEATURE_COLUMNS, FEATURE_TYPES, type DriftedRow } from '../store/plans/featurePlans';
import type { Column, Columns, FeatureName, FeatureRow, ShopHistory, AsOf } from './contract';
import type { FittedFamily } from './models';

/** Columns of all families, by the names of the table `feature`. */
export type AllColumns = ReadonlyMap<FeatureName, Column>;

const MOST = Number.MAX_SAFE_INTEGER;
const EMPTY = Object.fromEntries(FEATURE_COLUMNS.map((name) => [name, null])) as unknown as FeatureRow;

/** What is to be known of a family to compute its figures. */
export type Computable = Pick<FittedFamily, 'family' | 'model' | 'settings'>;

/** @param computed figures of families, by name, that have been computed before */
export function computeColumns(families: readonly Computable[], history: ShopHistory, asOf: AsOf, computed?: ReadonlyMap<string, Partial<Columns>>): AllColumns {
	const columns = new Map<FeatureName, Column>();
	for (const { family, model, settings } of families) {
		const figures = computed?.get(family.name) ?? family.apply(model, history, asOf, settings);
		for (const [name, column] of Object.entries(figures) as [FeatureName, Column][]) columns.set(name, column);
	}
	return columns;
}

/** The row of the customer at a place. What is not a number is no figure. */
export function rowAt(columns: AllColumns, place: number, customer: number, asOf: number): FeatureRow {
	const row: FeatureRow = { ...EMPTY, customer_id: customer, as_of: asOf };
	for (const [name, column] of columns) (row as unknown as Record<string, number | string | null>)[name] = valueAt(column, place, FEATURE_TYPES[name] === 'bigint');
	return row;
}

/** The drifting figures of the customer at a place. */
export function driftedRowAt(columns: AllColumns, place: number, customer: number, asOf: number): DriftedRow {
	const row = { customer_id: customer, as_of: asOf } as DriftedRow;
	for (const name of DRIFTING) {
		const column = columns.get(name);
		row[name] = column ? (valueAt(column, place, FEATURE_TYPES[name] === 'bigint') as number | null) : null;
	}
	return row;
}

export function valueAt(column: Column, place: number, isWhole: boolean): number | string | null {
	if ('labels' in column) return column.labels[column.codes[place]];
	const value = column.numbers[place];
	if (!Number.isFinite(value)) return null;
	// No database holds what absurd amounts may add up to.
	return isWhole ? Math.max(-MOST, Math.min(MOST, Math.round(value))) : value;
}
