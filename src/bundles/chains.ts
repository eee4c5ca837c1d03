import { JourneyError } from '../core/errors';
import type { Pairs } from './pairs';
import type { Steps } from './steps';

/** Products bought one after another on later days, each within the greatest gap of the one before. */
export interface Chain {
	products: number[];
	customers: number;
}

export interface ChainSettings {
	minCustomers: number;
	maxGapDays: number;
	/** Products of a chain, at most: 3 or 4. */
	maxLength: number;
	/** More are refused instead of filling the memory. */
	maxChains?: number;
}

/**
 * Chains of three and more products, grown from the pairs (PrefixSpan, Pei et al. 2004): only a product that often follows the
 * last one can follow the chain. A customer counts when the chain is there anywhere in the way, with any of the days.
 * @throws JourneyError `too_many_itemsets`
 */
export function findChains(steps: Steps, pairs: Pairs, { minCustomers, maxGapDays, maxLength, maxChains = 500_000 }: ChainSettings): Chain[] {
	const followers = new Map<number, number[]>();
	pairs.from.forEach((from, pair) => followers.set(from, [...(followers.get(from) ?? []), pairs.to[pair]]));
	const purchases = purchaseDays(steps);
	const chains: Chain[] = [];
	const path: number[] = [];

	/** @param ends of each customer of the chain: the days its last product may have been bought on */
	const grow = (ends: ReadonlyMap<number, readonly number[]>) => {
		for (const product of followers.get(path.at(-1) as number) ?? []) {
			const next = new Map<number, number[]>();
			for (const [customer, days] of purchases[product]) {
				const before = ends.get(customer);
				const reached = before && days.filter((day) => before.some((end) => day > end && day - end <= maxGapDays));
				if (reached?.length) next.set(customer, reached);
			}
			if (next.size < minCustomers) continue;
			path.push(product);
			if (path.length > 2) chains.push({ products: [...path], customers: next.size });
			if (chains.length > maxChains) throw new JourneyError('too_many_itemsets', `More than ${maxChains.toLocaleString('en')} chains have at least ${minCustomers} customers. Raise the minimum number of customers, or ask for shorter chains.`, { minCustomers });
			if (path.length < maxLength) grow(next);
			path.pop();
		}
	};
	for (const product of followers.keys()) {
		path.push(product);
		grow(new Map(purchases[product]));
		path.pop();
	}
	const names = (chain: Chain) => chain.products.map((product) => steps.names[product]).join('\u0000');
	return chains.sort((a, b) => b.customers - a.customers || a.products.length - b.products.length || (names(a) < names(b) ? -1 : 1));
}

/** Of each product: who bought it, on which days. */
function purchaseDays({ names, offsets, products, days }: Steps): [customer: number, days: number[]][][] {
	const found: [number, number[]][][] = Array.from({ length: names.length }, () => []);
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
			const of = found[products[entry]];
			const last = of.at(-1);
			if (last?.[0] === customer) last[1].push(days[entry]);
			else of.push([customer, [days[entry]]]);
		}
	}
	return found;
}
