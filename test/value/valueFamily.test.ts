import { unitHash } from '../../src/core/hash';
import { asOf, type ShopHistory } from '../../src/features/contract';
import { OrderDaysBuilder } from '../../src/features/orderDaysBuilder';
import { ZoneClock } from '../../src/policy/zoneClock';
import { alive, orderValue, Outlook, yearAndLifetime } from '../../src/value/outlook';
import { fitShrunkRate, ordersAtRate } from '../../src/value/shrunkRate';
import { valueFamily, VALUE_TIERS } from '../../src/value/valueFamily';
import { WORTH_DEFAULTS } from '../../src/value/worthDefaults';
import { knownAsOf } from '../features/support/knownAsOf';

const DAY_MS = 86_400_000;
const zone = ZoneClock.of('UTC') as ZoneClock;
const on = (day: number) => asOf(day * DAY_MS, zone);
type Order = { customer: number; day: number; e4: number };

function shop(orders: readonly Order[], withoutOrders: number[] = []): ShopHistory {
	const builder = new OrderDaysBuilder(orders.length, new Set([...orders.map(({ customer }) => customer), ...withoutOrders]).size);
	const all = [...orders.map((order) => ({ ...order })), ...withoutOrders.map((customer) => ({ customer, day: Number.NaN, e4: 0 }))];
	for (const { customer, day, e4 } of all.sort((a, b) => a.customer - b.customer || a.day - b.day)) {
		if (Number.isNaN(day)) builder.place(customer);
		else builder.add(customer, day, day * DAY_MS, e4);
	}
	return { orders: builder.done(), currency: 'EUR' };
}

/** A shop of buyers with gaps and worths of their own. */
function invented(customers: number, end = 20_400): Order[] {
	return Array.from({ length: customers }, (_, customer) => {
		const orders: Order[] = [];
		const [gap, worth] = [5 + 120 * unitHash('gap', customer), 10 + 90 * unitHash('worth', customer)];
		for (let day = end - 700 + Math.floor(600 * unitHash('first', customer)), order = 0; day <= end && (order === 0 || unitHash('gone', customer, order) > 0.12); order++) {
			orders.push({ customer, day, e4: Math.round(worth * 10_000 * (0.5 + unitHash('value', customer, order))) });
			day += 1 + Math.floor(-Math.log(1 - unitHash('next', customer, order)) * gap);
		}
		return orders;
	}).flat();
}

const END = 20_400;
const figures = (history: ShopHistory, day = END, settings = WORTH_DEFAULTS) => valueFamily.apply(valueFamily.fit(history, on(day), settings), history, on(day), settings);
const same = (one: Float64Array, other: Float64Array, tolerance = 1e-4) => one.forEach((value, place) => expect(Math.abs(value / other[place]! - 1)).toBeLessThan(tolerance));

test('the shift of all dates changes nothing', () => {
	const orders = invented(600);
	const [now, later] = [figures(shop(orders)), figures(shop(orders.map((order) => ({ ...order, day: order.day + 1_234 }))), END + 1_234)];
	for (const name of ['p_alive', 'expected_orders', 'ltv_e4', 'margin_e4'] as const) expect(later[name].numbers).toEqual(now[name].numbers);
	expect(later.value_tier.codes).toEqual(now.value_tier.codes);
});

test('customers in another order: each keeps the figures', () => {
	const orders = invented(600);
	const [now, turned] = [figures(shop(orders)), figures(shop(orders.map((order) => ({ ...order, customer: 599 - order.customer }))))];
	same(turned.ltv_e4.numbers.slice().reverse(), now.ltv_e4.numbers, 1e-5);
	same(turned.p_alive.numbers.slice().reverse(), now.p_alive.numbers, 1e-5);
});

test('every customer twice: the same figures', () => {
	const orders = invented(600);
	const [once, twice] = [figures(shop(orders)), figures(shop([...orders, ...orders.map((order) => ({ ...order, customer: order.customer + 600 }))]))];
	same(twice.ltv_e4.numbers.subarray(0, 600), once.ltv_e4.numbers);
	expect(twice.value_tier.codes.slice(600)).toEqual(twice.value_tier.codes.slice(0, 600));
});

test('in cents instead of euros: worth a hundred times as much, all else the same', () => {
	const orders = invented(600);
	const [euros, cents] = [figures(shop(orders)), figures(shop(orders.map((order) => ({ ...order, e4: order.e4 * 100 }))))];
	same(cents.ltv_e4.numbers, euros.ltv_e4.numbers.map((one) => one * 100));
	expect(cents.expected_orders.numbers).toEqual(euros.expected_orders.numbers);
	expect(cents.value_tier.codes).toEqual(euros.value_tier.codes);
});

test('as of a past instant: what came later is not seen', () => {
	const orders = invented(600);
	const buyers = Array.from({ length: 600 }, (_, number) => ({ number, since: 0, orders: orders.filter(({ customer }) => customer === number).map(({ day, e4 }) => ({ at: day * DAY_MS, paidE4: e4 })) }));
	const then = figures(knownAsOf(buyers, on(END - 100)), END - 100);
	const known = figures(shop(orders.filter(({ day }) => day <= END - 100), orders.map(({ customer }) => customer)), END - 100);
	expect(then.ltv_e4.numbers).toEqual(known.ltv_e4.numbers);
	expect(then.ltv_e4.numbers).not.toEqual(figures(shop(orders)).ltv_e4.numbers);
});

test('one customer by the stored model has what the bulk gives, to the last digit', () => {
	const orders = invented(600);
	const model = JSON.parse(JSON.stringify(valueFamily.fit(shop(orders), on(END), WORTH_DEFAULTS))) as ReturnType<typeof valueFamily.fit>;
	const all = valueFamily.apply(model, shop(orders), on(END), WORTH_DEFAULTS);
	for (const customer of [0, 17, 599]) {
		const own = valueFamily.apply(model, shop(orders.filter((order) => order.customer === customer)), on(END), WORTH_DEFAULTS);
		for (const name of ['p_alive', 'expected_orders', 'ltv_e4'] as const) expect(own[name].numbers[0]).toBe(all[name].numbers[customer]);
		expect(own.value_tier.codes[0]).toBe(all.value_tier.codes[customer]);
	}
});

test('lifetime value: history plus the orders to come at their worth of today; a margin is a share of it; without discount it is more', () => {
	const history = shop(invented(600));
	const model = valueFamily.fit(history, on(END), WORTH_DEFAULTS);
	const ltv = (settings: Partial<typeof WORTH_DEFAULTS>) => valueFamily.apply(model, history, on(END), { ...WORTH_DEFAULTS, ...settings }).ltv_e4.numbers;
	const spent = Array.from({ length: 600 }, (_, place) => history.orders.netE4.subarray(history.orders.offsets[place], history.orders.offsets[place + 1]).reduce((sum, one) => sum + one, 0));
	const [full, discounted, quarter] = [ltv({ discountRate: 0 }), ltv({}), ltv({ marginShare: 0.25 })];
	for (let place = 0; place < 600; place++) {
		expect(discounted[place]).toBeGreaterThanOrEqual(spent[place]!);
		expect(full[place]).toBeGreaterThanOrEqual(discounted[place]!);
		expect(Math.abs(quarter[place]! - discounted[place]! / 4)).toBeLessThanOrEqual(1);
	}
	const sum = (all: Float64Array) => all.reduce((one, other) => one + other, 0);
	expect(sum(full) - sum(discounted)).toBeGreaterThan(0.01 * (sum(discounted) - sum(Float64Array.from(spent))));
	expect(sum(discounted) - sum(Float64Array.from(spent))).toBeGreaterThan(0);
	// 10 % a year over a year: a little less than the plain orders, more than nine tenths of them.
	const year = new Outlook(model, yearAndLifetime({ discountRate: 0.1, horizonDays: 365, marginShare: null }));
	const expected = new Float64Array(2);
	year.expected({ x: 4, tx: 200, T: 220 }, expected);
	expect(expected[1]! / expected[0]!).toBeGreaterThan(0.92);
	expect(expected[1]! / expected[0]!).toBeLessThan(0.98);
});

test('without a model of what orders are worth, the own mean is drawn to the shop\'s with the weight of three orders', () => {
	expect(orderValue({ spend: null, meanOrder: 10 }, 1, 20, 50)).toBe((3 * 10 + 50) / (3 + 2));
	expect(orderValue({ spend: null, meanOrder: 10 }, 0, 0, 50)).toBe((3 * 10 + 50) / (3 + 1));
	expect(orderValue({ spend: null, meanOrder: 10 }, 3, -900, -800)).toBe(0);
	// Where the model knows no mean, too.
	expect(orderValue({ spend: { p: 5, q: 0.9, v: 3, logLikelihood: 0 }, meanOrder: 10 }, 1, 20, 50)).toBe(16);
});

test('orders of the first year count as if they came in its middle, those of the second a year later', () => {
	const [year, lifetime] = yearAndLifetime({ discountRate: 0.21, horizonDays: 600, marginShare: null });
	expect(year).toEqual([{ days: 365, weight: 1 }]);
	const [first, second] = [1.21 ** -0.5, 1.21 ** (-(365 + 600) / 2 / 365)];
	expect(lifetime).toEqual([{ days: 365, weight: expect.closeTo(first - second, 12) as number }, { days: 600, weight: expect.closeTo(second, 12) as number }]);
});

test('a rate is the own one, drawn to the shop\'s as if it had been watched for a typical time more', () => {
	const rate = fitShrunkRate({ x: Uint32Array.of(2, 0, 1), T: Float64Array.of(100, 200, 300) });
	expect(rate).toEqual({ shop: 3 / 600, typical: 200 });
	expect(ordersAtRate(rate, 2, 100, 50)).toBeCloseTo(((2 + 1) / (100 + 200)) * 50, 12);
	expect(ordersAtRate(fitShrunkRate({ x: new Uint32Array(0), T: new Float64Array(0) }), 0, 0, 50)).toBe(0);
});

test('where those who order often also order larger, the model of order values is not used, and how much they are related is known', () => {
	const orders = invented(900);
	const times = new Map<number, number>();
	for (const { customer } of orders) times.set(customer, (times.get(customer) ?? 0) + 1);
	const fit = (of: readonly Order[]) => valueFamily.fit(shop(of), on(END), WORTH_DEFAULTS);
	const [unrelated, related] = [fit(orders), fit(orders.map((order) => ({ ...order, e4: order.e4 * (times.get(order.customer) as number) })))];
	expect(Math.abs(unrelated.correlation!)).toBeLessThan(0.3);
	expect(unrelated.spend).not.toBeNull();
	expect(related.correlation!).toBeGreaterThan(0.3);
	expect(related.spend).toBeNull();
});

test('tiers: a fifth high, the upper half at least middle; all alike are middle; a handful have none', () => {
	const tiers = figures(shop(invented(600))).value_tier.codes;
	const share = (label: string) => tiers.filter((code) => VALUE_TIERS[code] === label).length / tiers.length;
	expect(share('high')).toBeCloseTo(0.2, 1);
	expect(share('low')).toBeCloseTo(0.5, 1);
	const alike = Array.from({ length: 300 }, (_, customer) => ({ customer, day: END - 30, e4: 100_000 }));
	expect(new Set(figures(shop(alike)).value_tier.codes)).toEqual(new Set([2]));
	expect(new Set(figures(shop(alike.slice(0, 5))).value_tier.codes)).toEqual(new Set([0]));
});

describe('bad data is defined and never NaN where there are orders', () => {
	const expectNumbers = (history: ShopHistory, day = END) => {
		const found = figures(history, day);
		for (const name of ['expected_orders', 'ltv_e4', 'margin_e4'] as const) found[name].numbers.forEach((value, place) => expect(Number.isFinite(value)).toBe(history.orders.offsets[place + 1]! > history.orders.offsets[place]!));
		return found;
	};
	test('an empty shop', () => expect(figures(shop([])).ltv_e4.numbers).toHaveLength(0));
	test('nobody ordered', () => void expectNumbers(shop([], [1, 2, 3])));
	test('one customer, one order, today', () => void expectNumbers(shop([{ customer: 1, day: END, e4: 10_000 }])));
	test('negative totals', () => void expectNumbers(shop(invented(400).map((order, place) => ({ ...order, e4: place % 3 === 0 ? -order.e4 : order.e4 })))));
	test('nothing was ever paid', () => void expectNumbers(shop(invented(400).map((order) => ({ ...order, e4: 0 })))));
	test('orders every day for years among the others', () => void expectNumbers(shop([...invented(400), ...Array.from({ length: 3_000 }, (_, day) => ({ customer: 1_000, day: END - day, e4: 10_000 }))])));
	test('all orders at one instant', () => void expectNumbers(shop(Array.from({ length: 400 }, (_, customer) => ({ customer, day: END - 10, e4: 50_000 })))));
	test('few repeat buyers: rates drawn to the shop, no P(alive)', () => {
		const history = shop(invented(40));
		const found = expectNumbers(history);
		expect(found.p_alive.numbers.every(Number.isNaN)).toBe(true);
		const model = valueFamily.fit(history, on(END), WORTH_DEFAULTS);
		expect(model.buyer).toBeNull();
		expect(alive(model, { x: 3, tx: 30, T: 40 })).toBeNaN();
	});
});
