import type { Columns } from '../../src/features/contract';
import { ofPlace } from '../../src/features/orderDays';
import { calibrate, comeTrue } from '../../src/rhythm/calibration';
import { nextPurchase, predictor, type NextPurchase } from '../../src/rhythm/nextPurchase';
import type { DaysOnly } from '../../src/rhythm/daysOnly';
import { fitReturns, Standing } from '../../src/rhythm/returnModel';
import { byChance, DAY_MS, evenly, FIRST_DAY, historyOf, onDay, seeded, shop } from './support';

const LAST_DAY = FIRST_DAY + 600;
const settings = nextPurchase.defaults;
const values = (columns: Partial<Columns>, name: 'next_at' | 'next_from' | 'next_until' | 'no_return') => {
	const column = columns[name];
	if (!column || !('numbers' in column)) throw new Error(`no ${name}`);
	return column.numbers;
};

const regularShop = historyOf(shop(1_200, 600, seeded(21), evenly));
const model = nextPurchase.fit(regularShop, onDay(LAST_DAY), settings);
const predict = predictor(model, settings);

function next(days: readonly number[], today: number): NextPurchase {
	const into = { from: 0, at: 0, until: 0, noReturn: 0 };
	predict(Int32Array.from(days), 0, days.length, today, into);
	return into;
}

test('a customer of 30 days who is 10 days past is expected in about 20', () => {
	const found = next([0, 30, 60, 90, 120, 150], 160);
	expect(found.at).toBeGreaterThan(13);
	expect(found.at).toBeLessThan(28);
	expect(found.from).toBeLessThan(found.at);
	expect(found.at).toBeLessThan(found.until);
	expect(found.noReturn).toBeLessThan(0.15);
});

test('the time that has passed counts: the date comes nearer, then the customer is given up', () => {
	const days = [0, 30, 60, 90, 120, 150];
	const [early, later, late] = [next(days, 152), next(days, 172), next(days, 300)];
	expect(later.at).toBeLessThan(early.at);
	expect(late.noReturn).toBeGreaterThan(0.5);
	expect(late.at).toBeNaN();
	for (const near of [early, later]) expect(near.noReturn).toBeLessThan(0.15);
});

test('the own gap counts: who orders every 10 days is expected before who orders every 50', () => {
	expect(next([0, 10, 20, 30, 40], 45).at).toBeLessThan(next([0, 50, 100, 150, 200], 205).at / 2);
});

test('probabilities come true on the days that the model has not seen', () => {
	const all = shop(2_000, 700, seeded(31), byChance);
	const cut = FIRST_DAY + 550;
	const known = all.map((days) => days.filter((day) => day <= cut)).filter((days) => days.length > 0);
	const fitted = nextPurchase.fit(historyOf(known), onDay(cut), settings);
	const standing = new Standing(fitted);
	const outcomes = all.flatMap((days) => {
		const before = days.filter((day) => day <= cut);
		if (before.length < 4) return [];
		standing.place(Int32Array.from(before), 0, before.length, cut);
		const after = days.find((day) => day > cut);
		return [{ at: standing.within((after ?? FIRST_DAY + 700) - cut), ordered: after !== undefined }];
	});
	expect(outcomes.length).toBeGreaterThan(500);
	const told = comeTrue(outcomes);
	for (const share of [0.25, 0.5, 0.75]) expect(Math.abs(told.below(share) - share)).toBeLessThan(0.06);
});

test('one customer alone is told the same as with all the others', () => {
	const bulk = nextPurchase.apply(model, regularShop, onDay(LAST_DAY), settings);
	for (const place of [0, 17, 1_199]) {
		const alone = nextPurchase.apply(model, { orders: ofPlace(regularShop.orders, place), currency: 'EUR' }, onDay(LAST_DAY), settings);
		for (const name of ['next_at', 'next_from', 'next_until', 'no_return'] as const) expect(values(alone, name)[0]).toBe(values(bulk, name)[place]);
	}
});

test('dates are days in the zone of the shop, in order, and none is before today', () => {
	const today = onDay(LAST_DAY, 'America/St_Johns');
	const columns = nextPurchase.apply(model, regularShop, today, settings);
	values(columns, 'next_at').forEach((at, place) => {
		const [from, until] = [values(columns, 'next_from')[place]!, values(columns, 'next_until')[place]!];
		if (Number.isNaN(at)) return;
		expect(today.zone.localDay(at)).toBeGreaterThanOrEqual(LAST_DAY);
		expect(from).toBeLessThanOrEqual(at);
		if (!Number.isNaN(until)) expect(at).toBeLessThanOrEqual(until);
		expect((at - from) % DAY_MS).toBe(0);
	});
});

test('shifting all days shifts all dates, and who is listed where changes nothing', () => {
	const days = shop(400, 500, seeded(41), evenly);
	const plain = nextPurchase.fit(historyOf(days), onDay(FIRST_DAY + 500), settings);
	const shifted = nextPurchase.fit(historyOf(days.map((one) => one.map((day) => day + 77))), onDay(FIRST_DAY + 577), settings);
	expect(shifted).toEqual(plain);
	const turned = nextPurchase.fit(historyOf([...days].reverse(), days.map((_, place) => place + 1)), onDay(FIRST_DAY + 500), settings);
	turned.hazards.forEach((hazards, place) => hazards.weights.forEach((weight, at) => expect(weight).toBeCloseTo(plain.hazards[place]!.weights[at]!, 5)));
});

test('a shop without orders, of one customer, of one order each, all on one day, or with 100,000 order days of one: no NaN where a number must be', () => {
	const shops = [[], [[LAST_DAY]], [[FIRST_DAY, FIRST_DAY + 40, FIRST_DAY + 80]], Array.from({ length: 300 }, () => [LAST_DAY - 30]), [Array.from({ length: 100_000 }, (_, day) => LAST_DAY - 100_000 + day)]];
	for (const customers of shops) {
		const history = historyOf(customers);
		const fitted = nextPurchase.fit(history, onDay(LAST_DAY), settings);
		expect(JSON.stringify(fitted)).not.toMatch(/null|NaN/);
		const columns = nextPurchase.apply(fitted, history, onDay(LAST_DAY), settings);
		for (const chance of values(columns, 'no_return')) {
			expect(chance).toBeGreaterThanOrEqual(0);
			expect(chance).toBeLessThanOrEqual(1);
		}
	}
});

test('who does not come back is who does not order within the horizon: a year, or twice the own gap', () => {
	// By levels as they are asked for, half order before the date exactly.
	const plain = { ...model, calibration: { ...model.calibration, levels: [0.25, 0.5, 0.75] as [number, number, number] } };
	const within = (horizonDays: number, days: readonly number[], today: number) => {
		const into = { from: 0, at: 0, until: 0, noReturn: 0 };
		predictor(plain, { horizonDays })(Int32Array.from(days), 0, days.length, today, into);
		return into;
	};
	const often = [0, 10, 20, 30, 40];
	for (const [today, level] of [[50, 'at'], [55, 'at'], [55, 'until']] as const) {
		const date = within(3_650, often, today)[level];
		expect(date).toBeGreaterThan(0);
		const share = level === 'at' ? 0.5 : 0.25;
		const horizon = Math.max(30, Math.ceil(date));
		expect(within(horizon, often, today).noReturn).toBeLessThanOrEqual(share);
		if (Math.floor(date) > 40) expect(within(Math.floor(date), often, today).noReturn).toBeGreaterThanOrEqual(share);
	}
	const standing = new Standing(plain);
	standing.place(Int32Array.from(often), 0, often.length, 60);
	expect(within(365, often, 60).noReturn).toBeCloseTo(1 - standing.within(365), 12);
	// Somebody who comes every two years is not given up after one.
	const seldom = [-2_920, -2_190, -1_460, -730, 0];
	standing.place(Int32Array.from(seldom), 0, seldom.length, 100);
	expect(standing.typicalGap).toBeGreaterThan(200);
	expect(within(365, seldom, 100)).toEqual(within(100, seldom, 100));
	expect(within(365, seldom, 100).noReturn).toBeCloseTo(1 - standing.within(2 * standing.typicalGap), 12);
});

test('levels move a third of the way, in odds, to where the past wanted them', () => {
	// A model that gives everybody the square of the right chance comes true too late: half of the orders come before it says a quarter.
	const history = historyOf(shop(2_000, 700, seeded(51), evenly)).orders;
	const right = (known: DaysOnly, day: number) => new Standing(fitReturns(known, day));
	const made = (of: (chance: number) => number) => calibrate(history, FIRST_DAY + 700, (known, day) => {
		const standing = right(known, day);
		return (one, place, end) => {
			standing.place(one.days, one.offsets[place]!, end, day);
			return { within: (days: number) => of(standing.within(days)) };
		};
	});
	const [plain, squared] = [made((chance) => chance), made((chance) => chance ** 2)];
	expect(plain.dates).toBeGreaterThan(500);
	const odds = (level: number) => Math.log(level / (1 - level));
	[0.25, 0.5, 0.75].forEach((level, place) => {
		expect(Math.abs(plain.before[place]! - level)).toBeLessThan(0.08);
		expect(squared.before[place]!).toBeGreaterThan(level + 0.08);
		expect(squared.levels[place]!).toBeLessThan(level);
		// The level that would have been right is the square of the one that is.
		expect(Math.abs(odds(squared.levels[place]!) - (odds(level) + (odds(level ** 2) - odds(level)) / 3))).toBeLessThan(0.2);
	});
});

test('who has not ordered has no date', () => {
	const columns = nextPurchase.apply(model, historyOf([[], [FIRST_DAY]]), onDay(LAST_DAY), settings);
	expect(values(columns, 'no_return')[0]).toBeNaN();
	expect(values(columns, 'next_at')[0]).toBeNaN();
	expect(values(columns, 'no_return')[1]).toBeGreaterThan(0);
});
