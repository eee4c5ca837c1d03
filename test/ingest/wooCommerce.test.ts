import { recognise } from '../../src/ingest/shapes/recognise';
import { at, fixture } from './fixture';

const defaults = { nowMs: at('2026-06-01T00:00:00Z'), timeZone: 'Europe/Madrid', currency: 'EUR' };
const read = (name: string, change: Record<string, unknown> = {}) => recognise({ ...fixture(name), ...change }, defaults);

const tomas = { email: 'tomas.rey@example.com', phone: '+34612345678', externalIds: { woocommerce: '26' } };

const order = {
	ref: tomas,
	source: 'woocommerce',
	orderId: '727',
	orderedAt: at('2026-05-04T10:30:15Z'),
	currency: 'EUR',
	status: 'paid',
	totalE4: 398_400,
	discountE4: 50_000,
	sourceCampaign: 'may-letter',
	lines: [
		// catalogue prices include the tax here, so 28.93 + 6.07
		{ productId: '93', name: 'Olive oil, 1 l', quantity: 2, priceE4: 175_000, amountE4: 350_000 },
		{ productId: '22', name: 'Recipe card', quantity: 1, priceE4: 0, amountE4: 0 },
	],
	updatedAt: at('2026-05-04T10:31:00Z'),
};

describe('WooCommerce', () => {
	test('order.created is an order and its customer; the phone is read in the country of the bill', () => {
		const recognised = read('woocommerce-order-created');
		expect(recognised?.shape).toBe('WooCommerce order');
		expect(recognised?.translation).toEqual({
			customers: [{ ref: tomas, firstName: 'Tomás', lastName: 'Rey', country: 'ES', updatedAt: order.updatedAt }],
			orders: [order],
			consents: [],
			products: [],
			cancels: [],
			refunds: [],
			events: [],
			notes: [],
		});
	});

	test('catalogue prices without tax make lines without tax', () => {
		expect(read('woocommerce-order-created', { prices_include_tax: false })?.translation.orders[0]).toMatchObject({
			discountE4: 41_300,
			lines: [{ priceE4: 144_650, amountE4: 289_300 }, { amountE4: 0 }],
		});
	});

	test('a guest\'s order with a refund: no shop id, and the refund with the order\'s instant', () => {
		const translation = read('woocommerce-order-refunded')?.translation;
		expect(translation?.orders[0].ref).toEqual({ email: tomas.email, phone: tomas.phone });
		expect(translation?.refunds).toEqual([
			{ source: 'woocommerce', orderId: '727', refundId: '742', refundedAt: at('2026-05-09T07:00:00Z'), currency: 'EUR', amountE4: 175_000, reason: 'leaked' },
		]);
	});

	test('without the GMT instants the shop\'s own are read in the shop\'s zone', () => {
		expect(read('woocommerce-order-created', { date_created_gmt: null })?.translation.orders[0].orderedAt).toBe(order.orderedAt);
	});

	test.each([
		['pending', 'placed'],
		['on-hold', 'placed'],
		['processing', 'paid'],
		['completed', 'delivered'],
		['cancelled', 'cancelled'],
		['failed', 'cancelled'],
		['trash', 'cancelled'],
		['refunded', 'refunded'],
	])('status %s is %s', (status, ours) => {
		expect(read('woocommerce-order-created', { status })?.translation.orders[0].status).toBe(ours);
	});

	test('a status of the shop\'s own counts as placed and is noted; a draft is no order', () => {
		const own = read('woocommerce-order-created', { status: 'in-the-kiln' })?.translation;
		expect([own?.orders[0].status, own?.notes]).toEqual(['placed', ['WooCommerce order: its status "in-the-kiln" is the shop\'s own and reads as placed.']]);
		const draft = read('woocommerce-order-created', { status: 'checkout-draft' })?.translation;
		expect([draft?.orders, draft?.customers]).toEqual([[], []]);
	});

	test('customer.updated', () => {
		expect(read('woocommerce-customer-updated')?.translation.customers).toEqual([
			{ ref: tomas, firstName: 'Tomás', lastName: 'Rey Gil', country: 'ES', createdAt: at('2025-11-02T08:00:00Z'), updatedAt: at('2026-05-04T10:31:00Z') },
		]);
	});

	test('product.updated', () => {
		const product = { source: 'woocommerce', productId: '93', name: 'Olive oil, 1 l', category: 'Pantry', priceE4: 199_900, currency: 'EUR', inStock: true };
		expect(read('woocommerce-product-updated')?.translation.products).toEqual([product]);
		expect(read('woocommerce-product-updated', { stock_status: 'outofstock', price: '', categories: [] })?.translation.products).toEqual([
			{ source: 'woocommerce', productId: '93', name: 'Olive oil, 1 l', inStock: false },
		]);
	});
});
