import { recognise } from '../../src/ingest/shapes/recognise';
import { at, fixture } from './fixture';

const defaults = { nowMs: at('2026-06-01T00:00:00Z'), timeZone: 'America/Chicago', currency: 'USD' };
const read = (name: string, change: Record<string, unknown> = {}) => recognise({ ...fixture(name), ...change }, defaults);

const nora = { email: 'nora.whitfield@example.com', phone: '+14155550132', externalIds: { shopify: '207119551' } };

const order = {
	ref: nora,
	source: 'shopify',
	orderId: '450789469',
	orderedAt: at('2026-03-02T14:59:58Z'),
	currency: 'USD',
	status: 'paid',
	totalE4: 739_700,
	discountE4: 60_000,
	cartId: 'bd5a8aa1ecd019dd3520ff791ee3a24c',
	sourceCampaign: 'spring sale',
	lines: [
		// 3 x 19.99 less the 6.00 that the discount code took off this line
		{ productId: '632910392', name: 'Stoneware mug', quantity: 3, priceE4: 179_900, amountE4: 539_700 },
		{ productId: '632910393', name: 'Linen tea towel', quantity: 1, priceE4: 125_000, amountE4: 125_000 },
	],
	updatedAt: at('2026-03-02T15:00:01Z'),
};

const refund = {
	source: 'shopify',
	orderId: '450789469',
	refundId: '509562969',
	refundedAt: at('2026-03-05T16:20:00Z'),
	currency: 'USD',
	amountE4: 179_900,
	lines: [{ productId: '632910392', quantity: 1, amountE4: 179_900 }],
	reason: 'a mug arrived broken',
};

describe('Shopify', () => {
	test('orders/create is an order, its customer and the customer\'s dated consents', () => {
		const recognised = read('shopify-order-create');
		expect(recognised?.shape).toBe('Shopify order');
		expect(recognised?.translation).toEqual({
			customers: [
				{
					ref: nora,
					firstName: 'Nora',
					lastName: 'Whitfield',
					locale: 'en-US',
					country: 'US',
					createdAt: at('2025-01-10T15:00:00Z'),
					updatedAt: at('2026-03-02T14:59:00Z'),
					attributes: { tags: ['loyal', 'newsletter'] },
				},
			],
			consents: [
				{ ref: nora, channel: 'email', purpose: 'marketing', status: 'granted', at: at('2025-01-10T15:00:05Z'), source: 'shopify', proof: 'opt_in_level: single_opt_in' },
			],
			orders: [order],
			products: [],
			cancels: [],
			refunds: [],
			events: [],
			notes: [],
		});
	});

	test('orders/updated carries its refunds, and is delivered once every parcel is', () => {
		const translation = read('shopify-order-updated')?.translation;
		expect(translation?.orders).toEqual([{ ...order, status: 'delivered', updatedAt: at('2026-03-05T16:20:01Z') }]);
		expect(translation?.refunds).toEqual([refund]);
	});

	test('a parcel on its way is not delivered', () => {
		expect(read('shopify-order-updated', { fulfillments: [{ shipment_status: 'in_transit' }] })?.translation.orders[0].status).toBe('paid');
	});

	test('orders/cancelled of a buyer who left no contact is a cancelled anonymous order', () => {
		const translation = read('shopify-order-cancelled')?.translation;
		expect(translation?.orders).toMatchObject([{ orderId: '450789470', status: 'cancelled' }]);
		expect(translation?.orders[0].ref).toBeUndefined();
		expect(translation?.customers).toEqual([]);
	});

	test.each([
		['pending', 'placed'],
		['authorized', 'placed'],
		['partially_paid', 'paid'],
		['partially_refunded', 'paid'],
		['refunded', 'refunded'],
		['voided', 'cancelled'],
	])('a payment that is %s makes the order %s', (payment, status) => {
		expect(read('shopify-order-create', { financial_status: payment })?.translation.orders[0].status).toBe(status);
	});

	test('refunds/create is the refund that the order carries too', () => {
		expect(read('shopify-refund-create')?.translation.refunds).toEqual([refund]);
	});

	test('money that was not paid back is no part of a refund, money on its way is', () => {
		const transactions = [
			{ kind: 'refund', status: 'failure', amount: '5.00', currency: 'USD' },
			{ kind: 'refund', status: 'pending', amount: '17.99', currency: 'USD' },
			{ kind: 'void', status: 'success', amount: '9.00', currency: 'USD' },
		];
		expect(read('shopify-refund-create', { transactions })?.translation.refunds[0].amountE4).toBe(179_900);
	});

	test('checkouts/update is a cart under the token that the order names', () => {
		const translation = read('shopify-checkout-update')?.translation;
		expect(translation?.events).toEqual([
			{
				ref: nora,
				type: 'cart_updated',
				occurredAt: at('2026-03-02T14:41:10Z'),
				source: 'shopify',
				properties: {
					cart_id: order.cartId,
					total: '59.97',
					currency: 'USD',
					items: [{ product_id: '632910392', name: 'Stoneware mug', quantity: 3, price: '19.99' }],
					url: 'https://shop.example.com/548380009/checkouts/bd5a8aa1ecd019dd3520ff791ee3a24c/recover?key=0123',
				},
			},
		]);
	});

	test('an emptied checkout is a cart without items', () => {
		const properties = read('shopify-checkout-update', { line_items: [], total_price: '0.00' })?.translation.events[0].properties;
		expect(properties).toMatchObject({ total: '0.00', items: [] });
	});

	test('a completed checkout and a checkout of nobody are no cart, and say why', () => {
		const completed = read('shopify-checkout-update', { completed_at: '2026-03-02T10:00:00-05:00' })?.translation;
		expect([completed?.events, completed?.customers.length]).toEqual([[], 1]);
		expect(completed?.notes).toEqual(['Shopify checkout: it was completed, the order says the rest.']);
		const nobody = read('shopify-checkout-update', { email: null, customer: null, phone: null })?.translation;
		expect([nobody?.events, nobody?.customers]).toEqual([[], []]);
		expect(nobody?.notes).toEqual(['Shopify checkout: it names nobody yet, so there is no cart to remember.']);
	});

	test('customers/update: withdrawn e-mail and unconfirmed SMS with their instants', () => {
		const translation = read('shopify-customer-update')?.translation;
		const when = at('2026-04-01T12:00:00Z');
		expect(translation?.consents).toEqual([
			{ ref: nora, channel: 'email', purpose: 'marketing', status: 'denied', at: when, source: 'shopify', proof: 'opt_in_level: single_opt_in' },
			{ ref: nora, channel: 'sms', purpose: 'marketing', status: 'pending', at: when, source: 'shopify', proof: 'opt_in_level: confirmed_opt_in' },
		]);
		expect(translation?.customers).toMatchObject([{ ref: nora, firstName: 'Nora', updatedAt: at('2026-04-01T12:00:01Z') }]);
	});

	test.each(['redacted', 'invalid', 'not_subscribed'])('a consent that is %s and undated is no decision', (state) => {
		const consent = { state, opt_in_level: null, consent_updated_at: null };
		expect(read('shopify-customer-update', { email_marketing_consent: consent, sms_marketing_consent: consent })?.translation.consents).toEqual([]);
	});

	test('products/update is the product at its lowest price', () => {
		expect(read('shopify-product-update')?.translation.products).toEqual([
			{ source: 'shopify', productId: '632910392', name: 'Stoneware mug', category: 'Kitchen', priceE4: 199_900, currency: 'USD', inStock: true },
		]);
	});

	test.each([
		['every variant sold out', { variants: [{ price: '1.00', inventory_management: 'shopify', inventory_policy: 'deny', inventory_quantity: 0 }] }, false],
		['sold out but sold on', { variants: [{ price: '1.00', inventory_management: 'shopify', inventory_policy: 'continue', inventory_quantity: -2 }] }, true],
		['not counted', { variants: [{ price: '1.00', inventory_management: null, inventory_quantity: 0 }] }, true],
		['a draft', { status: 'draft' }, false],
	])('stock: %s', (_case, change, inStock) => {
		expect(read('shopify-product-update', change)?.translation.products[0].inStock).toBe(inStock);
	});

	test('a bad optional field costs the field, not the order', () => {
		const customer = { ...(fixture('shopify-order-create').customer as object), email: 'no-address', phone: '12' };
		const translation = read('shopify-order-create', { customer, email: null, contact_email: null, phone: null, customer_locale: 'x'.repeat(50) })?.translation;
		expect(translation?.orders[0].ref).toEqual({ externalIds: { shopify: '207119551' } });
		expect(translation?.notes).toEqual([
			'Shopify order: the e-mail has no @; left out.',
			expect.stringMatching(/^Shopify order: the phone .*; left out\.$/),
			'Shopify order: locale is longer than 35 characters; left out.',
		]);
	});

	test('lines without pieces or without a price are no lines, and that is noted', () => {
		const [mug, towel] = fixture('shopify-order-create').line_items as object[];
		const translation = read('shopify-order-create', { line_items: [{ ...mug, quantity: 0 }, { ...mug, price: null }, towel] })?.translation;
		expect(translation?.orders[0].lines).toEqual([order.lines[1]]);
		expect(translation?.notes).toEqual(['Shopify order: 2 of its lines have no pieces or no price; left out.']);
	});

	test('an order that cannot be one is refused with what is missing', () => {
		expect(() => read('shopify-order-create', { currency: 'dollars' })).toThrow('Shopify order cannot be read: currency is not a currency code of three letters such as EUR.');
	});
});
