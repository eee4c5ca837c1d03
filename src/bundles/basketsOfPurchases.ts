import { BasketBuilder, type Baskets } from './baskets';
import type { Purchases } from './purchases';

const DAY_MS = 86_400_000;

/** A basket is an order. */
export function orderBaskets(purchases: Purchases): Baskets {
	return { names: purchases.products, offsets: purchases.offsets, items: purchases.items };
}

/**
 * A basket is what a customer bought within some days: it begins with an order and ends `days` later, where the next order
 * begins the next. Orders of nobody known stay baskets of their own.
 */
export function customerBaskets({ products, offsets, items, orderedAt, customers }: Purchases, days: number): Baskets {
	const order = Array.from(orderedAt.keys()).sort((a, b) => customers[a] - customers[b] || orderedAt[a] - orderedAt[b] || a - b);
	const builder = new BasketBuilder();
	let basket: string[] = [];
	let endsAt = Number.NEGATIVE_INFINITY;
	let owner = -1;
	for (const one of order) {
		if (customers[one] === 0 || customers[one] !== owner || orderedAt[one] >= endsAt) {
			builder.add(basket);
			basket = [];
			owner = customers[one];
			endsAt = orderedAt[one] + days * DAY_MS;
		}
		for (let place = offsets[one]; place < offsets[one + 1]; place++) basket.push(products[items[place]]);
	}
	builder.add(basket);
	return builder.build();
}
