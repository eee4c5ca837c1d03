import type { Store } from '../../../src/store/Store';
import { DAY, START_MS } from '../../support/eachStore';

/** Days before START_MS. */
export interface Bought {
	customer: string;
	product: string | string[];
	daysAgo: number;
	price?: number;
	status?: 'placed' | 'refunded';
}

let orders = 0;

/** Records orders as history. */
export async function buy(store: Store, bought: readonly Bought[], atMs = START_MS): Promise<void> {
	await store.run('orders.record', {
		backfill: true,
		items: bought.map(({ customer, product, daysAgo, price = 10, status = 'placed' }) => ({
			ref: { customerId: customer },
			source: 'shop',
			orderId: `o${++orders}`,
			orderedAt: atMs - daysAgo * DAY,
			currency: 'EUR',
			status,
			lines: [product].flat().map((productId) => ({ productId, quantity: 1, priceE4: price * 10_000, amountE4: price * 10_000 })),
		})),
	});
}

export interface Product {
	id: string;
	price?: number | null;
	margin?: number;
	category?: string;
	family?: string;
	tier?: number;
	successorOf?: string;
	lifetimeDays?: number;
	inStock?: boolean;
	name?: string;
}

export async function catalogue(store: Store, products: readonly Product[]): Promise<void> {
	await store.run('products.upsert', {
		items: products.map(({ id, price = 10, margin, category, family, tier, successorOf, lifetimeDays, inStock, name }) => ({
			source: 'shop',
			productId: id,
			name: name ?? id.toUpperCase(),
			...(price === null ? {} : { priceE4: price * 10_000, currency: 'EUR' }),
			...(margin === undefined ? {} : { marginE4: margin * 10_000 }),
			category,
			family,
			tier,
			successorOf,
			lifetimeDays,
			inStock,
		})),
	});
}

/**
 * A shop in which filters follow a machine about 23 days later, beans go with a machine, tea and mugs are bought by others,
 * and everybody else buys at random.
 */
export async function shopWithLinks(store: Store): Promise<void> {
	await catalogue(store, [
		{ id: 'machine', price: 100, margin: 30, category: 'machines', family: 'machines', tier: 1 },
		{ id: 'machine-pro', price: 130, margin: 50, category: 'machines', family: 'machines', tier: 2 },
		{ id: 'machine-lux', price: 400, margin: 200, category: 'machines', family: 'machines', tier: 3 },
		{ id: 'filter', price: 12, margin: 6, category: 'care' },
		{ id: 'beans', price: 15, margin: 5, category: 'coffee' },
		{ id: 'tea', price: 8, margin: 3, category: 'tea' },
		{ id: 'mug', price: 9, margin: 4, category: 'tableware' },
		{ id: 'spoon', price: 3, margin: 1, category: 'tableware' },
	]);
	const bought: Bought[] = [];
	for (let customer = 0; customer < 60; customer++) {
		const name = `past-${customer}`;
		const start = 200 + (customer % 60);
		if (customer < 24) {
			bought.push({ customer: name, product: customer % 2 === 0 ? ['machine', 'beans'] : ['machine'], daysAgo: start });
			bought.push({ customer: name, product: 'filter', daysAgo: start - 20 - (customer % 7) });
			bought.push({ customer: name, product: 'spoon', daysAgo: start - 90 });
		} else {
			bought.push({ customer: name, product: customer % 2 === 0 ? 'tea' : 'mug', daysAgo: start });
			bought.push({ customer: name, product: customer % 3 === 0 ? 'spoon' : 'tea', daysAgo: start - 40 });
			bought.push({ customer: name, product: 'mug', daysAgo: start - 100 });
		}
	}
	await buy(store, bought);
}
