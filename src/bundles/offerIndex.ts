import { candidateModelOf } from './candidateModel';
import { CandidateScorer } from './candidates';
import type { LinkColumns, OfferModel } from './offerModel';

/** The links of every product side by side: those of product `p` are the places `offsets[p] .. offsets[p + 1])`. */
export interface Links {
	readonly offsets: Uint32Array;
	readonly to: Uint32Array;
	/** P(buys `to` | has `from`). */
	readonly confidence: Float64Array;
	/** What the link adds to chance: confidence less what `to` is bought anyway. */
	readonly gain: Float64Array;
	readonly p25: Uint32Array;
	readonly p75: Uint32Array;
}

/** What is known of the offers of one product. */
export interface Learned {
	offered: number;
	accepted: number;
	held: number;
	heldBought: number;
}

/** Days from a purchase to the next one of the same product, the middle half. */
export interface RepeatWindow {
	p25: number;
	p75: number;
}

/** A model ready for questions: made once per version, asked for every customer. */
export class OfferIndex {
	readonly products: readonly string[];
	readonly together: Links;
	readonly later: Links;
	private readonly numbers = new Map<string, number>();
	private readonly repeated = new Map<string, RepeatWindow>();
	private readonly learned = new Map<string, Learned>();
	/** Knows what is likely next by the whole history; undefined where the orders do not teach it. */
	readonly scorer: CandidateScorer | undefined;
	private readonly scored = new Map<string, number>();

	constructor(model: OfferModel) {
		this.products = model.products;
		model.products.forEach((name, number) => this.numbers.set(name, number));
		this.together = linksOf(model.together, model.products.length);
		this.later = linksOf(model.later, model.products.length, model.later);
		model.repeated.product.forEach((product, place) => this.repeated.set(model.products[product], { p25: model.repeated.p25[place], p75: model.repeated.p75[place] }));
		const { product, offered, accepted, held, heldBought } = model.learned;
		this.scorer = model.likely ? new CandidateScorer(candidateModelOf(model.likely)) : undefined;
		model.likely?.products.forEach((name, number) => this.scored.set(name, number));
		product.forEach((name, place) => this.learned.set(name, { offered: offered[place], accepted: accepted[place], held: held[place], heldBought: heldBought[place] }));
	}

	/** @returns undefined for a product that no link leads from or to */
	numberOf(product: string): number | undefined {
		return this.numbers.get(product);
	}

	/** The number of a product for the scorer. */
	scoredNumberOf(product: string): number | undefined {
		return this.scored.get(product);
	}

	/** How long after buying it its buyers buy it again; undefined for what is bought once. */
	repeatOf(product: string): RepeatWindow | undefined {
		return this.repeated.get(product);
	}

	learnedOf(product: string): Learned | undefined {
		return this.learned.get(product);
	}
}

function linksOf(columns: LinkColumns, products: number, gaps?: { p25: number[]; p75: number[]; stability: number[] }): Links {
	const size = columns.from.length;
	const offsets = new Uint32Array(products + 1);
	for (const from of columns.from) offsets[from + 1]++;
	for (let product = 0; product < products; product++) offsets[product + 1] += offsets[product];
	const next = offsets.slice();
	const links = { offsets, to: new Uint32Array(size), confidence: new Float64Array(size), gain: new Float64Array(size), p25: new Uint32Array(size), p75: new Uint32Array(size) };
	for (let link = 0; link < size; link++) {
		const place = next[columns.from[link]]++;
		const confidence = columns.confidence[link];
		links.to[place] = columns.to[link];
		links.confidence[place] = confidence;
		// A link that came and went over the months counts for less.
		const trust = gaps ? 0.5 + 0.5 * gaps.stability[link] : 1;
		links.gain[place] = confidence * (1 - 1 / columns.lift[link]) * trust;
		links.p25[place] = gaps?.p25[link] ?? 0;
		links.p75[place] = gaps?.p75[link] ?? 0;
	}
	return links;
}
