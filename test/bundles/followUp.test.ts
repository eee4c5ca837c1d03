import { shareByKaplanMeier as byKaplanMeier, watched as watchedOf } from '../../src/bundles/followUp';
import { poissonTail } from '../../src/bundles/significance';
import { logGamma } from '../../src/core/logGamma';

const logFactorial = (n: number) => logGamma(n + 1);

const shareByKaplanMeier = (gaps: Uint32Array, theirs: Uint32Array, all: Uint32Array) => byKaplanMeier(gaps, theirs, watchedOf(all));
const days = (...values: number[]) => Uint32Array.from(values);

describe('Kaplan-Meier', () => {
	test("the leukaemia patients of Freireich et al. (1963), 6-MP: .627 without relapse after 16 weeks", () => {
		const relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23];
		const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
		const share = shareByKaplanMeier(days(...relapsed.slice(0, 7)), days(...relapsed.slice(0, 7)), days(...[...relapsed.slice(0, 7), ...censored, 50, 50].sort((a, b) => a - b)));
		expect(1 - share).toBeCloseTo(0.627, 3);
	});

	test('everybody watched to the end: the plain share', () => {
		const watched = days(...Array.from({ length: 20 }, () => 100));
		expect(shareByKaplanMeier(days(3, 9, 9, 40), days(100, 100, 100, 100), watched)).toBeCloseTo(4 / 20, 12);
	});

	test('who was watched too short counts for the time watched', () => {
		const watched = days(...[...Array.from({ length: 10 }, () => 5), ...Array.from({ length: 10 }, () => 100)]);
		expect(shareByKaplanMeier(days(50, 60), days(100, 100), watched)).toBeCloseTo(1 - (9 / 10), 12);
	});

	test('one purchase among the last two watched is no certainty', () => {
		const watched = days(...[...Array.from({ length: 30 }, () => 5), 100, 100]);
		expect(shareByKaplanMeier(days(3, 90), days(5, 100), watched)).toBeCloseTo(1 / 32, 12);
	});
});

test('factorials and Poisson tails against sums', () => {
	let log = 0;
	for (let n = 1; n <= 2_000; n++) {
		log += Math.log(n);
		expect(Math.abs(logFactorial(n) - log)).toBeLessThan(1e-10 * Math.max(1, log));
	}
	for (const [count, expected] of [[3, 1.5], [10, 2], [5, 9], [50, 40], [30, 40]] as const) {
		let below = 0;
		for (let n = 0; n < count; n++) below += Math.exp(n * Math.log(expected) - expected - logFactorial(n));
		expect(poissonTail(count, expected)).toBeCloseTo(1 - below, 10);
	}
	expect(poissonTail(0, 3)).toBe(1);
	expect(poissonTail(200, 3)).toBeGreaterThan(0);
});
