import type { Plan, Tx } from '../store/port';
import type { BucketTable } from './bucket';

/** Whose rows are read. */
export type Whom = { ids: number[] } | { first: number; last: number };

/** Rows of the customers that are asked for. */
export async function rowsOf<R extends object>(tx: Tx, plans: { some: Plan<{ ids: number[] }, R>; range: Plan<{ first: number; last: number }, R> }, whom: Whom): Promise<R[]> {
	return 'ids' in whom ? await tx.all(plans.some, whom) : await tx.all(plans.range, whom);
}

/** Customers' numbers as a column, and the place of each in it; -1: not among them. */
export function numbered(living: readonly { id: number }[]): { numbers: Float64Array; placeOf: (id: number) => number } {
	const numbers = Float64Array.from(living, ({ id }) => id);
	const places = new Map(Array.from(numbers, (number, place) => [number, place]));
	return { numbers, placeOf: (id) => places.get(id) ?? -1 };
}

/** A table of a bucket, customer by customer. @param rows in the order of places; rows of nobody (place -1) are left out */
export function clustered<R>(customers: number, rows: readonly R[], placeOf: (row: R) => number, columns: Readonly<Record<string, (row: R) => number>>): { table: BucketTable; rows: R[] } {
	const offsets = new Uint32Array(customers + 1);
	const own = rows.filter((row) => {
		const place = placeOf(row);
		if (place >= 0) offsets[place + 1]++;
		return place >= 0;
	});
	for (let place = 0; place < customers; place++) offsets[place + 1] += offsets[place];
	return { table: { offsets, columns: Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, Float64Array.from(own, value)])) }, rows: own };
}
