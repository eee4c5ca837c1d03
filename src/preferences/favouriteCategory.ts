import type { PurchaseLine } from './contract';

/** A category bought once is no favourite yet. */
const FEWEST_ORDERS = 2;
/** Who buys a little of everything has none. */
const SMALLEST_SHARE = 0.3;

export interface FavouriteCategory {
	category: string;
	/** Of what was spent on goods whose category is known. */
	share: number;
	orders: number;
}

/** The category with the largest share of the spend, with at least two orders and three tenths of the money; of equals the one in more orders. */
export function favouriteCategory(lines: readonly PurchaseLine[]): FavouriteCategory | null {
	const bought = new Map<string, { spentE4: number; orders: Set<number> }>();
	let all = 0;
	for (const { order, category, spentE4 } of lines) {
		if (category === null || spentE4 <= 0) continue;
		const sum = bought.get(category) ?? { spentE4: 0, orders: new Set<number>() };
		bought.set(category, { spentE4: sum.spentE4 + spentE4, orders: sum.orders.add(order) });
		all += spentE4;
	}
	const first = [...bought].sort(([a, one], [b, two]) => two.spentE4 - one.spentE4 || two.orders.size - one.orders.size || (a < b ? -1 : 1)).at(0);
	if (!first || first[1].orders.size < FEWEST_ORDERS || first[1].spentE4 < SMALLEST_SHARE * all) return null;
	return { category: first[0], share: first[1].spentE4 / all, orders: first[1].orders.size };
}
