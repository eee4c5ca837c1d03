import { JourneyError } from '../core/errors';
import { grown } from '../core/grown';
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
export function rulesOf(itemsets: Itemsets, settings: RuleSettings, index = new ItemsetIndex(itemsets)): Rule[] {
	const weighed = new WeighedRules(itemsets, settings, index);
	const count = (rule: number) => itemsets.counts[weighed.set(rule)];
	const order = weighed.chosen().sort((a, b) => weighed.confidence(b) - weighed.confidence(a) || count(b) - count(a) || weighed.set(a) - weighed.set(b) || weighed.when(a) - weighed.when(b));
	return Array.from(order, (rule) => weighed.describe(rule));
}

/** The rules that reach a confidence, tested against chance, in columns: the whole description is made for those that are wanted. */
export class WeighedRules {
	/** Itemset that a rule parts, its condition and its consequence, as numbers of itemsets, and its test. */
	private columns = new Uint32Array(4 * 1024);
	private size = 0;
	private pValues = new Float64Array(1024);
	private readonly qValues: Float64Array;

	/** @throws JourneyError `too_many_itemsets` when more than `maxRules` reach the confidence */
	constructor(
		private readonly itemsets: Itemsets,
		private readonly settings: RuleSettings,
		index = new ItemsetIndex(itemsets),
	) {
		const { counts, offsets, baskets } = itemsets;
		const { multi = false, maxRules = 1_000_000, minConfidence } = settings;
		const fisher = new FisherTest(baskets);
		let [tests, ofPairs] = [0, 0];
		for (const { set, when, then } of splits(itemsets, index, multi)) {
			if (tests === this.pValues.length) this.pValues = grown(this.pValues);
			this.pValues[tests] = fisher.pValue(counts[set], counts[when], counts[then]);
			if (counts[set] >= minConfidence * counts[when] * (1 - 1e-12)) {
				if (this.size === maxRules) throw this.tooMany(maxRules);
				if (this.size * 4 === this.columns.length) this.columns = grown(this.columns);
				this.columns.set([set, when, then, tests], this.size++ * 4);
			}
			tests++;
			if (offsets[set + 1] - offsets[set] === 2) ofPairs++;
		}
		this.qValues = falseDiscoveryRates(this.pValues.subarray(0, tests), tests - ofPairs + 2 * possiblePairs(itemsets));
	}

	/** Those that are no chance finds, as numbers for the methods below. */
	chosen(): Uint32Array {
		const { maxFalseDiscoveryRate = 1 } = this.settings;
		return Uint32Array.from({ length: this.size }, (_, rule) => rule).filter((rule) => this.qValues[this.columns[rule * 4 + 3]] <= maxFalseDiscoveryRate);
	}

	set(rule: number): number {
		return this.columns[rule * 4];
	}

	when(rule: number): number {
		return this.columns[rule * 4 + 1];
	}

	then(rule: number): number {
		return this.columns[rule * 4 + 2];
	}

	confidence(rule: number): number {
		return this.itemsets.counts[this.set(rule)] / this.itemsets.counts[this.when(rule)];
	}

	lift(rule: number): number {
		return this.confidence(rule) / this.shareOfThen(rule);
	}

	/** Support minus what chance would give. */
	leverage(rule: number): number {
		const { counts, baskets } = this.itemsets;
		return counts[this.set(rule)] / baskets - (counts[this.when(rule)] / baskets) * this.shareOfThen(rule);
	}

	describe(rule: number): Rule {
		const { counts, baskets } = this.itemsets;
		const [set, when, then, test] = this.columns.subarray(rule * 4, rule * 4 + 4);
		const confidence = this.confidence(rule);
		return {
			if: namesOf(this.itemsets, when),
			then: namesOf(this.itemsets, then),
			count: counts[set],
			support: counts[set] / baskets,
			confidence,
			lift: this.lift(rule),
			leverage: this.leverage(rule),
			conviction: counts[set] === counts[when] ? null : (1 - this.shareOfThen(rule)) / (1 - confidence),
			pValue: this.pValues[test],
			qValue: this.qValues[test],
		};
	}

	private shareOfThen(rule: number): number {
		return this.itemsets.counts[this.then(rule)] / this.itemsets.baskets;
	}

	private tooMany(maxRules: number): JourneyError {
		const { minConfidence } = this.settings;
		const { minCount } = this.itemsets;
		return new JourneyError('too_many_itemsets', `More than ${maxRules.toLocaleString('en')} rules reach the confidence ${minConfidence}. Raise the minimum confidence or the minimum support (${minCount} baskets now).`, { minConfidence, minCount });
	}
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

/** The names of an itemset's items, sorted. */
export function namesOf({ items, offsets, names }: Itemsets, set: number): string[] {
	return Array.from(items.subarray(offsets[set], offsets[set + 1]), (item) => names[item]);
}
