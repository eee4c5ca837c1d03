import { grown } from '../core/grown';
import { logisticRegression } from '../core/logisticRegression';
import type { CandidateModel } from './candidateModel';
import { CandidateScorer, FEATURES, type History } from './candidates';
import { neighboursOf } from './neighbours';
import { stepsUntil, type Steps } from './steps';

export interface CandidateFitSettings {
	/** "Next" is within so many days. */
	horizonDays: number;
}

/** A purchase counts half after so many days when it is asked what is bought of late. */
const RECENT_HALF_LIFE = 45;
const POPULAR = 100;
/** Customers to learn from: more change the third digit. */
const MOST_LEARNED_FROM = 2_000;
/** Fewer purchases to learn from teach chance: the weights of other shops are the better guess. */
const FEWEST_PURCHASES = 100;
/** Learned on Online Retail and Complete Journey, in between. */
const WEIGHTS_OF_OTHERS = [-4.2, 0.2, 0.12, 0.08, 2, 1, -0.1, -0.05, 0, -0.1, 0.5, -0.2];

/**
 * Learns what is bought next, from the orders up to a day and nothing after it. How much links, popularity and own
 * repetition count is learned from the last `horizonDays` of them: what was bought then, seen from what was known before.
 */
export function fitCandidates(steps: Steps, asOfDay: number, { horizonDays }: CandidateFitSettings): CandidateModel {
	const before = tablesOf(stepsUntil(steps, asOfDay - horizonDays), asOfDay - horizonDays, horizonDays);
	const { weights, learnedFrom } = learned(before, steps, asOfDay);
	return { ...tablesOf(stepsUntil(steps, asOfDay), asOfDay, horizonDays), weights, learnedFrom };
}

/** The history of customer `c` of the steps. */
export function historyOf({ offsets, products, days }: Steps, customer: number): History {
	return { products: products.subarray(offsets[customer], offsets[customer + 1]), days: days.subarray(offsets[customer], offsets[customer + 1]) };
}

function tablesOf(steps: Steps, asOfDay: number, horizonDays: number): CandidateModel {
	const { names, products, days } = steps;
	const recent = new Float64Array(names.length);
	const bought = new Uint32Array(names.length);
	for (let entry = 0; entry < products.length; entry++) {
		recent[products[entry]] += 2 ** ((days[entry] - asOfDay) / RECENT_HALF_LIFE);
		bought[products[entry]]++;
	}
	const popular = Uint32Array.from(names.keys()).filter((product) => recent[product] > 0);
	popular.sort((a, b) => recent[b] - recent[a] || a - b);
	return { products: names, asOfDay, horizonDays, recent, bought, popular: popular.slice(0, POPULAR), neighbours: neighboursOf(steps), weights: Float64Array.from(WEIGHTS_OF_OTHERS), learnedFrom: 0 };
}

function learned(before: CandidateModel, steps: Steps, asOfDay: number): { weights: Float64Array; learnedFrom: number } {
	const scorer = new CandidateScorer(before);
	const customers = teachers(steps, before.asOfDay, asOfDay);
	const isBought = new Uint8Array(steps.names.length);
	const rows = new Observations();
	for (const customer of customers) {
		const { products, days } = historyOf(steps, customer);
		const then = products.filter((_, entry) => days[entry] > before.asOfDay && days[entry] <= asOfDay);
		for (const product of then) isBought[product] = 1;
		scorer.visit({ products, days }, before.asOfDay, (product) => rows.add(scorer.features, isBought[product]));
		for (const product of then) isBought[product] = 0;
	}
	if (rows.positive < FEWEST_PURCHASES) return { weights: before.weights, learnedFrom: 0 };
	return { weights: logisticRegression(rows.features, FEATURES.length, rows.outcomes), learnedFrom: rows.positive };
}

/** Customers who had ordered before and ordered again in the time to learn from, evenly over all of them. */
function teachers({ orderOffsets, orderDays }: Steps, beforeDay: number, asOfDay: number): number[] {
	const all: number[] = [];
	for (let customer = 0; customer + 1 < orderOffsets.length; customer++) {
		const days = orderDays.subarray(orderOffsets[customer], orderOffsets[customer + 1]);
		if (days[0] <= beforeDay && days.some((day) => day > beforeDay && day <= asOfDay)) all.push(customer);
	}
	const share = Math.max(1, all.length / MOST_LEARNED_FROM);
	return Array.from({ length: Math.min(all.length, MOST_LEARNED_FROM) }, (_, place) => all[Math.floor(place * share)]);
}

/** Rows of features that grow. */
class Observations {
	private rows = new Float64Array(FEATURES.length * 4_096);
	private results = new Uint8Array(4_096);
	private size = 0;
	positive = 0;

	add(features: Float64Array, outcome: number): void {
		if (this.size === this.results.length) {
			this.rows = grown(this.rows);
			this.results = grown(this.results);
		}
		this.rows.set(features, this.size * FEATURES.length);
		this.results[this.size++] = outcome;
		this.positive += outcome;
	}

	get features(): Float64Array {
		return this.rows.subarray(0, this.size * FEATURES.length);
	}

	get outcomes(): Uint8Array {
		return this.results.subarray(0, this.size);
	}
}
