import fc from 'fast-check';
import { formatAmountE4 } from '../../src/core/money';
import { perUnit, readAmountE4, readQuantity, timesQuantity } from '../../src/ingest/amounts';

describe('reading amounts', () => {
	test.each<[unknown, number]>([
		['12.50', 125_000],
		['12,5', 125_000],
		['1,234.50', 12_345_000],
		['1.234,50', 12_345_000],
		['1 234,50', 12_345_000],
		['1\u00a0234.50', 12_345_000],
		["1'234.50", 12_345_000],
		['1,234,567', 12_345_670_000],
		['1.234.567', 12_345_670_000],
		['-3.10', -31_000],
		['+3.1', 31_000],
		[' 7 ', 70_000],
		['-0.00', 0],
		['0.00005', 1],
		['0.00004', 0],
		['1.234', 12_340],
		['0,1234', 1_234],
		[2.55, 25_500],
		[0.1 + 0.2, 3_000],
		[1e-7, 0],
		['900000000000', 9_000_000_000_000_000],
	])('%j is %d ten-thousandths', (value, expected) => {
		expect(readAmountE4(value)).toBe(expected);
	});

	test.each([
		// may be one and a bit, or more than a thousand
		'1,234',
		'', ' ', 'free', '12.50 EUR', '1e3', '0x10', 'Infinity', 'NaN', '1.2.3', '1,23,456', '--1', '.5', '5.', '12.5.', Number.NaN, Number.POSITIVE_INFINITY,
		'900719925475', null, undefined, true, {}, [],
	])('%j is no amount', (value) => {
		expect(readAmountE4(value)).toBeUndefined();
	});

	test('every amount comes back from the way it is shown', () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), (amountE4) => {
				expect(readAmountE4(formatAmountE4(amountE4))).toBe(amountE4 + 0);
			}),
			{ seed: 5, numRuns: 2_000 },
		);
	});

	test.each<[unknown, number | undefined]>([
		['6', 6],
		['0,5', 0.5],
		['-12', -12],
		['1 000', 1_000],
		[2, 2],
		['1,000', undefined],
		['two', undefined],
		[Number.NaN, undefined],
	])('the quantity %j is %s', (value, expected) => {
		expect(readQuantity(value)).toBe(expected);
	});

	test('price times quantity is exact, rounds half up, and never leaves the integers', () => {
		expect(timesQuantity(25_500, 6)).toBe(153_000);
		expect(timesQuantity(3, 0.5)).toBe(2);
		expect(timesQuantity(199_900, 0.333)).toBe(66_567);
		expect(timesQuantity(Number.MAX_SAFE_INTEGER, 2)).toBeUndefined();
		expect(perUnit(275_000, 3)).toBe(91_667);
		expect(perUnit(5, 2)).toBe(3);
		expect(perUnit(Number.MAX_SAFE_INTEGER, 0.001)).toBeUndefined();
	});

	test('a price comes back from the amount of whole pieces', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 10_000 }), (priceE4, quantity) => {
				expect(perUnit(timesQuantity(priceE4, quantity) as number, quantity)).toBe(priceE4);
			}),
			{ seed: 6 },
		);
	});
});
