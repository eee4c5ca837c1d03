import { CandidateScorer, type History } from '../../../src/bundles/candidates';
import { fitCandidates, historyOf } from '../../../src/bundles/fitCandidates';
import { stepsOf, type Steps } from '../../../src/bundles/steps';
import type { ShopData } from './shopData';

/**
 * Recommendations by a time split: five products for everybody who had ordered before the split and orders again within the
 * hold-out, judged by what they bought in it. All rankers know the orders before the split and nothing else, and choose from
 * the same products.
 */
export interface BacktestSettings {
	/** Days of a hold-out; the last one ends with the data, each further one before it. */
	holdoutDays: number;
	splits: number;
	/** The last hold-outs that are left out: what is tuned is tuned on the ones before them. Default 0. */
	leftOut?: number;
	skip?: number;
	fresh?: boolean;
}

/** `everything`: what sells, things the customer has had included. `fresh`: only what the customer did not have before. */
export const QUESTIONS = ['everything', 'fresh'] as const;
export type Question = (typeof QUESTIONS)[number];

export const RANKERS = ['ours', 'popularity', 'recentPopularity', 'coOccurrence', 'basketCoOccurrence'] as const;
export type Ranker = (typeof RANKERS)[number];

/** One customer at one split. */
interface Trial {
	customer: number;
	/** Were the first 1, 3, 5 products a hit? */
	hits: [number, number, number];
	revenue: number;
}

export interface Outcome {
	trials: number;
	hitRate: [at1: number, at3: number, at5: number];
	revenueAt5: number;
	/** Share of the products that at least three customers bought in the 90 days before the split; the least of the splits. */
	coverage: number;
	/** Ours less theirs, the middle 95 % of 1,000 bootstrap samples of customers. */
	hitsAbove: [number, number];
	revenueAbove: [number, number];
}

const DAY_MS = 86_400_000;
export const OFFERED = 5;
const ACTIVE_DAYS = 90;
const ACTIVE_BUYERS = 3;

export function backtest({ purchases, paid }: ShopData, settings: BacktestSettings): Record<Question, Record<Ranker, Outcome>> {
	const steps = stepsOf(purchases, (ms) => Math.floor(ms / DAY_MS));
	const spent = spentOf({ purchases, paid });
	const results = ofEach(QUESTIONS, () => ofEach(RANKERS, () => ({ trials: [] as Trial[], coverage: 1 })));
	for (let split = 1; split <= settings.splits; split++) {
		const asOfDay = steps.lastDay - (split + (settings.skip ?? 0)) * settings.holdoutDays;
		const active = activeProducts(steps, asOfDay);
		const { rank: rankers } = rankersAt(steps, asOfDay, settings, valuesOf(steps, spent, asOfDay));
		const offered = ofEach(QUESTIONS, () => ofEach(RANKERS, () => new Set<number>()));
		for (let customer = 0; customer + 1 < steps.offsets.length; customer++) {
			const { before, later } = partsOf(steps, spent, customer, asOfDay, settings.holdoutDays);
			if (before.products.length === 0 || later.size === 0) continue;
			const owned = new Set(before.products);
			for (const question of QUESTIONS) {
				for (const ranker of RANKERS) {
					const products = rankers[ranker](before, (product) => question === 'everything' || !owned.has(product));
					for (const product of products) if (active.has(product)) offered[question][ranker].add(product);
					const hit = (most: number) => Number(products.slice(0, most).some((product) => later.has(product)));
					results[question][ranker].trials.push({ customer, hits: [hit(1), hit(3), hit(OFFERED)], revenue: products.reduce((sum, product) => sum + (later.get(product) ?? 0), 0) });
				}
			}
		}
		for (const question of QUESTIONS) for (const ranker of RANKERS) results[question][ranker].coverage = Math.min(results[question][ranker].coverage, offered[question][ranker].size / active.size);
	}
	return ofEach(QUESTIONS, (question) => ofEach(RANKERS, (ranker) => ({ ...judged(results[question][ranker].trials, results[question].ours.trials), coverage: results[question][ranker].coverage })));
}

function ofEach<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
	return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}

export type Rank = (history: History, allowed: (product: number) => boolean) => number[];

/** The rankers at a cut; `popular`: how often each product was bought until then. */
export function rankersAt(steps: Steps, asOfDay: number, { holdoutDays }: BacktestSettings, values: Float64Array): { rank: Record<Ranker, Rank>; popular: Uint32Array } {
	const model = fitCandidates(steps, asOfDay, { horizonDays: holdoutDays });
	const scorer = new CandidateScorer(model);
	const { byCustomer, byBasket } = coOccurrences(steps, asOfDay);
	const first = (order: Uint32Array, allowed: (product: number) => boolean) => {
		const found: number[] = [];
		for (const product of order) if (allowed(product) && found.push(product) === OFFERED) break;
		return found;
	};
	const byCount = (counts: ArrayLike<number>) => Uint32Array.from(steps.names.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b).subarray(0, 2_000);
	const [popular, recent] = [byCount(model.bought), byCount(model.recent)];
	const sums = new Float64Array(steps.names.length);
	const added = ({ offsets, to, counts }: Counts): Rank => (history, allowed) => {
		const touched: number[] = [];
		for (const product of new Set(history.products)) {
			for (let at = offsets[product]!; at < offsets[product + 1]!; at++) {
				if (sums[to[at]!] === 0) touched.push(to[at]!);
				sums[to[at]!] = sums[to[at]!]! + counts[at]!;
			}
		}
		const best: number[] = [];
		for (const product of touched) {
			if (!allowed(product)) continue;
			let place = best.length;
			while (place > 0 && (sums[best[place - 1]!]! < sums[product]! || (sums[best[place - 1]!] === sums[product] && best[place - 1]! > product))) place--;
			if (place < OFFERED) best.splice(place, 0, product);
			if (best.length > OFFERED) best.pop();
		}
		for (const product of touched) sums[product] = 0;
		return best;
	};
	const rank: Record<Ranker, Rank> = {
		ours: (history, allowed) => scorer.likely(history, asOfDay, { limit: OFFERED, values, allowed }).map(({ product }) => product),
		popularity: (_, allowed) => first(popular, allowed),
		recentPopularity: (_, allowed) => first(recent, allowed),
		coOccurrence: added(byCustomer),
		basketCoOccurrence: added(byBasket),
	};
	return { rank, popular: model.bought };
}

/** Counts of product `p` with others: `offsets[p] .. offsets[p + 1])`. */
interface Counts {
	offsets: Uint32Array;
	to: Uint32Array;
	counts: Uint32Array;
}

/** How many customers (how many days of customers) hold both of two products: the plain counts. */
function coOccurrences(steps: Steps, asOfDay: number): { byCustomer: Counts; byBasket: Counts } {
	const [customers, baskets]: [number[][], number[][]] = [[], []];
	for (let customer = 0; customer + 1 < steps.offsets.length; customer++) {
		const { products, days } = historyOf(steps, customer);
		const byDay = new Map<number, number[]>();
		products.forEach((product, entry) => {
			if (days[entry]! > asOfDay) return;
			const same = byDay.get(days[entry]!);
			if (same) same.push(product);
			else byDay.set(days[entry]!, [product]);
		});
		baskets.push(...byDay.values());
		customers.push([...new Set([...byDay.values()].flat())]);
	}
	return { byCustomer: counted(customers, steps.names.length), byBasket: counted(baskets, steps.names.length) };
}

function counted(groups: readonly (readonly number[])[], size: number): Counts {
	const groupsOf = Array.from({ length: size }, () => [] as number[]);
	groups.forEach((products, group) => products.forEach((product) => groupsOf[product]!.push(group)));
	const counts = new Uint32Array(size);
	const offsets = new Uint32Array(size + 1);
	const rows = groupsOf.map((of, product) => {
		const others: number[] = [];
		for (const group of of) for (const other of groups[group]!) if (other !== product && counts[other]!++ === 0) others.push(other);
		const row = { to: Uint32Array.from(others), counts: Uint32Array.from(others, (other) => counts[other]!) };
		for (const other of others) counts[other] = 0;
		offsets[product + 1] = offsets[product]! + others.length;
		return row;
	});
	const total = offsets[size]!;
	const found = { offsets, to: new Uint32Array(total), counts: new Uint32Array(total) };
	rows.forEach((row, product) => {
		found.to.set(row.to, offsets[product]!);
		found.counts.set(row.counts, offsets[product]!);
	});
	return found;
}

export function activeProducts({ offsets, products, days }: Steps, asOfDay: number): Set<number> {
	const buyers = new Map<number, number>();
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		const own = new Set<number>();
		for (let entry = offsets[customer]!; entry < offsets[customer + 1]!; entry++) if (days[entry]! <= asOfDay && days[entry]! > asOfDay - ACTIVE_DAYS) own.add(products[entry]!);
		for (const product of own) buyers.set(product, (buyers.get(product) ?? 0) + 1);
	}
	return new Set([...buyers].filter(([, count]) => count >= ACTIVE_BUYERS).map(([product]) => product));
}

type Spent = ReadonlyMap<string, number>;
const keyOf = (customer: number, product: number, day: number) => `${customer} ${product} ${day}`;

/** What a customer paid for a product on a day; customers by their place in the steps. */
export function spentOf({ purchases, paid }: ShopData): Spent {
	const places = new Map([...new Set(purchases.customers)].sort((a, b) => a - b).map((customer, place) => [customer, place]));
	const spent = new Map<string, number>();
	for (let order = 0; order + 1 < purchases.offsets.length; order++) {
		for (let place = purchases.offsets[order]!; place < purchases.offsets[order + 1]!; place++) {
			const key = keyOf(places.get(purchases.customers[order]!)!, purchases.items[place]!, Math.floor(purchases.orderedAt[order]! / DAY_MS));
			spent.set(key, (spent.get(key) ?? 0) + paid[place]!);
		}
	}
	return spent;
}

/** What a purchase of each product brought up to a day, on average, drawn to the shop's. */
export function valuesOf(steps: Steps, spent: Spent, asOfDay: number): Float64Array {
	const sums = new Float64Array(steps.names.length);
	const counts = new Float64Array(steps.names.length);
	for (let customer = 0; customer + 1 < steps.offsets.length; customer++) {
		const { products, days } = historyOf(steps, customer);
		products.forEach((product, entry) => {
			if (days[entry]! > asOfDay) return;
			sums[product] = sums[product]! + spent.get(keyOf(customer, product, days[entry]!))!;
			counts[product] = counts[product]! + 1;
		});
	}
	const all = sums.reduce((sum, one) => sum + one, 0) / counts.reduce((sum, one) => sum + one, 0);
	return sums.map((sum, product) => (sum + all) / (counts[product]! + 1));
}

export function partsOf(steps: Steps, spent: Spent, customer: number, asOfDay: number, holdoutDays: number): { before: History; later: Map<number, number> } {
	const { products, days } = historyOf(steps, customer);
	const known = Array.from(days.keys()).filter((entry) => days[entry]! <= asOfDay);
	const later = new Map<number, number>();
	days.forEach((day, entry) => {
		if (day > asOfDay && day <= asOfDay + holdoutDays) later.set(products[entry]!, (later.get(products[entry]!) ?? 0) + spent.get(keyOf(customer, products[entry]!, day))!);
	});
	return { before: { products: Uint32Array.from(known, (entry) => products[entry]!), days: Int32Array.from(known, (entry) => days[entry]!) }, later };
}

function judged(theirs: readonly Trial[], ours: readonly Trial[]): Omit<Outcome, 'coverage'> {
	const mean = (of: (trial: Trial) => number) => theirs.reduce((sum, trial) => sum + of(trial), 0) / theirs.length;
	return {
		trials: theirs.length,
		hitRate: [mean(({ hits }) => hits[0]), mean(({ hits }) => hits[1]), mean(({ hits }) => hits[2])],
		revenueAt5: mean(({ revenue }) => revenue),
		hitsAbove: bootstrap(ours, theirs, ({ hits }) => hits[2]),
		revenueAbove: bootstrap(ours, theirs, ({ revenue }) => revenue),
	};
}

/** Draws customers, with all their trials: two trials of one customer are not two witnesses. */
export function bootstrap<T extends { customer: number }>(ours: readonly T[], theirs: readonly T[], of: (trial: T) => number, ofTheirs = of): [number, number] {
	const byCustomer = new Map<number, [sum: number, trials: number]>();
	ours.forEach((trial, place) => {
		const [sum, trials] = byCustomer.get(trial.customer) ?? [0, 0];
		byCustomer.set(trial.customer, [sum + of(trial) - ofTheirs(theirs[place]!), trials + 1]);
	});
	const customers = [...byCustomer.values()];
	let state = 20_261_122;
	const draw = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
	const means = Array.from({ length: 1_000 }, () => {
		let [total, trials] = [0, 0];
		for (let place = 0; place < customers.length; place++) {
			const [sum, count] = customers[Math.floor(draw() * customers.length)]!;
			total += sum;
			trials += count;
		}
		return total / trials;
	}).sort((a, b) => a - b);
	return [means[24]!, means[974]!];
}

/** The outcomes as a table for people. */
export function tableOf(outcomes: Record<Ranker, Outcome>): string {
	const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(8);
	return RANKERS.map((ranker) => {
		const { hitRate, revenueAt5, coverage, hitsAbove, revenueAbove } = outcomes[ranker];
		const above = ranker === 'ours' ? '' : `  ours above by ${percent(hitsAbove[0])} to ${percent(hitsAbove[1])}, revenue ${revenueAbove[0].toFixed(2)} to ${revenueAbove[1].toFixed(2)}`;
		return `${ranker.padEnd(20)} hits at 1/3/5 ${hitRate.map(percent).join('')}  revenue at 5 ${revenueAt5.toFixed(2).padStart(8)}  coverage ${percent(coverage)}${above}`;
	}).join('\n');
}
