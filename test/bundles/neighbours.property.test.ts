import fc from 'fast-check';
import { neighboursOf } from '../../src/bundles/neighbours';
import type { Purchases } from '../../src/bundles/purchases';
import { stepsOf } from '../../src/bundles/steps';

const DAY_MS = 86_400_000;
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const bought = fc.array(fc.record({ customer: fc.integer({ min: 1, max: 3 }), day: fc.integer({ min: 0, max: 9 }), product: fc.constantFrom(...NAMES) }), { minLength: 1, maxLength: 80 });

type Bought = { customer: number; day: number; product: string };

function purchasesOf(all: readonly Bought[]): Purchases {
	return {
		products: NAMES,
		offsets: Uint32Array.from({ length: all.length + 1 }, (_, order) => order),
		items: Uint32Array.from(all, ({ product }) => NAMES.indexOf(product)),
		orderedAt: Float64Array.from(all, ({ day }) => day * DAY_MS),
		customers: Float64Array.from(all, ({ customer }) => customer),
	};
}

/** Pair by pair, over sets of customers and of customers' days. */
function bruteForce(all: readonly Bought[], kept: number): Map<string, string[]> {
	const customers = new Map(NAMES.map((name) => [name, new Set(all.filter(({ product }) => product === name).map(({ customer }) => customer))]));
	const days = new Map(NAMES.map((name) => [name, new Set(all.filter(({ product }) => product === name).map(({ customer, day }) => `${customer} ${day}`))]));
	const strength = (one: Set<unknown>, other: Set<unknown>) => {
		const both = [...one].filter((element) => other.has(element)).length;
		return both < 2 ? 0 : (both - 1) / ((one.size + 5) ** 0.3 * (other.size + 5) ** 0.5);
	};
	const frequent = NAMES.filter((name) => customers.get(name)!.size >= 2);
	return new Map(
		frequent.map((from) => {
			const others = frequent
				.filter((to) => to !== from)
				.map((to) => ({ to, byCustomer: strength(customers.get(from)!, customers.get(to)!), byDay: strength(days.get(from)!, days.get(to)!) }))
				.filter(({ byCustomer }) => byCustomer > 0);
			others.sort((a, b) => b.byCustomer + b.byDay - a.byCustomer - a.byDay || (a.to < b.to ? -1 : 1));
			return [from, others.slice(0, kept).map(({ to, byCustomer, byDay }) => `${to} ${Math.fround(byCustomer)} ${Math.fround(byDay)}`)];
		}),
	);
}

test('neighbours are the strongest of those found pair by pair, as many for each product as there is room for in all', () => {
	fc.assert(
		fc.property(bought, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 3, 8, 1_000), (all, kept, inAll) => {
			const steps = stepsOf(purchasesOf(all), (ms) => Math.floor(ms / DAY_MS), 9);
			const expected = bruteForce(all, kept);
			const size = (each: number) => [...expected.values()].reduce((sum, { length }) => sum + Math.min(each, length), 0);
			const each = [5, 4, 3, 2, 1].find((most) => size(most) <= inAll) ?? 0;
			const { offsets, to, byCustomer, byDay } = neighboursOf(steps, kept, inAll);
			for (let product = 0; product < steps.names.length; product++) {
				const found = Array.from({ length: offsets[product + 1]! - offsets[product]! }, (_, place) => offsets[product]! + place).map((at) => `${steps.names[to[at]!]} ${byCustomer[at]} ${byDay[at]}`);
				expect(found).toEqual((expected.get(steps.names[product]!) ?? []).slice(0, each));
			}
		}),
		{ seed: 20_261_122, numRuns: 1_000 },
	);
});

test('what one customer alone buys together, however often, keeps nobody out', () => {
	const all: Bought[] = [
		...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((day) => [
			{ customer: 1, day, product: 'a' },
			{ customer: 1, day, product: 'b' },
		]),
		{ customer: 4, day: 1, product: 'b' },
		...[1, 2, 3].map((customer) => ({ customer, day: 9, product: 'c' })),
		...[2, 3].map((customer) => ({ customer, day: 1, product: 'a' })),
	];
	const steps = stepsOf(purchasesOf(all), (ms) => Math.floor(ms / DAY_MS), 9);
	const { offsets, to } = neighboursOf(steps, 1);
	const a = steps.names.indexOf('a');
	expect([...to.slice(offsets[a], offsets[a + 1])].map((product) => steps.names[product])).toEqual(['c']);
});
