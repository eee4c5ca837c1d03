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
	/** Of what was spent where prices can be compared. */
	share: number;
	lines: number;
}

/**
 * In each category the middle of where the customer's purchases lie among all purchases of it, by price: the lowest, middle or
 * highest third. The tier is the one that most of the money went to (intelligence.md, "Price preference"); of equals the middle.
 * @returns null for too few purchases
 */
export function pricePreference(prices: Readonly<Record<string, readonly number[]>>, lines: readonly PurchaseLine[]): PricePreference | null {
	const bought = new Map<string, { places: number; lines: number; spentE4: number }>();
	let count = 0;
	for (const { category, priceE4, spentE4 } of lines) {
		if (category === null || priceE4 === null || spentE4 <= 0 || !Object.hasOwn(prices, category)) continue;
		const sum = bought.get(category) ?? { places: 0, lines: 0, spentE4: 0 };
		bought.set(category, { places: sum.places + placeAmong(prices[category], priceE4), lines: sum.lines + 1, spentE4: sum.spentE4 + spentE4 });
		count++;
	}
	if (count < FEWEST_BOUGHT) return null;
	const spent: Record<PriceTier, number> = { low: 0, middle: 0, high: 0 };
	for (const { places, lines: own, spentE4 } of bought.values()) spent[tierAt(places / own)] += spentE4;
	const all = spent.low + spent.middle + spent.high;
	const tier = (['middle', ...PRICE_TIERS] as const).reduce((best, one) => (spent[one] > spent[best] ? one : best));
	return { tier, share: spent[tier] / all, lines: count };
}

/** 0 to 1; what costs the same as others lies in the middle of them. */
function placeAmong(sorted: readonly number[], price: number): number {
	const below = sorted.filter((one) => one < price).length;
	const equal = sorted.filter((one) => one === price).length;
	return (below + equal / 2) / sorted.length;
}

const tierAt = (place: number): PriceTier => (place < 1 / 3 ? 'low' : place > 2 / 3 ? 'high' : 'middle');
