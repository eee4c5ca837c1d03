import fc from 'fast-check';
import type { Deed, PreferenceFacts, PurchaseLine, Signal } from '../../src/preferences/contract';
import { engagement, strength, viewsOf } from '../../src/preferences/engagement';
import { favouriteCategory } from '../../src/preferences/favouriteCategory';
import { PreferenceLearner, preferencesOf } from '../../src/preferences/preferenceModel';
import { preferencesInWords } from '../../src/preferences/preferencesInWords';
import { CategoryPrices, pricePreference } from '../../src/preferences/pricePreference';
import { bestChannel, bestHour, responsesOf } from '../../src/preferences/responses';
import { DAY, HOUR, START_MS } from '../support/eachStore';

const line = (category: string | null, price: number | null, more: Partial<PurchaseLine> = {}): PurchaseLine => ({ order: 1, category, priceE4: price, spentE4: price ?? 1, ...more });
const deed = (signal: Signal, ago: number, more: Partial<Deed> = {}): Deed => {
	const at = START_MS - ago;
	return { signal, at, day: Math.floor(at / DAY), hour: Math.floor((at % DAY) / HOUR), view: false, channel: 'email', message: null, ...more };
};
/** Prices 1 to 30 in coffee, 100 times as much in machines. */
const shop = new CategoryPrices();
shop.add(Array.from({ length: 30 }, (_, index) => [line('coffee', index + 1), line('machines', 100 * (index + 1))]).flat());
shop.add(Array.from({ length: 19 }, (_, index) => line('rare', index + 1)));
shop.add(Array.from({ length: 50 }, () => line('one price', 7)));
const prices = shop.learned();

describe('Price preference', () => {
	test('is where purchases lie within their category, not what they cost', () => {
		expect(pricePreference(prices, [29, 28, 30].map((price) => line('coffee', price)))).toEqual({ tier: 'high', share: 1, lines: 3 });
		expect(pricePreference(prices, [200, 300, 100].map((price) => line('machines', price)))?.tier).toBe('low');
		expect(pricePreference(prices, [1500, 1600, 15].map((price) => line(price > 100 ? 'machines' : 'coffee', price)))?.tier).toBe('middle');
	});

	test('parts a category in thirds', () => {
		const tierOf = (price: number) => pricePreference(prices, [price, price, price].map((one) => line('coffee', one)))?.tier;
		expect([5, 9, 12, 15, 19, 22, 30].map(tierOf)).toEqual(['low', 'low', 'middle', 'middle', 'middle', 'high', 'high']);
	});

	test('over several categories counts each at its usual price: a cheap machine outweighs many dear coffees', () => {
		const found = pricePreference(prices, [line('machines', 200), line('coffee', 30), line('coffee', 29)]);
		expect(found?.tier).toBe('low');
		expect(found?.share).toBeCloseTo(100 / 102, 9);
	});

	test('leans to neither side: who buys dear in one category and cheap in another, as much of each, is as often low as high', () => {
		const both = new CategoryPrices();
		both.add(Array.from({ length: 30 }, (_, index) => [line('tea', index + 1), line('wine', index + 1)]).flat());
		const tierOf = (tea: number[], wine: number[]) => pricePreference(both.learned(), [...tea.map((price) => line('tea', price)), ...wine.map((price) => line('wine', price))])?.tier;
		expect([tierOf([1, 2, 3], [30, 29]), tierOf([30, 29, 28], [1, 2])]).toEqual(['low', 'high']);
	});

	test('is nothing where little was bought, or where there is nothing to compare with', () => {
		expect(Object.keys(prices).sort()).toEqual(['coffee', 'machines']);
		expect(pricePreference(prices, [line('coffee', 30), line('coffee', 30)])).toBeNull();
		expect(pricePreference(prices, ['rare', 'one price', null, 'constructor'].flatMap((category) => [1, 2, 3].map((price) => line(category, price))))).toBeNull();
		expect(pricePreference(prices, [1, 2, 3].map(() => line('coffee', 30, { spentE4: 0 })))).toBeNull();
	});

	test('of equal shares is the middle one, and a price that everybody pays is the middle', () => {
		expect(pricePreference(prices, [line('coffee', 15, { spentE4: 15 * 50 }), line('coffee', 16, { spentE4: 16 * 50 }), line('machines', 100)])?.tier).toBe('middle');
		const most = new CategoryPrices();
		most.add([...Array.from({ length: 40 }, () => line('tea', 5)), line('tea', 1), line('tea', 9)]);
		expect(pricePreference(most.learned(), [5, 5, 5].map((price) => line('tea', price)))?.tier).toBe('middle');
	});
});

test('the favourite category has most of the money, two orders and three tenths', () => {
	expect(favouriteCategory([line('a', 60), line('a', 20, { order: 2 }), line('b', 40, { order: 3 })])).toEqual({ category: 'a', share: 80 / 120, orders: 2 });
	expect(favouriteCategory([line('a', 60), line('a', 60)])).toBeNull();
	expect(favouriteCategory([])).toBeNull();
	expect(favouriteCategory('abcd'.split('').flatMap((name) => [line(name, 10), line(name, 10, { order: 2 })]))).toBeNull();
	expect(favouriteCategory([line(null, 900), line(null, 900, { order: 2 }), line('a', 6), line('a', 2, { order: 2 })])?.category).toBe('a');
	expect(favouriteCategory([line('a', 10), line('a', 10, { order: 2 }), line('b', 5), line('b', 5, { order: 2 }), line('b', 10, { order: 3 })])?.category).toBe('b');
});

describe('Engagement', () => {
	test('halves in 30 days, clicks weigh most, and a day counts once for each kind', () => {
		expect(strength([deed('opened', 0)], START_MS)).toBe(1);
		expect(strength([deed('opened', 30 * DAY)], START_MS)).toBeCloseTo(0.5, 9);
		expect(strength([deed('clicked', 0)], START_MS)).toBe(3);
		expect(strength([...Array.from({ length: 50 }, (_, index) => deed('opened', index)), deed('opened', DAY)], START_MS)).toBeCloseTo(1 + 2 ** (-1 / 30), 9);
	});

	test('0.5 is typical; nothing is 0; a shop that tells nothing has none', () => {
		expect(engagement([deed('opened', 0)], START_MS, 1)).toBe(0.5);
		expect(engagement([deed('clicked', 0)], START_MS, 1)).toBe(0.75);
		expect(engagement([], START_MS, 1)).toBe(0);
		expect(engagement([], START_MS, null)).toBeNull();
	});

	test('views are those of 30 days', () => {
		expect(viewsOf([deed('visited', HOUR, { view: true }), deed('visited', HOUR), deed('visited', 30 * DAY, { view: true }), deed('visited', 30 * DAY - 1, { view: true })], START_MS)).toBe(2);
	});
});

describe('Responses', () => {
	const at = (hour: number, daysAgo = 1, more: Partial<Deed> = {}) => deed('opened', 0, { hour, day: 100 - daysAgo, message: hour * 1000 + daysAgo + 1, ...more });
	const evening = Array.from({ length: 24 }, (_, hour) => (hour === 19 ? 0.77 : 0.01));

	test('little of the own goes with the shop, much with the customer', () => {
		expect(bestHour([at(8)], evening)).toBe(19);
		expect(bestHour(Array.from({ length: 20 }, (_, day) => at(8, day)), evening)).toBe(8);
		expect(bestHour([], evening)).toBeNull();
		expect(bestHour([at(8)], null)).toBeNull();
	});

	test('midnight lies between 23 and 1', () => {
		const even = new Array<number>(24).fill(1 / 24);
		expect(bestHour([23, 23, 23, 1, 1, 1, 0].map((hour, day) => at(hour, day)), even)).toBe(0);
	});

	test('an open and a click of one message are one response', () => {
		expect(responsesOf([deed('opened', 60, { message: 1 }), deed('clicked', 30, { message: 1 }), deed('visited', 0)]).map(({ signal }) => signal)).toEqual(['opened']);
	});

	test('the best channel is the one answered most often, not the one used most', () => {
		const answers = [...Array.from({ length: 6 }, (_, day) => at(9, day, { channel: 'email' })), ...Array.from({ length: 5 }, (_, day) => at(10, day, { channel: 'push' }))];
		expect(bestChannel(answers, { email: 60, push: 6 }, { email: 0.2, push: 0.2 })).toEqual({ channel: 'push', responses: 5, sent: 6 });
		// One answer of one message against a shop where nobody answers there.
		expect(bestChannel([at(9, 1, { channel: 'sms' }), ...answers.slice(0, 6)], { email: 8, sms: 1 }, { email: 0.4, sms: 0.01 })?.channel).toBe('email');
		expect(bestChannel([], { email: 9 }, { email: 0.5 })).toBeNull();
		expect(bestChannel([at(9, 1, { channel: null })], { email: 9 }, { email: 0.5 })).toBeNull();
	});
});

test('nothing is ever not a number, whatever comes in', () => {
	const amount = fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1e12, noNaN: true }));
	const name = fc.constantFrom(null, 'a', 'b', '__proto__', 'constructor', '');
	const facts = fc.record({
		customer: fc.integer({ min: 1 }),
		lines: fc.array(fc.record({ order: fc.integer({ min: 1, max: 5 }), category: name, priceE4: fc.option(amount), spentE4: amount }), { maxLength: 40 }),
		deeds: fc.array(fc.record({ signal: fc.constantFrom<Signal>('opened', 'clicked', 'visited'), at: fc.integer({ min: START_MS - 200 * DAY, max: START_MS }), day: fc.integer({ min: 0, max: 400 }), hour: fc.integer({ min: 0, max: 23 }), view: fc.boolean(), channel: name, message: fc.option(fc.integer({ min: 1, max: 4 })) }), { maxLength: 30 }),
		sent: fc.dictionary(fc.constantFrom('a', 'b', 'email'), fc.integer({ min: 1, max: 9 })),
	});
	fc.assert(
		fc.property(fc.array(facts, { maxLength: 12 }), (everybody: PreferenceFacts[]) => {
			const learner = new PreferenceLearner(START_MS);
			everybody.forEach((one) => learner.add(one));
			const model = learner.learned();
			expect(JSON.parse(JSON.stringify(model))).toEqual(model);
			for (const one of everybody) {
				const found = preferencesOf(model, one, START_MS);
				for (const value of Object.values(found)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
				expect(found.engagement ?? 0).toBeGreaterThanOrEqual(0);
				expect(found.engagement ?? 0).toBeLessThanOrEqual(1);
				expect(preferencesInWords(model, one, START_MS)).not.toMatch(/NaN|undefined|Infinity/);
			}
		}),
		{ seed: 20_260_302, numRuns: 200 },
	);
});
