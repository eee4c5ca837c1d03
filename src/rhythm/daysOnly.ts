import type { OrderDays } from '../features/orderDays';

/** When customers ordered, without what they paid; a place may as well be a customer with a product. */
export type DaysOnly = Pick<OrderDays, 'numbers' | 'offsets' | 'days'>;

/** Some of the customers, by what their numbers hash to: the same ones whatever the order or the number of the others. */
export function sampleOf(history: DaysOnly, most: number): DaysOnly {
	const size = history.numbers.length;
	if (size <= most) return history;
	const share = (most / size) * 2 ** 32;
	return pick(history, placesWhere(size, (place) => mixed(history.numbers[place]) < share), (place) => history.offsets[place + 1]);
}

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
