import type { PurchaseHistory } from './purchaseHistory';

/** Customers with the same history as one row, and the times that occur: there are few of them, and each needs one logarithm. */
export interface Rows {
	readonly customers: number;
	readonly count: Uint32Array;
	readonly x: Uint32Array;
	/** Place in `times`. */
	readonly tx: Uint32Array;
	readonly T: Uint32Array;
	/** In the unit of the history, ascending. */
	readonly times: Float64Array;
	readonly mostOrders: number;
	/** Over all customers; no parameter changes it. */
	readonly sumLogGaps: number;
}

/** The rows come in one order, whatever the order of the customers was. */
export function distinctRows({ x, tx, T, logGaps }: PurchaseHistory): Rows {
	const customers = x.length;
	const times = Float64Array.from(new Set([...timesOf(tx), ...timesOf(T)])).sort();
	const places = new Map(Array.from(times, (time, place) => [time, place]));
	const keys = new Float64Array(customers);
	let [mostOrders, sumLogGaps] = [0, 0];
	for (let one = 0; one < customers; one++) {
		keys[one] = (x[one] * times.length + (places.get(T[one]) as number)) * times.length + (places.get(tx[one]) as number);
		if (x[one] > mostOrders) mostOrders = x[one];
		sumLogGaps += logGaps[one];
	}
	const found = distinct(keys.sort());
	const rows = { count: new Uint32Array(found.length), x: new Uint32Array(found.length), tx: new Uint32Array(found.length), T: new Uint32Array(found.length) };
	for (let row = 0, at = 0; row < found.length; row++) {
		const key = found[row];
		rows.tx[row] = key % times.length;
		rows.T[row] = Math.floor(key / times.length) % times.length;
		rows.x[row] = Math.floor(key / times.length / times.length);
		for (; at < customers && keys[at] === key; at++) rows.count[row]++;
	}
	return { customers, ...rows, times, mostOrders, sumLogGaps };
}

/** So many rows, spread evenly: a first idea of the parameters at a part of the cost. */
export function someRows(rows: Rows, most: number): Rows {
	const step = Math.max(1, Math.ceil(rows.x.length / most));
	const thin = (column: Uint32Array) => column.filter((_, row) => row % step === 0);
	const count = thin(rows.count);
	return { ...rows, count, x: thin(rows.x), tx: thin(rows.tx), T: thin(rows.T), customers: count.reduce((sum, one) => sum + one, 0), sumLogGaps: 0 };
}

function timesOf(column: Float64Array): Set<number> {
	const found = new Set<number>();
	for (const time of column) found.add(time);
	return found;
}

function distinct(sorted: Float64Array): Float64Array {
	return sorted.filter((one, place) => place === 0 || one !== sorted[place - 1]);
}
