import { clumpiness, expectedGap, medianGap } from '../../src/rhythm/gapFacts';
import { expectedUnevenness, gatherEvenness, learnEvenness } from '../../src/rhythm/evenness';
import type { Rhythm } from '../../src/rhythm/patternNames';
import { rhythm, type RhythmModel } from '../../src/rhythm/rhythm';
import { seasonOf } from '../../src/rhythm/season';
import { byChance, evenly, FIRST_DAY, historyOf, onDay, seeded, shop } from './support';

const model: RhythmModel = { gap: 40, p90: 100, p99: 300, gaps: 5_000, k: 1 };
const at = (days: readonly number[]) => days.map((day) => FIRST_DAY + day);

function rhythmOf(days: readonly number[], today: number, shopModel = model): Rhythm | null {
	const { rhythm: found } = rhythm.apply(shopModel, historyOf([at(days)]), onDay(FIRST_DAY + today), {});
	return 'labels' in found ? (found.labels[found.codes[0]!] as Rhythm) : null;
}

test.each<[Rhythm, readonly number[], number]>([
	['too_early', [0, 30], 60],
	['regular', [0, 30, 61, 90, 121, 150], 170],
	// Regular customers who left were regular.
	['regular', [0, 30, 61, 90, 121, 150], 900],
	['serial', [0, 2, 3, 200, 201, 203, 400, 402, 403], 420],
	['seasonal', [0, 10, 365, 372, 730], 800],
	['long_cycle', [0, 120, 520, 720], 800],
	['irregular', [0, 20, 30, 85, 115, 190], 210],
])('%s: %j, seen on day %i', (expected, days, today) => {
	expect(rhythmOf(days, today)).toBe(expected);
});

test('three orders almost as far apart are regular, three by chance are not', () => {
	expect(rhythmOf([0, 30, 60], 80)).toBe('regular');
	expect(rhythmOf([0, 30, 85], 100)).not.toBe('regular');
});

test('where the shop is regular, little more evenness of the own gaps is asked for; where it is bursty, more', () => {
	const days = [0, 30, 75, 100, 140];
	expect(rhythmOf(days, 150, { ...model, k: 3 })).toBe('regular');
	expect(rhythmOf([0, 30, 66], 80, { ...model, k: 0.3 })).not.toBe('regular');
});

test('a season has three months at most, to the day', () => {
	const over = (length: number) => [0, 1, 2, 3].flatMap((year) => [0, length / 2, length - 1].map((day) => Math.round(day + year * 365.2425)));
	const season = (days: readonly number[]) => seasonOf(Int32Array.from(days), 0, days.length);
	expect(season(over(92))).toMatchObject({ years: 4 });
	expect(season(over(95))).toBeUndefined();
	expect(season(over(110))).toBeUndefined();
});

test('a season may run over New Year', () => {
	const [december, january] = [FIRST_DAY + 340, FIRST_DAY + 365 + 5];
	expect(seasonOf(Int32Array.of(december, january, december + 365, january + 365, december + 731), 0, 5)).toMatchObject({ years: 3, firstDay: expect.closeTo(december, -1) as number });
});

test('no season: one year only, four months, an order outside, or what chance does too', () => {
	const season = (days: readonly number[]) => seasonOf(Int32Array.from(days), 0, days.length);
	expect(season([0, 20, 40])).toBeUndefined();
	expect(season([0, 120, 365, 485])).toBeUndefined();
	expect(season([0, 10, 180, 365, 370])).toBeUndefined();
	expect(season([0, 60, 365])).toBeUndefined();
});

test('customers by chance: few are called regular, and of customers with even gaps most are', () => {
	// Long gaps are cut off at the end, which makes what is seen of chance a little more even.
	const share = (spread: (random: () => number) => number) => {
		const days = shop(1_500, 700, seeded(5), spread, 0).filter((one) => one.length >= 4);
		const history = historyOf(days);
		const fitted = rhythm.fit(history, onDay(FIRST_DAY + 700), {});
		const { rhythm: found } = rhythm.apply(fitted, history, onDay(FIRST_DAY + 700), {});
		if (!('labels' in found)) throw new Error('no labels');
		return { fitted, regular: Array.from(found.codes).filter((code) => found.labels[code] === 'regular').length / days.length };
	};
	expect(share(byChance).regular).toBeLessThan(0.28);
	const even = share(evenly);
	expect(even.regular).toBeGreaterThan(0.85);
	expect(even.fitted.k).toBeGreaterThan(4);
});

test('the shape of a shop is found again: 1 by chance, 6 where gaps are sums of six', () => {
	for (const [spread, k] of [[byChance, 1], [evenly, 6]] as const) {
		const random = seeded(11);
		const customers = Array.from({ length: 2_000 }, () => {
			const days = [0];
			for (let order = 0; order < 6; order++) days.push(days.at(-1)! + Math.max(1, Math.round(1_000 * spread(random))));
			return days;
		});
		const found = learnEvenness([gatherEvenness(historyOf(customers).orders)]);
		expect(Math.abs(found / k - 1)).toBeLessThan(0.08);
	}
	expect(expectedUnevenness(2, 1)).toBeCloseTo(1 - Math.LN2, 10);
});

test('clumpiness as published: 0 for equal gaps, near 1 for all orders at one end', () => {
	const days = Int32Array.from([0, 10, 20, 30]);
	expect(clumpiness(days, 0, 4, 39)).toBeCloseTo(0, 10);
	expect(clumpiness(Int32Array.from([0, 1, 2, 3]), 0, 4, 99_999)).toBeGreaterThan(0.99);
});

test('the expected gap is the own median drawn to the shop with n / (n + 3)', () => {
	const days = Int32Array.from([0, 10, 30, 60]);
	expect(medianGap(days, 0, 4)).toBe(20);
	expect(medianGap(days, 0, 3)).toBe(15);
	expect(expectedGap(days, 0, 4, 40)).toBe((3 * 20 + 3 * 40) / 6);
	expect(expectedGap(days, 0, 1, 40)).toBe(40);
});

test('the median of many gaps is the sorted one', () => {
	const random = seeded(3);
	for (const size of [2, 3, 10, 101, 1_000]) {
		const days = [0];
		for (let order = 0; order < size; order++) days.push(days.at(-1)! + 1 + Math.floor(random() * 50));
		const gaps = days.slice(1).map((day, place) => day - days[place]!).sort((a, b) => a - b);
		const middle = (gaps[(size - 1) >> 1]! + gaps[size >> 1]!) / 2;
		expect(medianGap(Int32Array.from(days), 0, days.length)).toBe(middle);
	}
});

test('an empty shop, a shop of one, and one customer with 100,000 order days: defined, never NaN', () => {
	expect(rhythm.fit(historyOf([]), onDay(10_010), {})).toEqual({ gap: 30, p90: 90, p99: 365, gaps: 0, k: 1 });
	expect(rhythm.fit(historyOf([[FIRST_DAY]]), onDay(10_010), {})).toMatchObject({ gap: 30, gaps: 0 });
	const many = historyOf([Array.from({ length: 100_000 }, (_, day) => day - 90_000)]);
	const fitted = rhythm.fit(many, onDay(10_010), {});
	expect(fitted).toMatchObject({ gap: 1, p99: 1 });
	expect(Object.values(fitted).every(Number.isFinite)).toBe(true);
	const { rhythm: found, expected_gap_days: gap } = rhythm.apply(fitted, many, onDay(10_010), {});
	expect('labels' in found && found.labels[found.codes[0]!]).toBe('regular');
	expect('numbers' in gap && gap.numbers[0]).toBeCloseTo(1, 3);
});
