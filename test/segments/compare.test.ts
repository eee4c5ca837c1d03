import fc from 'fast-check';
import { holds, holdsUpTo, leastOf } from '../../src/segments/compare';
import type { Comparison } from '../../src/segments/rules';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 2_000) };
const compare: fc.Arbitrary<Comparison> = fc.record({
	is: fc.constantFrom('atLeast', 'atMost', 'exactly', 'moreThan', 'lessThan'),
	value: fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(-0.00001, 0.00001, 0.5, 2.00001, 2.99999, 3.2)),
});
const most = fc.nat({ max: 8 });
const upTo = (last: number) => Array.from({ length: last + 1 }, (_, count) => count);

test('what is said of every count up to the most holds for each of them, and where they differ nothing is said', () => {
	let told = 0;
	fc.assert(
		fc.property(compare, most, (one, last) => {
			const answers = new Set(upTo(last).map((count) => holds(one, count)));
			const said = holdsUpTo(one, last);
			if (said !== undefined) {
				expect([...answers]).toEqual([said]);
				told++;
			}
			// A value between two counts is none of them; of those, too, something may be said.
			else if (Number.isInteger(one.value)) expect(answers.size).toBe(2);
		}),
		RUNS,
	);
	expect(told).toBeGreaterThan(RUNS.numRuns / 4);
});

test('no count below the least one fits', () => {
	fc.assert(
		fc.property(compare, (one) => {
			// Written to the ten-thousandth, as counts are compared.
			const value = Math.round(one.value * 10_000) / 10_000;
			const least = leastOf({ ...one, value });
			expect(upTo(least).slice(0, -1).some((count) => holds(one, count))).toBe(false);
		}),
		RUNS,
	);
	expect((['atLeast', 'moreThan', 'exactly', 'atMost', 'lessThan'] as const).map((is) => leastOf({ is, value: 3 }))).toEqual([3, 4, 3, 0, 0]);
});
