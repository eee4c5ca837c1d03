import { chance } from './people.mjs';
import { inventConsents } from './consents.mjs';

/** Whose carts: people of every part of the world, so that at any hour it is day for one of them ... */
const regions = [
	{ zones: /^Europe/, carts: 6 },
	{ zones: /^America/, carts: 4 },
	{ zones: /^(Asia|Australia)/, carts: 6 },
];
/** ... and some who must not be written to, so that the policy has something to say. */
const WITHOUT_CONSENT = 3;

/**
 * Open carts as events of type `cart_updated` in the format of `import events`, left on the evening of the last day of
 * the data.
 */
export function openCarts(customers, lines, products) {
	const priceOf = new Map(products.map((entry) => [entry.product_id, entry]));
	const popular = popularProducts(lines);
	const byChance = [...customers].sort((a, b) => chance('cart', a.customer_id) - chance('cart', b.customer_id));
	const mayWrite = byChance.filter(agreedToEmail);
	const chosen = [
		...regions.flatMap(({ zones, carts }) => mayWrite.filter(({ time_zone }) => zones.test(time_zone)).slice(0, carts)),
		...byChance.filter((customer) => !agreedToEmail(customer)).slice(0, WITHOUT_CONSENT),
	];
	const day = lines.at(-1).InvoiceDate.slice(0, 10);
	return chosen.map(({ customer_id }, index) => {
		const items = pick(popular, customer_id).map((id) => ({ product_id: id, name: priceOf.get(id).name, quantity: 1 + Math.floor(chance('quantity', customer_id, id) * 3), price: Number(priceOf.get(id).price) }));
		const cartId = `cart-${customer_id}`;
		return {
			customer_id,
			type: 'cart_updated',
			occurred_at: `${day} ${18 + Math.floor(index / 6)}:${String((index % 6) * 10).padStart(2, '0')}:00`,
			event_id: `${cartId}-1`,
			properties: {
				cart_id: cartId,
				currency: 'GBP',
				total: items.reduce((pence, { quantity, price }) => pence + quantity * Math.round(price * 100), 0) / 100,
				url: `https://shop.example.com/cart/${cartId}`,
				items,
			},
		};
	});
}

function agreedToEmail(customer) {
	return inventConsents(customer).filter(({ channel }) => channel === 'email').at(-1)?.status === 'granted';
}

function popularProducts(lines) {
	const buyers = new Map();
	for (const { StockCode, CustomerID } of lines) {
		const id = StockCode.toUpperCase();
		if (!buyers.has(id)) buyers.set(id, new Set());
		buyers.get(id).add(CustomerID);
	}
	return [...buyers].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1)).slice(0, 60).map(([id]) => id);
}

function pick(popular, customerId) {
	const wanted = 1 + Math.floor(chance('cart size', customerId) * 3);
	return [...popular].sort((a, b) => chance('cart item', customerId, a) - chance('cart item', customerId, b)).slice(0, wanted);
}
