import { orderBaskets } from '../../src/bundles/basketsOfPurchases';
import { minCountOf, mineItemsets } from '../../src/bundles/itemsets';
import { neighboursOf } from '../../src/bundles/neighbours';
import { findPairs } from '../../src/bundles/pairs';
import type { Purchases } from '../../src/bundles/purchases';
import { rulesOf } from '../../src/bundles/rules';
import { describePairs } from '../../src/bundles/sequences';
import { stepsOf } from '../../src/bundles/steps';
import { orderStrata, sizeStrata } from '../../src/bundles/strata';
import { togetherOf } from '../../src/bundles/together';
import { basketsOf } from './support/basketFile';
import { Random } from './support/plantedShop';

const DAY_MS = 86_400_000;

function shop(orders: readonly { customer: number; day: number; items: readonly number[] }[], products: number): Purchases {
	const offsets = Uint32Array.from([0, ...orders.map(() => 0)]);
	orders.forEach(({ items }, order) => (offsets[order + 1] = offsets[order]! + items.length));
	return {
		products: Array.from({ length: products }, (_, product) => `p${product}`),
		offsets,
		items: Uint32Array.from(orders.flatMap(({ items }) => items)),
		orderedAt: Float64Array.from(orders, ({ day }) => day * DAY_MS),
		customers: Float64Array.from(orders, ({ customer }) => customer),
	};
}

const stepsFrom = (purchases: Purchases, lastDay?: number) => stepsOf(purchases, (ms) => Math.floor(ms / DAY_MS), lastDay);

test('a basket of 5,000 items among others: mined like any, and no link of everything with everything', () => {
	const all = Array.from({ length: 5_000 }, (_, product) => product);
	const orders = [{ customer: 1, day: 1, items: all }, ...Array.from({ length: 200 }, (_, one) => ({ customer: one + 2, day: one % 50, items: [1, 2, 3 + (one % 90)] }))];
	const purchases = shop(orders, 5_000);
	const baskets = orderBaskets(purchases);
	const itemsets = mineItemsets(baskets, { minCount: 3 });
	expect(itemsets.counts[0]).toBe(201);
	const pairs = togetherOf(baskets, itemsets, orderStrata(purchases));
	expect(pairs.find(({ items }) => items.join() === 'p1,p2')).toMatchObject({ count: 201 });
	expect(neighboursOf(stepsFrom(purchases)).to.length).toBeLessThan(5_000);
});

test('a basket of 5,000 items twice, at a count of two: refused with a support that fits, not with a full memory', () => {
	const items = Array.from({ length: 5_000 }, (_, item) => `i${item}`);
	const baskets = basketsOf([items, items, ['i1'], ['i1']]);
	expect(() => mineItemsets(baskets, { minCount: 2, maxBytes: 8 * 2 ** 20 })).toThrow(/Raise the minimum support, for example to [34] baskets/);
	expect(mineItemsets(baskets, { minCount: 3 }).counts).toHaveLength(1);
});

test('a catalogue of 100,000 items: pairs, itemsets and links in a time that nobody notices', () => {
	const random = new Random(3);
	const orders = Array.from({ length: 60_000 }, (_, order) => ({ customer: 1 + (order % 20_000), day: Math.floor(random.next() * 300), items: [...new Set(Array.from({ length: 4 }, () => Math.floor(random.next() ** 3 * 100_000)))] }));
	const purchases = shop(orders, 100_000);
	const before = process.cpuUsage();
	const steps = stepsFrom(purchases);
	const pairs = findPairs(steps, { minCustomers: 5, maxGapDays: 90 });
	const described = describePairs(steps, pairs, 90);
	const itemsets = mineItemsets(orderBaskets(purchases), { minCount: 5 });
	expect(described).toHaveLength(pairs.from.length);
	expect(described.every(({ lift, adjustedLift, confidence }) => Number.isFinite(lift) && Number.isFinite(adjustedLift) && confidence >= 0 && confidence <= 1)).toBe(true);
	expect(itemsets.counts.length).toBeGreaterThan(1_000);
	expect(neighboursOf(steps).offsets).toHaveLength(100_001);
	const { user, system } = process.cpuUsage(before);
	// Some tenths of a second; ten times as much on a machine that does other things.
	expect((user + system) / 1e6).toBeLessThan(15);
});

test('one product: itself, bought again, and nothing else', () => {
	const purchases = shop(Array.from({ length: 40 }, (_, order) => ({ customer: 1 + (order % 20), day: order, items: [0] })), 1);
	const itemsets = mineItemsets(orderBaskets(purchases), { minCount: 1 });
	expect([...itemsets.counts]).toEqual([40]);
	expect(rulesOf(itemsets, { minConfidence: 0 })).toEqual([]);
	expect(togetherOf(orderBaskets(purchases), itemsets, orderStrata(purchases))).toEqual([]);
	const steps = stepsFrom(purchases, 60);
	const [again] = describePairs(steps, findPairs(steps, { minCustomers: 1, maxGapDays: 90 }), 90);
	expect(again).toMatchObject({ from: 'p0', to: 'p0', customers: 20, gapDays: { p50: 20 } });
	expect(again!.adjustedLift).toBeCloseTo(1, 6);
	expect(neighboursOf(steps).to).toHaveLength(0);
});

test('all customers alike: what everybody does is no link', () => {
	const purchases = shop(Array.from({ length: 300 }, (_, one) => [{ customer: one + 1, day: 1, items: [0, 1] }, { customer: one + 1, day: 11, items: [0, 1] }]).flat(), 2);
	const baskets = orderBaskets(purchases);
	expect(togetherOf(baskets, mineItemsets(baskets, { minCount: 1 }), orderStrata(purchases))).toMatchObject([{ count: 600, adjustedLift: 1 }]);
	const steps = stepsFrom(purchases, 20);
	for (const pair of describePairs(steps, findPairs(steps, { minCustomers: 1, maxGapDays: 90 }), 90)) {
		expect(pair).toMatchObject({ customers: 300, confidence: 1, gapDays: { p10: 10, p90: 10 }, linkedGapDays: null });
		expect(pair.adjustedLift).toBeCloseTo(1, 6);
		expect(pair.qValue).toBeGreaterThan(0.1);
	}
});

test('nothing at all: nothing found', () => {
	const purchases = shop([], 0);
	const itemsets = mineItemsets(orderBaskets(purchases), { minCount: minCountOf(0.1, 0) });
	expect(togetherOf(orderBaskets(purchases), itemsets, sizeStrata(orderBaskets(purchases)))).toEqual([]);
	const steps = stepsFrom(purchases);
	expect(describePairs(steps, findPairs(steps, { minCustomers: 1 }), 90)).toEqual([]);
});

describe('chance within strata', () => {
	test('two products of one season are no pair; two that belong together are, in every season', () => {
		const random = new Random(9);
		const orders = Array.from({ length: 20_000 }, (_, order) => {
			const winter = order % 10 === 0;
			const items = new Set([10 + Math.floor(random.next() * 20)]);
			for (const product of [0, 1]) if (random.next() < (winter ? 0.3 : 0.01)) items.add(product);
			for (const product of [2, 3]) if (random.next() < 0.05) items.add(product);
			if (items.has(2) && random.next() < 0.3) items.add(3);
			return { customer: 0, day: winter ? 5 : 40 + (order % 300), items: [...items] };
		});
		const purchases = shop(orders, 30);
		const baskets = orderBaskets(purchases);
		const found = togetherOf(baskets, mineItemsets(baskets, { minCount: 20, maxLength: 2 }), orderStrata(purchases));
		const of = (items: string) => found.find((pair) => pair.items.join() === items)!;
		expect(found[0]!.items).toEqual(['p2', 'p3']);
		expect(of('p0,p1').lift).toBeGreaterThan(3);
		expect(of('p0,p1').adjustedLift).toBeLessThan(1.3);
		expect(of('p2,p3').adjustedLift).toBeGreaterThan(2);
	});

	test('what does not fit the memory is named: pairs already counted, or as many customers as all pairs have', () => {
		const products = 60;
		const purchases = shop([1, 2, 3].flatMap((customer) => Array.from({ length: products }, (_, item) => ({ customer, day: item, items: [item] }))), products);
		const steps = stepsFrom(purchases, 30);
		const pairs = (products * (products - 1)) / 2;
		const found = (maxBytes: number) => () => findPairs(steps, { minCustomers: 2, maxBytes });
		// Three customers each have every pair, and each takes 12 bytes.
		expect(found(3 * pairs * 12 - 1)).toThrow(new RegExp(`^1,770 pairs have at least 2 customers, 5,310 together, which is more than the memory of 0 MiB holds\\. Raise the minimum number of customers, for example to 3, or allow more memory\\.$`));
		expect(found(1_000)).toThrow(/^Already [\d,]+ pairs have at least 2 customers, which is more than the memory of 0 MiB holds\. Raise/);
	});

	test('messages in between and kinds of customers are counted customer by customer', () => {
		const purchases = shop([1, 2, 3, 4].flatMap((customer) => [{ customer, day: 1, items: [0] }, ...(customer < 4 ? [{ customer, day: 10, items: [1] }] : [])]), 2);
		const steps = stepsFrom(purchases, 30);
		const messageDays = (place: number) => [[0, 5], [11], [10], []][place]!;
		const [pair] = describePairs(steps, findPairs(steps, { minCustomers: 2 }), 90, { messageDays, groups: { names: ['none', 'loyal', 'new'], of: [1, 1, 2, 2] } });
		// The first had one on day 5, the third on the very day; the second only afterwards.
		expect(pair!.messageShare).toBeCloseTo(2 / 3, 12);
		expect(pair!.groups).toEqual([{ group: 'loyal', customers: 2, share: 1 }, { group: 'new', customers: 1, share: 0.5 }]);
	});
});
