import fc from 'fast-check';
import { findChains } from '../../src/bundles/chains';
import { findPairs } from '../../src/bundles/pairs';
import type { Purchases } from '../../src/bundles/purchases';
import { describePairs } from '../../src/bundles/sequences';
import { stepsOf } from '../../src/bundles/steps';

interface Purchase {
	customer: number;
	day: number;
	product: string;
}

const PRODUCTS = ['a', 'b', 'c', 'd', 'e'];
const DAY_MS = 86_400_000;
const LAST_DAY = 60;
const bought = fc.array(fc.record({ customer: fc.integer({ min: 1, max: 8 }), day: fc.integer({ min: 0, max: LAST_DAY }), product: fc.constantFrom(...PRODUCTS) }), { minLength: 1, maxLength: 80 });
const runs = { seed: 20_261_122, numRuns: 200 };

/** One order per purchase, so that what was bought on one day comes in several orders. */
function purchasesOf(all: readonly Purchase[]): Purchases {
	const products = [...new Set(all.map(({ product }) => product))];
	return {
		products,
		offsets: Uint32Array.from({ length: all.length + 1 }, (_, order) => order),
		items: Uint32Array.from(all, ({ product }) => products.indexOf(product)),
		orderedAt: Float64Array.from(all, ({ day }, order) => day * DAY_MS + (order % 7) * 3_600_000),
		customers: Float64Array.from(all, ({ customer }) => customer),
	};
}

const steps = (all: readonly Purchase[]) => stepsOf(purchasesOf(all), (ms) => Math.floor(ms / DAY_MS), LAST_DAY);
const daysOf = (all: readonly Purchase[], customer: number, product: string) => [...new Set(all.filter((one) => one.customer === customer && one.product === product).map(({ day }) => day))].sort((x, y) => x - y);

/** Customer by customer, purchase by purchase. */
function bruteForce(all: readonly Purchase[], minCustomers: number, maxGapDays: number): Map<string, number[]> {
	const found = new Map<string, number[]>();
	for (const from of PRODUCTS) {
		for (const to of PRODUCTS) {
			const gaps = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((customer) => {
				for (const start of daysOf(all, customer, from)) {
					const next = daysOf(all, customer, to).find((day) => day > start);
					if (next !== undefined && next - start <= maxGapDays) return [next - start];
				}
				return [];
			});
			if (gaps.length >= minCustomers) found.set(`${from} > ${to}`, gaps.sort((x, y) => x - y));
		}
	}
	return found;
}

test('pairs, their customers and gaps are those found purchase by purchase, also a few first products at a time', () => {
	fc.assert(
		fc.property(bought, fc.integer({ min: 1, max: 4 }), fc.constantFrom(3, 20, 1_000), fc.boolean(), (all, minCustomers, maxGapDays, tight) => {
			const way = steps(all);
			const pairs = findPairs(way, { minCustomers, maxGapDays, ...(tight && { maxBytes: 1_500 }) });
			const found = new Map(Array.from(pairs.from, (from, pair) => [`${way.names[from]} > ${way.names[pairs.to[pair]!]}`, [...pairs.gapDays.slice(pairs.offsets[pair], pairs.offsets[pair + 1])].sort((x, y) => x - y)]));
			expect(found).toEqual(bruteForce(all, minCustomers, maxGapDays));
		}),
		runs,
	);
});

test('chains of three days, also with two products on a day, are those found way by way', () => {
	fc.assert(
		fc.property(bought, fc.integer({ min: 1, max: 3 }), fc.constantFrom(5, 30), (all, minCustomers, maxGapDays) => {
			const way = steps(all);
			const chains = findChains(way, { minCustomers, maxGapDays, maxLength: 3, sets: true });
			const together = (customer: number, products: readonly string[]) => daysOf(all, customer, products[0]!).filter((day) => products.every((product) => daysOf(all, customer, product).includes(day)));
			const goes = (customer: number, [first, ...rest]: readonly (readonly string[])[], end?: number): boolean =>
				first === undefined || together(customer, first).some((day) => (end === undefined || (day > end && day - end <= maxGapDays)) && goes(customer, rest, day));
			const sets = [...PRODUCTS.map((x) => [x]), ...PRODUCTS.flatMap((x) => PRODUCTS.filter((y) => y > x).map((y) => [x, y]))];
			const paths = [...sets.map((x) => [x]), ...sets.flatMap((x) => sets.map((y) => [x, y])), ...PRODUCTS.flatMap((x) => sets.flatMap((y) => PRODUCTS.map((z) => [[x], y, [z]])))];
			const expected = paths.map((path) => [JSON.stringify(path), [1, 2, 3, 4, 5, 6, 7, 8].filter((customer) => goes(customer, path)).length] as const).filter(([, customers]) => customers >= minCustomers);
			const known = new Set(paths.map((path) => JSON.stringify(path)));
			const found = chains.map(({ steps: days, customers }) => [JSON.stringify(days.map((products) => products.map((product) => way.names[product]))), customers] as const).filter(([name]) => known.has(name));
			expect(new Map(found)).toEqual(new Map(expected));
			expect(new Set(chains.map((chain) => JSON.stringify(chain.steps))).size).toBe(chains.length);
		}),
		{ ...runs, numRuns: 40 },
	);
});

test("Zaki's example: 18 sequences at support .4", () => {
	const events: [customer: number, day: number, products: string][] = [
		[1, 10, 'CD'], [1, 15, 'ABC'], [1, 20, 'ABF'], [1, 25, 'ACDF'],
		[2, 15, 'ABF'], [2, 20, 'E'],
		[3, 10, 'ABF'],
		[4, 10, 'DGH'], [4, 20, 'BF'], [4, 25, 'AGH'],
	];
	const way = steps(events.flatMap(([customer, day, products]) => [...products].map((product) => ({ customer, day, product }))));
	const chains = findChains(way, { minCustomers: 2, maxGapDays: Number.MAX_SAFE_INTEGER, maxLength: 10, sets: true });
	expect(chains).toHaveLength(18);
	expect(chains.map(({ steps: days }) => days.map((products) => products.map((product) => way.names[product]).join('')).join(' > '))).toContain('D > BF > A');
});

test('every customer twice: every pair with twice the customers, the same gaps, confidence and lift', () => {
	fc.assert(
		fc.property(bought, (all) => {
			const doubled = [...all, ...all.map((one) => ({ ...one, customer: one.customer + 100 }))];
			const described = (of: readonly Purchase[], minCustomers: number) => {
				const way = steps(of);
				return new Map(describePairs(way, findPairs(way, { minCustomers, maxGapDays: 30 }), 30).map((pair) => [`${pair.from} > ${pair.to}`, pair]));
			};
			const once = described(all, 2);
			const twice = described(doubled, 4);
			expect([...twice.keys()].sort()).toEqual([...once.keys()].sort());
			for (const [name, pair] of once) {
				expect(twice.get(name)).toMatchObject({ customers: pair.customers * 2, support: pair.support, gapDays: pair.gapDays });
				expect(twice.get(name)!.lift).toBeCloseTo(pair.lift, 9);
				expect(twice.get(name)!.stability.variation).toBeCloseTo(pair.stability.variation, 9);
			}
		}),
		runs,
	);
});

test('the order of orders changes nothing', () => {
	fc.assert(
		fc.property(bought, (all) => {
			const described = (of: readonly Purchase[]) => {
				const way = steps(of);
				return describePairs(way, findPairs(way, { minCustomers: 1 }), 1_000);
			};
			expect(described([...all].reverse())).toEqual(described(all));
		}),
		runs,
	);
});
