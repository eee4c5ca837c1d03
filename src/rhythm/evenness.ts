import { digamma } from '../core/digamma';
import type { DaysOnly } from './daysOnly';
import { unevenness } from './gapFacts';

const FEWEST_GAPS = 2;

/**
 * Expected unevenness of n gaps that are gamma distributed with shape k: ψ(nk) - ln(nk) - ψ(k) + ln k, smaller the larger k.
 * @param gaps Infinity for what they tend to
 */
export function expectedUnevenness(gaps: number, k: number): number {
	const own = Math.log(k) - digamma(k);
	return Number.isFinite(gaps) ? own + digamma(gaps * k) - Math.log(gaps * k) : own;
}

/** What part of a shop says of evenness: of each customer with two gaps or more, how many, and how uneven they are. */
export interface GatheredEvenness {
	gaps: Uint32Array;
	uneven: Float64Array;
}

export function gatherEvenness({ numbers, offsets, days }: DaysOnly): GatheredEvenness {
	const [gaps, uneven] = [new Uint32Array(numbers.length), new Float64Array(numbers.length)];
	let size = 0;
	for (let place = 0; place < numbers.length; place++) {
		const own = offsets[place + 1] - offsets[place] - 1;
		if (own < FEWEST_GAPS) continue;
		gaps[size] = own;
		uneven[size++] = unevenness(days, offsets[place], offsets[place + 1]);
	}
	return { gaps: gaps.slice(0, size), uneven: uneven.slice(0, size) };
}

/**
 * How even the shop's gaps are: the shape k of a gamma around each customer's own mean, by moments of the unevenness. 1 is
 * chance, above it gaps are more even (Platzer & Reutterer 2016 take k for whole numbers).
 * @returns 1 where nobody has two gaps
 */
export function learnEvenness(gathered: readonly GatheredEvenness[]): number {
	const customersOf = new Map<number, number>();
	let seen = 0;
	for (const { gaps, uneven } of gathered) {
		for (let place = 0; place < gaps.length; place++) {
			seen += gaps[place] * uneven[place];
			customersOf.set(gaps[place], (customersOf.get(gaps[place]) ?? 0) + 1);
		}
	}
	if (customersOf.size === 0) return 1;
	const expected = (k: number) => [...customersOf].reduce((sum, [gaps, customers]) => sum + customers * gaps * expectedUnevenness(gaps, k), 0);
	let [low, high] = [Math.log(0.05), Math.log(100)];
	for (let round = 0; round < 50; round++) {
		const middle = (low + high) / 2;
		if (expected(Math.exp(middle)) > seen) low = middle;
		else high = middle;
	}
	return Math.exp((low + high) / 2);
}
