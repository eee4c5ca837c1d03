import { PRICE_TIERS, type PriceTier, type PurchaseLine } from './contract';

/** Of fewer lines, or fewer different prices, a category has no low and no high. */
const FEWEST_LINES = 20;
const FEWEST_PRICES = 3;
/** Categories whose prices are kept, those with most lines first. */
const MOST_CATEGORIES = 1_000;
const STEPS = 40;
/** One or two purchases are no preference. */
const FEWEST_BOUGHT = 3;

/** Prices that lines of each category were bought at, to learn from. */
export class CategoryPrices {
	private readonly prices = new Map<string, number[]>();

	add(lines: readonly PurchaseLine[]): void {
		for (const { category, priceE4, spentE4 } of lines) {
			if (category === null || priceE4 === null || spentE4 <= 0) continue;
			const known = this.prices.get(category);
			if (known) known.push(priceE4);
			else this.prices.set(category, [priceE4]);
		}
	}

	all(): Map<string, Float64Array> {
		return new Map([...this.prices].map(([category, prices]) => [category, Float64Array.from(prices)]));
	}

	/** Adds those of other customers. */
	take(prices: ReadonlyMap<string, Float64Array>): void {
		for (const [category, others] of prices) {
			const known = this.prices.get(category) ?? [];
			for (const price of others) known.push(price);
			this.prices.set(category, known);
		}
	}

	/** @returns by category, the prices in the middle of 40 even shares of its lines */
	learned(): Record<string, number[]> {
		const comparable = [...this.prices].filter(([, prices]) => prices.length >= FEWEST_LINES && new Set(prices).size >= FEWEST_PRICES);
		comparable.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
		return Object.fromEntries(
			comparable.slice(0, MOST_CATEGORIES).map(([category, prices]) => {
				const sorted = Float64Array.from(prices).sort();
				return [category, Array.from({ length: STEPS }, (_, step) => sorted[Math.floor(((step + 0.5) / STEPS) * sorted.length)])];
			}),
		);
	}
}

export interface PricePreference {
	tier: PriceTier;
	/** Of what was bought where prices can be compared, at the usual prices of the categories. */
	share: number;
	lines: number;
}

/**
 * In each category the middle of where the customer's purchases lie among all purchases of it, by price: the lowest, middle or
 * highest third. The tier is the one of most of what was bought, by the usual prices of the categories (intelligence.md, "Price
 * preference"); of equals the middle. By what was really paid, whoever buys dear in one category would seem to do so in all.
 * @returns null for too few purchases
 */
export function pricePreference(prices: Readonly<Record<string, readonly number[]>>, lines: readonly PurchaseLine[]): PricePreference | null {
	const bought = new Map<string, { places: number; lines: number; worth: number }>();
	let count = 0;
	for (const { category, priceE4, spentE4 } of lines) {
		if (category === null || priceE4 === null || !Object.hasOwn(prices, category)) continue;
		const worth = (spentE4 / priceE4) * prices[category][STEPS >> 1];
		if (!(worth > 0 && Number.isFinite(worth))) continue;
		const sum = bought.get(category) ?? { places: 0, lines: 0, worth: 0 };
		bought.set(category, { places: sum.places + placeAmong(prices[category], priceE4), lines: sum.lines + 1, worth: sum.worth + worth });
		count++;
	}
	if (count < FEWEST_BOUGHT) return null;
	const worths: Record<PriceTier, number> = { low: 0, middle: 0, high: 0 };
	for (const { places, lines: own, worth } of bought.values()) worths[tierAt(places / own)] += worth;
	const all = worths.low + worths.middle + worths.high;
	const tier = (['middle', ...PRICE_TIERS] as const).reduce((best, one) => (worths[one] > worths[best] ? one : best));
	return { tier, share: worths[tier] / all, lines: count };
}

/** 0 to 1; what costs the same as others lies in the middle of them. */
function placeAmong(sorted: readonly number[], price: number): number {
	const below = countBelow(sorted, (one) => one < price);
	return (below + countBelow(sorted, (one) => one <= price)) / 2 / sorted.length;
}

function countBelow(sorted: readonly number[], isBelow: (one: number) => boolean): number {
	let [first, end] = [0, sorted.length];
	while (first < end) {
		const middle = (first + end) >> 1;
		if (isBelow(sorted[middle])) first = middle + 1;
		else end = middle;
	}
	return first;
}

const tierAt = (place: number): PriceTier => (place < 1 / 3 ? 'low' : place > 2 / 3 ? 'high' : 'middle');
