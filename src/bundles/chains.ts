import { JourneyError } from '../core/errors';
import type { Steps } from './steps';

/** What was bought one after another on later days, each within the greatest gap of the one before. */
export interface Chain {
	/** Products of each day, by name. */
	steps: number[][];
	customers: number;
}

export interface ChainSettings {
	minCustomers: number;
	maxGapDays: number;
	/** Days of a chain, at most. */
	maxLength: number;
	/** Also what was bought together on a day. */
	sets?: boolean;
	/** More are refused instead of filling the memory. */
	maxChains?: number;
}

/** Of each customer of a chain: the days on which its last step may have been. */
type Ends = ReadonlyMap<number, readonly number[]>;

/**
 * Every chain that enough customers went, single products included (PrefixSpan, Pei et al. 2004; with gaps, all days a step may
 * have been on are kept, not only the first). A customer counts when the chain is there anywhere in the way.
 * @returns the most frequent first, then the shorter, then by names
 * @throws JourneyError `too_many_itemsets`
 */
export function findChains(steps: Steps, settings: ChainSettings): Chain[] {
	const miner = new ChainMiner(steps, settings);
	const chains = miner.mine();
	const name = (chain: Chain) => chain.steps.map((products) => products.map((product) => steps.names[product]).join('\u0001')).join('\u0000');
	return chains.sort((a, b) => b.customers - a.customers || productsOf(a) - productsOf(b) || (name(a) < name(b) ? -1 : 1));
}

const productsOf = ({ steps }: Chain) => steps.reduce((sum, products) => sum + products.length, 0);

class ChainMiner {
	private readonly chains: Chain[] = [];
	private readonly path: number[][] = [];
	/** Of each customer: the days in order, and what was bought on them, by name. */
	private readonly ways: { day: number; products: number[] }[][];
	/** Place of a product by its name. */
	private readonly rank: Uint32Array;

	constructor(
		steps: Steps,
		private readonly settings: ChainSettings,
	) {
		const byName = Array.from(steps.names.keys()).sort((a, b) => (steps.names[a] < steps.names[b] ? -1 : 1));
		this.rank = new Uint32Array(byName.length);
		byName.forEach((product, place) => (this.rank[product] = place));
		this.ways = waysOf(steps, this.rank);
	}

	mine(): Chain[] {
		const first = new Map<number, Map<number, number[]>>();
		this.ways.forEach((way, customer) => {
			for (const { day, products } of way) for (const product of products) reach(first, product, customer, day);
		});
		this.follow(first, (product) => this.path.push([product]), () => this.path.pop());
		return this.chains;
	}

	private grow(ends: Ends): void {
		if (this.settings.sets) this.widen(ends);
		if (this.path.length < this.settings.maxLength) this.lengthen(ends);
	}

	/** Adds a later step. */
	private lengthen(ends: Ends): void {
		const next = new Map<number, Map<number, number[]>>();
		for (const [customer, days] of ends) {
			for (const { day, products } of this.ways[customer]) {
				if (!days.some((end) => day > end && day - end <= this.settings.maxGapDays)) continue;
				for (const product of products) reach(next, product, customer, day);
			}
		}
		this.follow(next, (product) => this.path.push([product]), () => this.path.pop());
	}

	/** Adds a product to the last step; only ones that come later by name, so that each set is found once. */
	private widen(ends: Ends): void {
		const last = this.path.at(-1) as number[];
		const after = this.rank[last.at(-1) as number];
		const next = new Map<number, Map<number, number[]>>();
		for (const [customer, days] of ends) {
			for (const { day, products } of this.ways[customer]) {
				if (!days.includes(day)) continue;
				for (const product of products) if (this.rank[product] > after) reach(next, product, customer, day);
			}
		}
		this.follow(next, (product) => last.push(product), () => last.pop());
	}

	private follow(found: ReadonlyMap<number, Ends>, enter: (product: number) => void, leave: () => void): void {
		const { minCustomers, maxChains = 500_000 } = this.settings;
		for (const [product, ends] of found) {
			if (ends.size < minCustomers) continue;
			enter(product);
			this.chains.push({ steps: this.path.map((products) => [...products]), customers: ends.size });
			if (this.chains.length > maxChains) throw new JourneyError('too_many_itemsets', `More than ${maxChains.toLocaleString('en')} chains have at least ${minCustomers} customers. Raise the minimum number of customers, or ask for shorter chains.`, { minCustomers });
			this.grow(ends);
			leave();
		}
	}
}

function reach(found: Map<number, Map<number, number[]>>, product: number, customer: number, day: number): void {
	let ends = found.get(product);
	if (!ends) found.set(product, (ends = new Map()));
	const days = ends.get(customer);
	if (days) days.push(day);
	else ends.set(customer, [day]);
}

function waysOf({ offsets, products, days }: Steps, rank: Uint32Array): { day: number; products: number[] }[][] {
	return Array.from({ length: offsets.length - 1 }, (_, customer) => {
		const byDay = new Map<number, number[]>();
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
			const same = byDay.get(days[entry]);
			if (same) same.push(products[entry]);
			else byDay.set(days[entry], [products[entry]]);
		}
		return [...byDay].sort(([a], [b]) => a - b).map(([day, bought]) => ({ day, products: bought.sort((a, b) => rank[a] - rank[b]) }));
	});
}
