import { orderBaskets } from '../../src/bundles/basketsOfPurchases';
import { mineItemsets } from '../../src/bundles/itemsets';
import { findPairs } from '../../src/bundles/pairs';
import type { Purchases } from '../../src/bundles/purchases';
import { rulesOf } from '../../src/bundles/rules';
import { describePairs } from '../../src/bundles/sequences';
import { stepsOf } from '../../src/bundles/steps';
import { orderStrata } from '../../src/bundles/strata';
import { togetherOf } from '../../src/bundles/together';
import { unitHash } from '../../src/core/hash';

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => Math.floor(ms / DAY_MS);

interface Order {
	customer: number;
	day: number;
	products: readonly number[];
}

function purchasesOf(orders: readonly Order[], products: number): Purchases {
	const lines = orders.map((one) => [...new Set(one.products)]);
	const offsets = [0];
	for (const line of lines) offsets.push(offsets.at(-1)! + line.length);
	return { products: Array.from({ length: products }, (_, number) => `p${number}`), offsets: Uint32Array.from(offsets), items: Uint32Array.from(lines.flat()), orderedAt: Float64Array.from(orders, ({ day }) => day * DAY_MS), customers: Float64Array.from(orders, ({ customer }) => customer) };
}

/** A shop in which nothing has to do with anything: what is in an order is drawn by how popular it is. */
function shopOfChance(seed: number): Purchases {
	const orders: Order[] = [];
	for (let customer = 1; customer <= 1_500; customer++) {
		for (let order = 0; order < 8; order++) orders.push({ customer, day: Math.floor(360 * unitHash(seed, 'day', customer, order)), products: [0, 1, 2].map((line) => Math.floor(400 * unitHash(seed, 'what', customer, order, line) ** 1.5)) });
	}
	return purchasesOf(orders, 400);
}

describe.each([1, 2])('where only chance rules, hardly anything is found to be more (shop %d)', (seed) => {
	const shop = shopOfChance(seed);

	test('of what is bought later', () => {
		const steps = stepsOf(shop, dayOf);
		const all = describePairs(steps, findPairs(steps, { minCustomers: 8, maxGapDays: 90 }), 90);
		expect(all.length).toBeGreaterThan(300);
		expect(all.filter(({ qValue }) => qValue <= 0.05).length).toBeLessThanOrEqual(2);
	});

	test('of what is bought together', () => {
		const baskets = orderBaskets(shop);
		const itemsets = mineItemsets(baskets, { minCount: 5, maxLength: 2 });
		const pairs = togetherOf(baskets, itemsets, orderStrata(shop));
		expect(pairs.length).toBeGreaterThan(100);
		expect(pairs.filter(({ qValue }) => qValue <= 0.05).length).toBeLessThanOrEqual(2);
		expect(rulesOf(itemsets, { minConfidence: 1e-9, maxFalseDiscoveryRate: 0.05 }).length).toBeLessThanOrEqual(4);
	});
});

test('what is bought every week makes no link to what is bought at random, however short the gap', () => {
	const orders: Order[] = [];
	for (let customer = 1; customer <= 400; customer++) {
		for (let week = 0; week < 50; week++) orders.push({ customer, day: week * 7 + (customer % 7), products: [0, 1 + Math.floor(60 * unitHash('other', customer, week))] });
	}
	const steps = stepsOf(purchasesOf(orders, 61), dayOf);
	const pairs = describePairs(steps, findPairs(steps, { minCustomers: 5, maxGapDays: 14 }), 14);
	const after = pairs.filter(({ from, to }) => from === 'p0' && to !== 'p0');
	expect(after).toHaveLength(60);
	// Each of 49 later weeks holds the other with 1/60.
	for (const { lift, adjustedLift } of after) for (const one of [lift, adjustedLift]) expect(Math.abs(one - 1)).toBeLessThan(0.2);
	expect(after.filter(({ qValue }) => qValue <= 0.05)).toEqual([]);
});

test('parts of the baskets are the same whatever the order of the orders, also where there are too many of them', () => {
	const orders: Order[] = Array.from({ length: 6_000 }, (_, order) => ({ customer: 1 + (order % 900), day: Math.floor(3_000 * unitHash('day', order) ** 2), products: Array.from({ length: 1 + (order % 20) }, (__, line) => (order * 31 + line) % 80) }));
	const back = [...orders].reverse();
	const groupOf = (customer: number) => customer % 12;
	const [one, other] = [orderStrata(purchasesOf(orders, 80), groupOf), orderStrata(purchasesOf(back, 80), groupOf)];
	expect(one.count).toBe(500);
	const sizes = new Uint32Array(one.count);
	const together = new Map<number, number>();
	one.of.forEach((stratum, order) => {
		sizes[stratum]++;
		const theirs = other.of[back.length - 1 - order]!;
		expect(together.get(stratum) ?? theirs).toBe(theirs);
		together.set(stratum, theirs);
	});
	// What falls together, the last of them, is rarer than what does not.
	const alone = Array.from(sizes).slice(0, -1);
	expect(alone).toEqual([...alone].sort((a, b) => b - a));
});
