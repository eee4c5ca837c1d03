import { joined } from '../core/joined';
import type { OrderDays } from '../features/orderDays';

/** When customers ordered, without what they paid; a place may as well be a customer with a product. */
export type DaysOnly = Pick<OrderDays, 'numbers' | 'offsets' | 'days'>;

/**
 * Some of the customers, by what their numbers hash to: the same ones whatever the order or the number of the others.
 * @param customers of the whole shop, where the history is a part of it: the samples of the parts are the sample of the whole
 */
export function sampleOf(history: DaysOnly, most: number, customers = history.numbers.length): DaysOnly {
	if (customers <= most) return history;
	return pick(history, sampledPlaces(history.numbers, most, customers), (place) => history.offsets[place + 1]);
}

/** Places of the customers in the sample, as {@link sampleOf} takes them. */
export function sampledPlaces(numbers: Float64Array, most: number, customers: number): Uint32Array {
	const share = customers <= most ? 2 ** 32 : (most / customers) * 2 ** 32;
	return placesWhere(numbers.length, (place) => mixed(numbers[place]) < share);
}

/** Histories of different customers as one, in the order in which they are given. Each begins at its first day. */
export function joinedDays(parts: readonly DaysOnly[]): DaysOnly {
	if (parts.length === 1) return parts[0];
	const numbers = joined(parts.map((part) => part.numbers));
	const offsets = new Uint32Array(numbers.length + 1);
	let [place, past] = [0, 0];
	for (const part of parts) {
		for (let own = 1; own <= part.numbers.length; own++) offsets[++place] = past + part.offsets[own];
		past += part.days.length;
	}
	return { numbers, offsets, days: joined(parts.map((part) => part.days)) };
}

/** Nothing but the days: what is handed to another thread is no larger than it has to be. */
export const daysAlone = ({ numbers, offsets, days }: DaysOnly): DaysOnly => ({ numbers, offsets, days });

/** The history as it was known at the end of a day, of those who had ordered. */
export function knownAt(history: DaysOnly, endOf: (place: number) => number): DaysOnly {
	return pick(history, placesWhere(history.numbers.length, (place) => endOf(place) > history.offsets[place]), endOf);
}

function placesWhere(size: number, isWanted: (place: number) => boolean): Uint32Array {
	const places = new Uint32Array(size);
	let count = 0;
	for (let place = 0; place < size; place++) if (isWanted(place)) places[count++] = place;
	return places.subarray(0, count);
}

function pick({ numbers, offsets, days }: DaysOnly, places: Uint32Array, endOf: (place: number) => number): DaysOnly {
	const picked = { numbers: new Float64Array(places.length), offsets: new Uint32Array(places.length + 1) };
	places.forEach((place, to) => {
		picked.numbers[to] = numbers[place];
		picked.offsets[to + 1] = picked.offsets[to] + endOf(place) - offsets[place];
	});
	const pickedDays = new Int32Array(picked.offsets[places.length]);
	places.forEach((place, to) => pickedDays.set(days.subarray(offsets[place], endOf(place)), picked.offsets[to]));
	return { ...picked, days: pickedDays };
}

/** Spreads whole numbers over 32 bits (the finalizer of MurmurHash3, A. Appleby). */
function mixed(number: number): number {
	let hash = (number ^ Math.floor(number / 2 ** 32)) >>> 0;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}
