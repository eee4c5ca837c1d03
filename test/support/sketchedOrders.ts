/** An order as far as a test cares. */
export interface Sketch {
	customer: string;
	/** UTC milliseconds */
	at: number;
	total?: number;
	currency?: string;
}

let made = 0;

/** For `orders.record`: each with an id of its own, and one line. */
export const orderOf = ({ customer, at, total = 10, currency = 'EUR' }: Sketch) => ({
	ref: { customerId: customer },
	source: 's',
	orderId: `o${++made}`,
	orderedAt: at,
	currency,
	status: 'placed' as const,
	totalE4: total * 10_000,
	lines: [{ productId: `p${made % 3}`, quantity: 1, priceE4: total * 10_000, amountE4: total * 10_000 }],
});
