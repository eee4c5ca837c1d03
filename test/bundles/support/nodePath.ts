import { linkedCandidates } from '../../../src/bundles/offerCandidates';
import { OfferIndex } from '../../../src/bundles/offerIndex';
import { likelyCandidates } from '../../../src/bundles/offerLikely';
import { fitOffers } from '../../../src/bundles/offerModel';
import { readOfferSettings } from '../../../src/bundles/offerSettings';
import type { OfferSubject, Owned } from '../../../src/bundles/offerSubject';
import type { Purchases } from '../../../src/bundles/purchases';
import { recommend } from '../../../src/bundles/recommend';
import { stepsOf } from '../../../src/bundles/steps';
import { ZoneClock } from '../../../src/policy/zoneClock';
import type { ProductRow } from '../../../src/store/plans/ingestPlans';
import { bootstrap, OFFERED, partsOf, rankersAt, spentOf, valuesOf, type BacktestSettings, type Rank } from './backtest';
import type { ShopData } from './shopData';

const DAY_MS = 86_400_000;
const clock = ZoneClock.of('UTC') as ZoneClock;

/** What the node offers at the cuts, under all its rules, beside others on the very same customers: those it offers something. */
export interface NodeOutcome {
	/** Customers who had ordered before a cut and ordered again after it. */
	customers: number;
	/** Those of them whom the node offers something at once. */
	offered: number;
	/** Offers, of five at most. */
	offers: number;
	/** Share of the offered products that were bought in the hold-out. */
	precision: Record<NodeRanker, number>;
	/** What was paid in the hold-out for what is named, a customer. */
	revenue: Record<NodeRanker, number>;
	/** Node less the other, the middle 95 % of 1,000 bootstrap samples of customers. */
	precisionAbove: Record<NodeRanker, [number, number]>;
	revenueAbove: Record<NodeRanker, [number, number]>;
	/** Share of the offered products that the most offered one is. */
	mostOffered: number;
}

interface Named {
	/** Of the named products, those that were bought. */
	share: number;
	revenue: number;
}

/** `core`: the scoring core alone, of what is new to the customer. Each names as many products as the node offers. */
export const NODE_RANKERS = ['node', 'core', 'popularity', 'recentPopularity', 'coOccurrence'] as const;
export type NodeRanker = (typeof NODE_RANKERS)[number];

/**
 * Runs the offers that the node would make at the cuts: mined from the orders before, links with their windows, the rules of what
 * is never offered, price reach and diversity. Nobody was shown them: what is bought is bought anyway, so this compares rankings.
 */
export function nodePath({ purchases, paid }: ShopData, settings: BacktestSettings): NodeOutcome {
	const steps = stepsOf(purchases, dayOf);
	const spent = spentOf({ purchases, paid });
	const asked = readOfferSettings({ maxOffers: OFFERED, exploration: 0 });
	const trials: { customer: number; named: Record<NodeRanker, Named>; offers: number }[] = [];
	const times = new Map<string, number>();
	let customers = 0;
	for (let split = 1; split <= settings.splits; split++) {
		const asOfDay = steps.lastDay - split * settings.holdoutDays;
		const values = valuesOf(steps, spent, asOfDay);
		const index = new OfferIndex(fitOffers(until(purchases, asOfDay), dayOf, asOfDay));
		const rankers = rankersAt(steps, asOfDay, settings, values);
		const rows = new Map(steps.names.map((name, product) => [name, rowOf(name, values[product]!)]));
		const catalogue = { product: (id: string) => rows.get(id), family: () => [], successors: () => [] };
		for (let customer = 0; customer + 1 < steps.offsets.length; customer++) {
			const { before, later } = partsOf(steps, spent, customer, asOfDay, settings.holdoutDays);
			if (before.products.length === 0 || later.size === 0) continue;
			customers++;
			const subject = subjectOf(String(customer), before, steps.names, rows);
			const now = asOfDay * DAY_MS + DAY_MS / 2;
			const answer = recommend(index, subject, catalogue, { linked: linkedCandidates(index, subject, asOfDay, asked.horizonDays), likely: likelyCandidates(index, subject, asOfDay, OFFERED) }, asked, now);
			if (answer.ready !== 'now') continue;
			const named = answer.offers.map(({ product }) => product.product_id);
			for (const name of named) times.set(name, (times.get(name) ?? 0) + 1);
			const paidFor = new Map(Array.from(later, ([product, paid]) => [steps.names[product]!, paid]));
			const owned = new Set(before.products);
			const judge = (names: readonly string[]): Named => ({ share: names.filter((name) => paidFor.has(name)).length / named.length, revenue: names.reduce((sum, name) => sum + (paidFor.get(name) ?? 0), 0) });
			const ofRanker = (rank: Rank) => judge(rank(before, (product) => !owned.has(product)).slice(0, named.length).map((product) => steps.names[product]!));
			trials.push({ customer, offers: named.length, named: { node: judge(named), core: ofRanker(rankers.ours), popularity: ofRanker(rankers.popularity), recentPopularity: ofRanker(rankers.recentPopularity), coOccurrence: ofRanker(rankers.coOccurrence) } });
		}
	}
	const offers = trials.reduce((sum, one) => sum + one.offers, 0);
	const each = <V>(value: (ranker: NodeRanker) => V) => Object.fromEntries(NODE_RANKERS.map((one) => [one, value(one)])) as Record<NodeRanker, V>;
	const mean = (figure: keyof Named) => each((ranker) => trials.reduce((sum, { named }) => sum + named[ranker][figure], 0) / trials.length);
	const above = (figure: keyof Named) => each((ranker) => bootstrap(trials, trials, ({ named }) => named.node[figure], ({ named }) => named[ranker][figure]));
	return {
		customers, offered: trials.length, offers,
		precision: mean('share'), revenue: mean('revenue'), precisionAbove: above('share'), revenueAbove: above('revenue'),
		mostOffered: Math.max(...times.values()) / offers,
	};
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
export function nodeTable({ customers, offered, offers, precision, revenue, precisionAbove, revenueAbove, mostOffered }: NodeOutcome): string {
	const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
	return [
		`${offered} of ${customers} customers are offered something at once, ${(offers / Math.max(1, offered)).toFixed(1)} products each; the most offered product is ${percent(mostOffered)} of all offers`,
		...NODE_RANKERS.map((one) => `${one.padEnd(20)} bought of what is named ${percent(precision[one]).padStart(8)}, paid for it ${revenue[one].toFixed(2)}${one === 'node' ? '' : `  node above by ${percent(precisionAbove[one][0])} to ${percent(precisionAbove[one][1])}, ${revenueAbove[one][0].toFixed(2)} to ${revenueAbove[one][1].toFixed(2)}`}`),
	].join('\n');
}
