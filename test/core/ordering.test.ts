import fc from 'fast-check';
import { inSortedOrder } from '../../src/core/inSortedOrder';
import { placesFromGreatest } from '../../src/core/placesFromGreatest';

const SEED = { seed: 20_260_302, numRuns: 300 };
const amount = fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, -0, 5e-324, 1, 1 + Number.EPSILON));

test('places from the greatest to the least are those of a sort that keeps what is equal in its order', () => {
	fc.assert(
		fc.property(fc.array(amount, { maxLength: 200 }), (list) => {
			const values = Float64Array.from(list);
			const places = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
			expect([...placesFromGreatest(values)]).toEqual(places);
		}),
		SEED,
	);
});

const kinds = [
	['numbers', fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 200 }).map((list) => Float64Array.from(list))],
	['numbers close together', fc.array(fc.constantFrom(-1, 0, 1, 2, 3e9), { minLength: 1, maxLength: 200 }).map((list) => Float64Array.from(list))],
	['whole numbers in a narrow range', fc.array(fc.integer({ min: -700, max: 0 }), { minLength: 1, maxLength: 200 }).map((list) => Int32Array.from(list))],
	['whole numbers in a wide range', fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 }).map((list) => Int32Array.from(list))],
	['counts', fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 200 }).map((list) => Uint32Array.from(list))],
] as const;

test.each(kinds)('values at places of a sorted list: %s', (_, arrays) => {
	fc.assert(
		fc.property(arrays, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (values, wanted) => {
			const sorted = [...values].sort((a, b) => a - b);
			const places = wanted.map((one) => one % values.length);
			expect(inSortedOrder([values], places)).toEqual(places.map((place) => sorted[place]));
			const cut = wanted[0] % (values.length + 1);
			expect(inSortedOrder([values.subarray(0, cut), values.subarray(cut)], places)).toEqual(inSortedOrder([values], places));
		}),
		SEED,
	);
});
