import { falseDiscoveryRates, FisherTest } from '../../src/bundles/significance';

/** Exact, in whole numbers: the ways to draw, divided at the end. */
function exact(baskets: bigint, both: bigint, first: bigint, second: bigint): number {
	const choose = (n: bigint, k: bigint): bigint => {
		if (k < 0n || k > n) return 0n;
		let ways = 1n;
		for (let i = 0n; i < k; i++) ways = (ways * (n - i)) / (i + 1n);
		return ways;
	};
	let tail = 0n;
	for (let n = both; n <= (first < second ? first : second); n++) tail += choose(first, n) * choose(baskets - first, second - n);
	return Number((tail * 10n ** 40n) / choose(baskets, second)) / 1e40;
}

test.each([
	[20, 8, 10, 9],
	[20, 2, 10, 9],
	[100, 30, 40, 50],
	[100, 5, 40, 50],
	[1_000, 60, 200, 150],
	[1_000, 25, 200, 150],
	[50, 0, 20, 20],
	[10, 10, 10, 10],
])("Fisher's test over %d baskets: %d together of %d and %d", (baskets, both, first, second) => {
	const expected = exact(BigInt(baskets), BigInt(both), BigInt(first), BigInt(second));
	const found = new FisherTest(baskets).pValue(both, first, second);
	expect(Math.abs(found - expected)).toBeLessThan(1e-10 * Math.max(expected, 1e-20) + 1e-13);
});

test('a million baskets: a tail far out is small, not zero, and exact to many digits', () => {
	const p = new FisherTest(1_000_000).pValue(2_000, 5_000, 8_000);
	expect(p).toBeGreaterThanOrEqual(0);
	expect(p).toBeLessThan(1e-300);
});

test("false discovery rates of Benjamini and Hochberg's example", () => {
	const p = Float64Array.from([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]);
	const q = falseDiscoveryRates(p);
	expect(q[0]).toBeCloseTo(0.0015, 12);
	expect(q[3]).toBeCloseTo(0.035625, 12);
	expect([...q].filter((rate) => rate <= 0.05)).toHaveLength(4);
	expect([...q]).toEqual([...q].sort((a, b) => a - b));
});
