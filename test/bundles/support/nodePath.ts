import { neverReason, reachOf } from '../../../src/bundles/neverOffer';
import { linkedCandidates } from '../../../src/bundles/offerCandidates';
import { OfferIndex } from '../../../src/bundles/offerIndex';
import { foundFor } from '../../../src/bundles/offerLikely';
import { fitOffers } from '../../../src/bundles/offerModel';
import { readOfferSettings, type OfferSettings } from '../../../src/bundles/offerSettings';
import type { Catalogue, OfferSubject, Owned } from '../../../src/bundles/offerSubject';
import type { Purchases } from '../../../src/bundles/purchases';
import { recommend } from '../../../src/bundles/recommend';
import { stepsOf } from '../../../src/bundles/steps';
import { ZoneClock } from '../../../src/policy/zoneClock';
import type { ProductRow } from '../../../src/store/plans/ingestPlans';
import { activeProducts, bootstrap, OFFERED, partsOf, QUESTIONS, rankersAt, spentOf, valuesOf, type BacktestSettings, type Question, type Ranker } from './backtest';
import type { ShopData } from './shopData';

const DAY_MS = 86_400_000;
const clock = ZoneClock.of('UTC') as ZoneClock;

/** `core`: the scoring core alone. `popularityByRules`: the most popular of what the node's rules let it offer. Each names as many products as the node offers. */
export const NODE_RANKERS = ['node', 'core', 'popularity', 'recentPopularity', 'coOccurrence', 'basketCoOccurrence', 'popularityByRules'] as const;
export type NodeRanker = (typeof NODE_RANKERS)[number];

/** What one ranker's names came to, of the customers whom the node offers something at once. */
export interface Judged {
	/** Share of the customers who bought at least one of the named products in the hold-out. */
	hitRate: number;
	/** Share of the named products that were bought. */
	precision: number;
	/** What was paid for what is named, a customer. */
	revenue: number;
	/** Share of the products that at least three customers bought in the 90 days before the cut; the least of the cuts. */
	coverage: number;
	/** Node less this one, the middle 95 % of 1,000 bootstrap samples of customers. */
	hitsAbove: [number, number];
	revenueAbove: [number, number];
}

/** What the node offers at the cuts, under all its rules, beside others on the very same customers. */
export interface NodeOutcome {
	/** Customers who had ordered before a cut and ordered again after it. */
	customers: number;
	/** Those of them whom the node offers something at once. */
	offered: number;
	/** Offers, of five at most a customer. */
	offers: number;
	/** Share of the offers that the most offered product is. */
	mostOffered: number;
	rankers: Record<NodeRanker, Judged>;
}

interface Named {
	hit: number;
	share: number;
	revenue: number;
}

/**
 * Runs the offers that the node would make at the cuts: mined from the orders before, links with their windows, the rules of what
 * is never offered, price reach and diversity. Nobody was shown them: what is bought is bought anyway, so this compares rankings.
 * `everything`: what is bought again may come again; `fresh`: only what is new to the customer.
 */
export function nodePath(shop: ShopData, settings: BacktestSettings): Record<Question, NodeOutcome> {
	const steps = stepsOf(shop.purchases, dayOf);
	const spent = spentOf(shop);
	const numbers = new Map(steps.names.map((name, product) => [name, product]));
	const runs = new Map(QUESTIONS.map((question) => [question, new Run(readOfferSettings({ maxOffers: OFFERED, exploration: 0, repeat: question === 'fresh' ? 'never' : 'learned' }))]));
	for (let split = 1; split <= settings.splits; split++) {
		const asOfDay = steps.lastDay - (split + (settings.leftOut ?? 0)) * settings.holdoutDays;
		const values = valuesOf(steps, spent, asOfDay);
		const index = new OfferIndex(fitOffers(until(shop.purchases, asOfDay), dayOf, asOfDay));
		const rankers = rankersAt(steps, asOfDay, settings, values);
		const rows = new Map(steps.names.map((name, product) => [name, rowOf(name, values[product]!)]));
		const catalogue: Catalogue = { product: (id) => rows.get(id), family: () => [], successors: () => [] };
		const active = activeProducts(steps, asOfDay);
		const popular = [...active].sort((a, b) => rankers.popular[b]! - rankers.popular[a]! || a - b);
		for (const run of runs.values()) run.begin(active);
		for (let customer = 0; customer + 1 < steps.offsets.length; customer++) {
			const { before, later } = partsOf(steps, spent, customer, asOfDay, settings.holdoutDays);
			if (before.products.length === 0 || later.size === 0) continue;
			const subject = subjectOf(String(customer), before, steps.names, rows);
			const owned = new Set(before.products);
			const now = asOfDay * DAY_MS + DAY_MS / 2;
			for (const [question, run] of runs) {
				const { asked } = run;
				const answer = recommend(index, subject, catalogue, foundFor(index, subject, asOfDay, asked, linkedCandidates(index, subject, asOfDay, asked.horizonDays)), asked, now);
				const node = answer.ready === 'now' ? answer.offers.map(({ product }) => numbers.get(product.product_id)!) : [];
				const reach = reachOf(subject, catalogue);
				const mayBeOffered = (product: number) => neverReason({ product: rows.get(steps.names[product]!)!, kind: 'cross-sell', origin: undefined, renews: false }, subject, reach, index, catalogue, asked, now) === undefined;
				const ofRanker = (ranker: Ranker) => rankers.rank[ranker](before, (product) => question === 'everything' || !owned.has(product)).slice(0, node.length);
				run.add(customer, later, {
					node,
					core: ofRanker('ours'),
					popularity: ofRanker('popularity'),
					recentPopularity: ofRanker('recentPopularity'),
					coOccurrence: ofRanker('coOccurrence'),
					basketCoOccurrence: ofRanker('basketCoOccurrence'),
					popularityByRules: firstOf(popular, mayBeOffered, node.length),
				});
			}
		}
	}
	return Object.fromEntries(Array.from(runs, ([question, run]) => [question, run.outcome()])) as Record<Question, NodeOutcome>;
}

/** The trials of one question, cut after cut. */
class Run {
	private readonly trials: { customer: number; named: Record<NodeRanker, Named> }[] = [];
	private readonly times = new Map<number, number>();
	private readonly coverage = ofEach(() => 1);
	private reached = ofEach(() => new Set<number>());
	private active: ReadonlySet<number> = new Set();
	private customers = 0;
	private offers = 0;

	constructor(readonly asked: OfferSettings) {}

	/** The next cut. @param active products that could be offered */
	begin(active: ReadonlySet<number>): void {
		this.close();
		this.active = active;
		this.reached = ofEach(() => new Set<number>());
	}

	add(customer: number, later: ReadonlyMap<number, number>, names: Record<NodeRanker, readonly number[]>): void {
		this.customers++;
		const { node } = names;
		if (node.length === 0) return;
		this.offers += node.length;
		for (const product of node) this.times.set(product, (this.times.get(product) ?? 0) + 1);
		for (const ranker of NODE_RANKERS) for (const product of names[ranker]) if (this.active.has(product)) this.reached[ranker].add(product);
		this.trials.push({
			customer,
			named: ofEach((ranker): Named => {
				const bought = names[ranker].filter((product) => later.has(product));
				return { hit: Number(bought.length > 0), share: bought.length / node.length, revenue: bought.reduce((sum, product) => sum + later.get(product)!, 0) };
			}),
		});
	}

	outcome(): NodeOutcome {
		this.close();
		const { trials, customers, offers } = this;
		const mean = (ranker: NodeRanker, figure: keyof Named) => trials.reduce((sum, { named }) => sum + named[ranker][figure], 0) / trials.length;
		const above = (ranker: NodeRanker, figure: keyof Named) => bootstrap(trials, trials, ({ named }) => named.node[figure], ({ named }) => named[ranker][figure]);
		return {
			customers, offered: trials.length, offers,
			mostOffered: Math.max(...this.times.values()) / offers,
			rankers: ofEach((ranker) => ({ hitRate: mean(ranker, 'hit'), precision: mean(ranker, 'share'), revenue: mean(ranker, 'revenue'), coverage: this.coverage[ranker], hitsAbove: above(ranker, 'hit'), revenueAbove: above(ranker, 'revenue') })),
		};
	}

	/** What the cut before came to. */
	private close(): void {
		if (this.active.size === 0) return;
		for (const ranker of NODE_RANKERS) this.coverage[ranker] = Math.min(this.coverage[ranker], this.reached[ranker].size / this.active.size);
	}
}

function ofEach<V>(value: (ranker: NodeRanker) => V): Record<NodeRanker, V> {
	return Object.fromEntries(NODE_RANKERS.map((one) => [one, value(one)])) as Record<NodeRanker, V>;
}

function firstOf(products: readonly number[], allowed: (product: number) => boolean, most: number): number[] {
	const found: number[] = [];
	for (const product of products) {
		if (found.length === most) break;
		if (allowed(product)) found.push(product);
	}
	return found;
}

function dayOf(ms: number): number {
	return Math.floor(ms / DAY_MS);
}

function until(purchases: Purchases, lastDay: number): Purchases {
	const orders = Array.from(purchases.orderedAt.keys()).filter((order) => dayOf(purchases.orderedAt[order]!) <= lastDay);
	const lines = orders.map((order) => purchases.items.subarray(purchases.offsets[order], purchases.offsets[order + 1]));
	const offsets = [0];
	for (const line of lines) offsets.push(offsets.at(-1)! + line.length);
	return { products: purchases.products, offsets: Uint32Array.from(offsets), items: Uint32Array.from(lines.flatMap((line) => [...line])), orderedAt: Float64Array.from(orders, (order) => purchases.orderedAt[order]!), customers: Float64Array.from(orders, (order) => purchases.customers[order]!) };
}

/** Of the data nothing else is known: no category, family, stock or margin. */
function rowOf(id: string, price: number): ProductRow {
	return { product_id: id, name: null, category: null, price_e4: Math.max(1, Math.round(price * 10_000)), currency: 'GBP', family: null, tier: null, successor_of: null, lifetime_days: null, in_stock: null, margin_e4: null, successor_since: null, updated_at: 0 };
}

function subjectOf(key: string, { products, days }: { products: Uint32Array; days: Int32Array }, names: readonly string[], rows: ReadonlyMap<string, ProductRow>): OfferSubject {
	const owned = new Map<string, Owned>();
	products.forEach((product, entry) => {
		const name = names[product]!;
		const known = owned.get(name);
		const day = days[entry]!;
		owned.set(name, { at: day * DAY_MS, day, firstDay: known?.firstDay ?? day, times: (known?.times ?? 0) + 1, priceE4: rows.get(name)!.price_e4! });
	});
	return { key, owned, returned: new Set(), restingUntil: new Map(), cart: [], rhythm: null, favouriteCategory: null, clock };
}

/** The outcome as lines for people. */
export function nodeTable({ customers, offered, offers, mostOffered, rankers }: NodeOutcome): string {
	const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
	return [
		`${offered} of ${customers} customers are offered something at once, ${(offers / Math.max(1, offered)).toFixed(1)} products each; the most offered product is ${percent(mostOffered)} of all offers`,
		...NODE_RANKERS.map((one) => {
			const { hitRate, precision, revenue, coverage, hitsAbove, revenueAbove } = rankers[one];
			const above = one === 'node' ? '' : `  node above by ${percent(hitsAbove[0])} to ${percent(hitsAbove[1])}, revenue ${revenueAbove[0].toFixed(2)} to ${revenueAbove[1].toFixed(2)}`;
			return `${one.padEnd(20)} hits at 5 ${percent(hitRate).padStart(7)}  bought of what is named ${percent(precision).padStart(7)}  revenue at 5 ${revenue.toFixed(2).padStart(7)}  coverage ${percent(coverage).padStart(7)}${above}`;
		}),
	].join('\n');
}
