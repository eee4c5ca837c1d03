const DIGITS = 1 << 16;

/**
 * Places of values from the greatest to the least, those of one value in their order. By digits (radix sort, least digit first):
 * the bits of numbers that are not negative stand in the order of the numbers.
 * @param values 0 and more
 */
export function placesFromGreatest(values: Float64Array): Uint32Array {
	const size = values.length;
	const positive = new Float64Array(size);
	let [places, moved] = [new Uint32Array(size), new Uint32Array(size)];
	for (let place = 0; place < size; place++) {
		// Adding 0 makes a negative zero a zero.
		positive[place] = values[place] + 0;
		places[place] = place;
	}
	const digits = new Uint16Array(positive.buffer);
	const starts = new Uint32Array(DIGITS + 1);
	for (let digit = 0; digit < 4; digit++) {
		starts.fill(0);
		for (let place = 0; place < size; place++) starts[DIGITS - digits[4 * place + digit]]++;
		for (let at = 0; at < DIGITS; at++) starts[at + 1] += starts[at];
		for (let at = 0; at < size; at++) moved[starts[DIGITS - 1 - digits[4 * places[at] + digit]]++] = places[at];
		[places, moved] = [moved, places];
	}
	return places;
}
