import type { Baskets } from './baskets';
import type { Purchases } from './purchases';

/**
 * Parts of the baskets within which chance is asked for: products of one season stand in the same baskets without belonging
 * together, and so do those of one kind of customer, and everything does in large baskets.
 */
export interface Strata {
	/** Stratum of each basket. */
	readonly of: Uint16Array;
	readonly count: number;
}

/**
 * Upper bounds of the sizes of a basket. Wide at the lower end: what belongs together makes a small basket larger, and among
 * the baskets of just that size it would look like nothing special.
 */
const SIZES = [5, 12, 30, Number.POSITIVE_INFINITY];
/** More would leave too few baskets in each. */
const MOST_STRATA = 500;
const MONTH_MS = (365.25 / 12) * 86_400_000;

/** By size alone: all that a plain basket file knows. */
export function sizeStrata({ offsets }: Baskets): Strata {
	return numbered(Array.from({ length: offsets.length - 1 }, (_, basket) => sizeOf(offsets, basket)));
}

/**
 * By month, size, and the group of the customer, for baskets that are orders.
 * @param groupOf of a customer's number in the store: what the shop calls its kinds of customers; 0 for those of none
 */
export function orderStrata({ offsets, orderedAt, customers }: Purchases, groupOf: (customer: number) => number = () => 0): Strata {
	const first = orderedAt.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
	return numbered(Array.from(orderedAt, (at, order) => (groupOf(customers[order]) * 10_000 + Math.floor((at - first) / MONTH_MS)) * SIZES.length + sizeOf(offsets, order)));
}

function sizeOf(offsets: Uint32Array, basket: number): number {
	const size = offsets[basket + 1] - offsets[basket];
	return SIZES.findIndex((most) => size <= most);
}

/** Beyond the limit the rarest fall together; which ones does not depend on the order of the baskets. */
function numbered(keys: readonly number[]): Strata {
	const sizes = new Map<number, number>();
	for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
	const ordered = [...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
	const numbers = new Map(ordered.map(([key], place) => [key, Math.min(place, MOST_STRATA - 1)]));
	return { of: Uint16Array.from(keys, (key) => numbers.get(key) as number), count: Math.max(1, Math.min(ordered.length, MOST_STRATA)) };
}
