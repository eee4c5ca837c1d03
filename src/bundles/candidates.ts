import { logistic } from '../core/logisticRegression';
import type { CandidateModel } from './candidateModel';

/** What one customer bought: product numbers of the model by product, then by local day; each product and day once. */
export interface History {
	readonly products: Uint32Array;
	readonly days: Int32Array;
}

/** A product that the customer may buy next. */
export interface LikelyProduct {
	/** Number in the model's `products`. */
	product: number;
	/** Chance to buy it within the model's horizon, for a customer who orders at all in that time. */
	probability: number;
	/** The same without the links to what the customer has: how popular it is, and how the customer buys it again. */
	anyway: number;
	/** The product of the history whose link to it is the strongest; undefined: no link leads to it, or the customer has it. */
	because: number | undefined;
	/** Days on which the customer bought it. */
	times: number;
}

export interface CandidateSettings {
	/** How many, at most. */
	limit: number;
	/** What a purchase of each product is worth, in any unit; without it likelihood alone counts. */
	values?: Float64Array;
	/** 0: the likeliest first; 1: by expected value. */
	valueWeight?: number;
	/** Products that must not be offered are left out before anything is ranked. */
	allowed?: (product: number, times: number) => boolean;
	/** What is new to the customer ranks by what links add to its probability: what everybody buys is bought anyway. */
	newByGain?: boolean;
	/** These are told of wherever they rank, `allowed` or not, and do not count towards `limit`. */
	also?: readonly number[];
}

/** Features of a candidate, in the order of the model's weights. */
export const FEATURES = ['one', 'popularity', 'linkByCustomer', 'linkByDay', 'owned', 'ownedTimes', 'ownedRecency', 'ownedRhythm', 'ownedTimesRecency', 'ownedPopularity', 'trend', 'ownedTrend'] as const;
const WIDTH = FEATURES.length;
const [LINK_BY_CUSTOMER, LINK_BY_DAY] = [2, 3];

/** Neither so little that dear products never come, nor so much that only they do: measured on time splits of real shops. */
export const DEFAULT_VALUE_WEIGHT = 0.3;
/** A link counts half when its product was bought so many days ago; but never nothing. */
const LINK_HALF_LIFE = 60;
const LINK_FLOOR = 0.1;
/** Linked products that are looked at closely. */
const MOST_LINKED = 100;
/** No link at all, on the scale of strengths. */
const NO_LINK = 1e-4;
const NO_LINK_LOG = Math.log(NO_LINK);

/**
 * Finds what a customer is likely to buy next: from the links of what was bought, from what the customer buys again, and
 * from what everybody buys. Pure but for its working arrays, one per product; made once per model, asked for every customer.
 */
export class CandidateScorer {
	private readonly byCustomer: Float64Array;
	private readonly byDay: Float64Array;
	private readonly strongest: Float64Array;
	private readonly because: Int32Array;
	private readonly times: Uint32Array;
	private readonly firstDay: Int32Array;
	private readonly lastDay: Int32Array;
	private readonly linked: Uint32Array;
	private readonly owned: Uint32Array;
	private readonly isChosen: Uint8Array;
	private readonly chosen: Uint32Array;
	private readonly recentTotal: number;
	readonly features = new Float64Array(WIDTH);

	constructor(readonly model: CandidateModel) {
		const size = model.products.length;
		this.byCustomer = new Float64Array(size);
		this.byDay = new Float64Array(size);
		this.strongest = new Float64Array(size);
		this.because = new Int32Array(size).fill(-1);
		this.times = new Uint32Array(size);
		this.firstDay = new Int32Array(size);
		this.lastDay = new Int32Array(size);
		this.linked = new Uint32Array(size);
		this.owned = new Uint32Array(size);
		this.isChosen = new Uint8Array(size);
		this.chosen = new Uint32Array(size);
		this.recentTotal = Math.max(1, model.recent.reduce((sum, one) => sum + one, 0));
	}

	/** @param asOfDay purchases after it are not looked at. @returns the best first, equal ones by their number */
	likely(history: History, asOfDay: number, { limit, values, valueWeight = DEFAULT_VALUE_WEIGHT, allowed, also = [], newByGain = false }: CandidateSettings): LikelyProduct[] {
		const { weights } = this.model;
		const found: { one: LikelyProduct; rank: number }[] = [];
		const asked = new Set(also);
		const told: { one: LikelyProduct; rank: number }[] = [];
		this.visit(history, asOfDay, (product) => {
			const isAsked = asked.has(product);
			if (!isAsked && allowed && !allowed(product, this.times[product])) return;
			let logit = 0;
			for (let feature = 0; feature < WIDTH; feature++) logit += weights[feature] * this.features[feature];
			const links = weights[LINK_BY_CUSTOMER] * (this.features[LINK_BY_CUSTOMER] - NO_LINK_LOG) + weights[LINK_BY_DAY] * (this.features[LINK_BY_DAY] - NO_LINK_LOG);
			const chance = logistic(logit);
			const counted = newByGain && this.times[product] === 0 ? Math.max(chance - logistic(logit - links), 0) : chance;
			const rank = Math.log(Math.max(counted, 1e-12)) + (values ? valueWeight * Math.log(Math.max(values[product], 1e-9)) : 0);
			if (!isAsked && found.length === limit && rank <= found[limit - 1].rank) return;
			const because = this.times[product] > 0 ? -1 : this.because[product];
			const one = { product, probability: chance, anyway: logistic(logit - links), because: because < 0 ? undefined : because, times: this.times[product] };
			if (isAsked) {
				told.push({ one, rank });
				return;
			}
			let place = found.length;
			while (place > 0 && (found[place - 1].rank < rank || (found[place - 1].rank === rank && found[place - 1].one.product > product))) place--;
			found.splice(place, 0, { one, rank });
			if (found.length > limit) found.pop();
		}, also);
		return [...found, ...told].sort((a, b) => b.rank - a.rank || a.one.product - b.one.product).map(({ one }) => one);
	}

	/** Shows every product that comes into question, its features in `features`. */
	visit(history: History, asOfDay: number, show: (product: number) => void, also: readonly number[] = []): void {
		const owned = this.own(history, asOfDay);
		const linked = this.follow(owned, asOfDay);
		let size = 0;
		const choose = (product: number) => {
			if (this.isChosen[product]) return;
			this.isChosen[product] = 1;
			this.chosen[size++] = product;
		};
		for (let place = 0; place < owned; place++) choose(this.owned[place]);
		for (let place = 0; place < linked; place++) choose(this.linked[place]);
		for (const product of this.model.popular) choose(product);
		for (const product of also) choose(product);
		for (let place = 0; place < size; place++) {
			this.describe(this.chosen[place], asOfDay);
			show(this.chosen[place]);
			this.isChosen[this.chosen[place]] = 0;
		}
		for (let place = 0; place < owned; place++) this.times[this.owned[place]] = 0;
		this.forget();
	}

	private touched = 0;

	private own({ products, days }: History, asOfDay: number): number {
		let owned = 0;
		for (let entry = 0; entry < products.length; entry++) {
			const product = products[entry];
			if (days[entry] > asOfDay || product >= this.times.length) continue;
			if (this.times[product]++ === 0) {
				this.owned[owned++] = product;
				this.firstDay[product] = days[entry];
			}
			this.lastDay[product] = days[entry];
		}
		return owned;
	}

	/** Adds up the links of everything owned. @returns how many of `linked` are to be looked at, the strongest */
	private follow(owned: number, asOfDay: number): number {
		const { offsets, to, byCustomer, byDay } = this.model.neighbours;
		let touched = 0;
		for (let place = 0; place < owned; place++) {
			const product = this.owned[place];
			const weight = 2 ** ((this.lastDay[product] - asOfDay) / LINK_HALF_LIFE) + LINK_FLOOR;
			for (let link = offsets[product]; link < offsets[product + 1]; link++) {
				const other = to[link];
				if (this.strongest[other] === 0) this.linked[touched++] = other;
				const strength = weight * (byCustomer[link] + byDay[link]);
				this.byCustomer[other] += weight * byCustomer[link];
				this.byDay[other] += weight * byDay[link];
				if (strength > this.strongest[other]) {
					this.strongest[other] = strength;
					this.because[other] = product;
				}
			}
		}
		this.touched = touched;
		if (touched <= MOST_LINKED) return touched;
		const sums = new Float64Array(touched);
		for (let place = 0; place < touched; place++) sums[place] = this.sum(this.linked[place]);
		const least = sums.sort()[touched - MOST_LINKED];
		let kept = 0;
		for (let place = 0; place < touched; place++) {
			const product = this.linked[place];
			if (this.sum(product) < least) continue;
			this.linked[place] = this.linked[kept];
			this.linked[kept++] = product;
		}
		return kept;
	}

	private sum(product: number): number {
		return this.byCustomer[product] + this.byDay[product];
	}

	private forget(): void {
		for (let place = 0; place < this.touched; place++) {
			const product = this.linked[place];
			this.byCustomer[product] = this.byDay[product] = this.strongest[product] = 0;
			this.because[product] = -1;
		}
	}

	private describe(product: number, asOfDay: number): void {
		const { features, model } = this;
		const popularity = Math.log(((model.recent[product] + 0.3) / this.recentTotal) * 1_000);
		const trend = Math.log((model.recent[product] + 0.3) / (model.bought[product] * 0.3 + 0.3));
		const times = this.times[product];
		features.fill(0);
		features[0] = 1;
		features[1] = popularity;
		// What the customer has already speaks for itself: links say what goes with it, not whether it is bought again.
		features[LINK_BY_CUSTOMER] = times > 0 ? NO_LINK_LOG : Math.log(NO_LINK + this.byCustomer[product]);
		features[LINK_BY_DAY] = times > 0 ? NO_LINK_LOG : Math.log(NO_LINK + this.byDay[product]);
		features[10] = trend;
		if (times === 0) return;
		const since = asOfDay - this.lastDay[product];
		features[4] = 1;
		features[5] = Math.log(times);
		features[6] = Math.log(1 + since);
		if (times > 1) features[7] = Math.min(3, since / ((this.lastDay[product] - this.firstDay[product]) / (times - 1) + 1));
		features[8] = features[5] * features[6];
		features[9] = popularity;
		features[11] = trend;
	}
}
