import { JourneyError } from '../core/errors';
import { ItemsetIndex } from './itemsetIndex';
import { possiblePairs, type Itemsets } from './itemsets';
import { falseDiscoveryRates, FisherTest } from './significance';

/** Who has the items of `if` in a basket has those of `then` in it too, so and so often. */
export interface Rule {
	if: string[];
	then: string[];
	/** Baskets that hold all of them. */
	count: number;
	support: number;
	confidence: number;
	/** Confidence against the share of all baskets that hold `then`: 1 is chance. */
	lift: number;
	/** Support minus what chance would give. */
	leverage: number;
	/** null: the rule has no exception. */
	conviction: number | null;
	/** Fisher's exact test, one-sided. */
	pValue: number;
	/** False discovery rate (Benjamini & Hochberg) over all rules that the itemsets allow, those below the confidence included, and over all pairs of frequent items. */
	qValue: number;
}

export interface RuleSettings {
	minConfidence: number;
	/** Also rules with several items in `then`. */
	multi?: boolean;
	/** Keep only rules with a lower false discovery rate. */
	maxFalseDiscoveryRate?: number;
	/** More are refused instead of filling the memory. */
	maxRules?: number;
}

/** Itemsets longer than this give single consequents only: their splits are too many to be read by anybody. */
const MULTI_LENGTH_LIMIT = 16;

/**
 * Rules of frequent itemsets, the surest first: by confidence, then count, then in the order of the itemsets.
 * @throws JourneyError `too_many_itemsets` when there are more than `maxRules`
 */
export function rulesOf(itemsets: Itemsets, { minConfidence, multi = false, maxFalseDiscoveryRate = 1, maxRules = 1_000_000 }: RuleSettings, index = new ItemsetIndex(itemsets)): Rule[] {
	const { counts, baskets } = itemsets;
	const fisher = new FisherTest(baskets);
	const sure: { set: number; when: number; then: number; test: number }[] = [];
	let pValues = new Float64Array(1024);
	let [tests, ofPairs] = [0, 0];
	for (const { set, when, then } of splits(itemsets, index, multi)) {
		if (tests === pValues.length) {
			const larger = new Float64Array(tests * 2);
			larger.set(pValues);
			pValues = larger;
		}
		pValues[tests] = fisher.pValue(counts[set], counts[when], counts[then]);
		if (counts[set] >= minConfidence * counts[when] * (1 - 1e-12)) sure.push({ set, when, then, test: tests });
		tests++;
		if (itemsets.offsets[set + 1] - itemsets.offsets[set] === 2) ofPairs++;
		if (sure.length > maxRules) {
			throw new JourneyError('too_many_itemsets', `More than ${maxRules.toLocaleString('en')} rules reach the confidence ${minConfidence}. Raise the minimum confidence or the minimum support (${itemsets.minCount} baskets now).`, { minConfidence, minCount: itemsets.minCount });
		}
	}
	const rates = falseDiscoveryRates(pValues.slice(0, tests), tests - ofPairs + 2 * possiblePairs(itemsets));
	const confidence = ({ set, when }: { set: number; when: number }) => counts[set] / counts[when];
	return sure
		.filter(({ test }) => rates[test] <= maxFalseDiscoveryRate)
		.sort((a, b) => confidence(b) - confidence(a) || counts[b.set] - counts[a.set] || a.set - b.set || a.when - b.when)
		.map(({ set, when, then, test }) => rule(itemsets, set, when, then, pValues[test], rates[test]));
}

/** Every way to part an itemset into a condition and a consequence. */
function* splits({ counts, offsets }: Itemsets, index: ItemsetIndex, multi: boolean): Generator<{ set: number; when: number; then: number }> {
	for (let set = 0; set < counts.length; set++) {
		const length = offsets[set + 1] - offsets[set];
		if (length < 2) continue;
		if (multi && length <= MULTI_LENGTH_LIMIT) {
			for (let chosen = 1; chosen < 2 ** length - 1; chosen++) yield { set, when: index.part(set, chosen), then: index.part(set, ~chosen) };
		} else {
			for (let place = 0; place < length; place++) yield { set, when: index.without(set, place), then: index.single(set, place) };
		}
	}
}

function rule(itemsets: Itemsets, set: number, when: number, then: number, pValue: number, qValue: number): Rule {
	const { counts, baskets } = itemsets;
	const confidence = counts[set] / counts[when];
	const share = counts[then] / baskets;
	const support = counts[set] / baskets;
	return {
		if: namesOf(itemsets, when),
		then: namesOf(itemsets, then),
		count: counts[set],
		support,
		confidence,
		lift: confidence / share,
		leverage: support - (counts[when] / baskets) * share,
		conviction: counts[set] === counts[when] ? null : (1 - share) / (1 - confidence),
		pValue,
		qValue,
	};
}

/** The names of an itemset's items, sorted. */
export function namesOf({ items, offsets, names }: Itemsets, set: number): string[] {
	return Array.from(items.subarray(offsets[set], offsets[set + 1]), (item) => names[item]);
}
