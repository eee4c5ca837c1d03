import { logGamma } from '../core/logGamma';

/**
 * Fisher's exact test, one-sided: how likely two items are bought together this often or more often by chance alone, given
 * how often each is bought (hypergeometric upper tail).
 */
export class FisherTest {
	private readonly logFactorials: Float64Array;

	/** @param baskets of all tests, so that the factorials are computed once */
	constructor(private readonly baskets: number) {
		this.logFactorials = new Float64Array(baskets + 1);
		let sum = 0;
		let rest = 0;
		for (let n = 2; n <= baskets; n++) {
			// Kahan: a million small terms would cost the digits that small probabilities consist of.
			const term = Math.log(n) - rest;
			const next = sum + term;
			rest = next - sum - term;
			this.logFactorials[n] = sum = next;
		}
	}

	/** @param both baskets with both sides @param first with the one side @param second with the other */
	pValue(both: number, first: number, second: number): number {
		const least = Math.max(0, first + second - this.baskets);
		const most = Math.min(first, second);
		if (both <= least) return 1;
		const upper = both >= (first * second) / this.baskets;
		const start = upper ? both : both - 1;
		let term = 1;
		let sum = 1;
		if (upper) {
			for (let n = start; n < most && term > sum * 1e-17; n++) sum += term *= ((first - n) * (second - n)) / ((n + 1) * (this.baskets - first - second + n + 1));
		} else {
			for (let n = start; n > least && term > sum * 1e-17; n--) sum += term *= (n * (this.baskets - first - second + n)) / ((first - n + 1) * (second - n + 1));
		}
		const tail = Math.min(1, sum * Math.exp(this.logProbability(start, first, second)));
		return upper ? tail : 1 - tail;
	}

	private logProbability(both: number, first: number, second: number): number {
		const { logFactorials: f, baskets } = this;
		return f[first] + f[second] + f[baskets - first] + f[baskets - second] - f[baskets] - f[both] - f[first - both] - f[second - both] - f[baskets - first - second + both];
	}
}

/** How likely a count of rare things is this high or higher, when so many are expected (Poisson upper tail). */
export function poissonTail(count: number, expected: number): number {
	if (count <= 0) return 1;
	if (expected <= 0) return 0;
	const upper = count > expected;
	const start = upper ? count : count - 1;
	let term = 1;
	let sum = 1;
	if (upper) for (let n = start + 1; term > sum * 1e-17; n++) sum += term *= expected / n;
	else for (let n = start; n > 0 && term > sum * 1e-17; n--) sum += term *= n / expected;
	const tail = Math.min(1, sum * Math.exp(start * Math.log(expected) - expected - logGamma(start + 1)));
	return upper ? tail : 1 - tail;
}

/**
 * Benjamini & Hochberg (1995): for each p-value the share of false discoveries among all tests that are at least as
 * significant.
 * @param tests how many tests there were; those without a p-value here were not worth it, and count as chance. What is counted too
 * rarely to be listed was looked at too: without it, the few of many that chance makes frequent enough would pass for links.
 * @returns q-values in the order of the p-values
 */
export function falseDiscoveryRates(pValues: Float64Array, tests = pValues.length): Float64Array {
	const order = new Uint32Array(pValues.length).map((_, test) => test).sort((a, b) => pValues[b] - pValues[a] || b - a);
	const rates = new Float64Array(pValues.length);
	let least = 1;
	order.forEach((test, place) => {
		least = Math.min(least, (pValues[test] * Math.max(tests, pValues.length)) / (pValues.length - place));
		rates[test] = least;
	});
	return rates;
}
