import { recognise } from '../../src/ingest/shapes/recognise';
import { at, fixture } from './fixture';

const defaults = { nowMs: at('2026-07-01T00:00:00Z'), timeZone: 'Europe/Berlin', currency: 'EUR' };
const read = (name: string, change: Record<string, unknown> = {}) => recognise({ ...fixture(name), ...change }, defaults)?.translation;

const when = at('2026-06-01T12:30:10.569Z');
const ref = { externalIds: { segment_user: '97980cfea0067', segment_anonymous: '507f191e810c19729de860ea' } };
const items = [
	{ product_id: '507f1f77bcf86cd799439011', name: 'Monopoly: 3rd Edition', quantity: 1, price: '19.00' },
	{ product_id: '505bd76785ebb509fc183733', name: 'Uno Card Game', quantity: 2, price: '3.00' },
];

describe('Segment', () => {
	test('Order Completed', () => {
		expect(read('segment-order-completed')).toMatchObject({
			orders: [
				{
					ref,
					source: 'segment',
					orderId: '50314b8e9bcf000000000000',
					orderedAt: when,
					currency: 'USD',
					status: 'placed',
					totalE4: 275_000,
					discountE4: 25_000,
					cartId: 'fksdjfsdjfisjf9sdfjsd9f',
					sourceCampaign: 'june-letter',
					lines: [
						{ productId: '507f1f77bcf86cd799439011', name: 'Monopoly: 3rd Edition', category: 'Games', quantity: 1, priceE4: 190_000, amountE4: 190_000 },
						{ productId: '505bd76785ebb509fc183733', name: 'Uno Card Game', category: 'Games', quantity: 2, priceE4: 30_000, amountE4: 60_000 },
					],
					updatedAt: when,
				},
			],
			events: [],
		});
	});

	test('Order Refunded, with products and whole', () => {
		const refund = { ref, source: 'segment', orderId: '50314b8e9bcf000000000000', refundId: 'ajs-2', refundedAt: when };
		expect(read('segment-order-refunded')?.refunds).toEqual([
			{ ...refund, currency: 'USD', amountE4: 30_000, lines: [{ productId: '505bd76785ebb509fc183733', quantity: 1, amountE4: 30_000 }] },
		]);
		expect(read('segment-order-refunded', { properties: { order_id: '50314b8e9bcf000000000000' } })?.refunds).toEqual([refund]);
	});

	test('Order Cancelled', () => {
		expect(read('segment-order-cancelled')).toMatchObject({ cancels: [{ ref, source: 'segment', orderId: '50314b8e9bcf000000000000', cancelledAt: when }], orders: [], events: [] });
	});

	test('Cart Viewed is a cart whose total is the sum of what is in it', () => {
		expect(read('segment-cart-viewed')?.events).toEqual([
			{ ref, type: 'cart_updated', occurredAt: when, eventId: 'ajs-4:cart', source: 'segment', properties: { cart_id: 'd92jd29jd92jd29j92d92jd', total: '25.00', currency: 'EUR', items } },
		]);
	});

	test('Checkout Started is an event and a cart under the id that the order will have', () => {
		const events = read('segment-checkout-started')?.events;
		expect(events?.map(({ type, eventId }) => [type, eventId])).toEqual([['checkout_started', 'ajs-5'], ['cart_updated', 'ajs-5:cart']]);
		expect(events?.[1].properties).toEqual({ cart_id: '50314b8e9bcf000000000000', total: '27.50', currency: 'USD', items });
	});

	test('Product Viewed of a visitor nobody knows yet', () => {
		const { properties } = fixture('segment-product-viewed');
		expect(read('segment-product-viewed')?.events).toEqual([
			{ ref: { externalIds: { segment_anonymous: '507f191e810c19729de860ea' } }, type: 'product_viewed', occurredAt: when, eventId: 'ajs-6', source: 'segment', properties },
		]);
	});

	test('Product Added is not the whole cart, so it is no cart_updated', () => {
		expect(read('segment-product-added')?.events.map(({ type }) => type)).toEqual(['product_added']);
	});

	test.each([
		['order_completed', 'orders'],
		['ORDER COMPLETED', 'orders'],
	] as const)('%s is Order Completed', (event, kind) => {
		expect(read('segment-order-completed', { event })?.[kind]).toHaveLength(1);
	});

	test.each(['Trial Started', 'constructor', '__proto__'])('the event %s keeps its name', (event) => {
		expect(read('segment-product-viewed', { event })?.events[0].type).toBe(event);
	});

	test('identify: traits with fields of their own, the others as attributes, and both ids of the visitor', () => {
		expect(read('segment-identify')?.customers).toEqual([
			{
				ref: { email: 'lena.brandt@example.com', phone: '+4915123456789', ...ref },
				firstName: 'Lena',
				lastName: 'Brandt',
				timeZone: 'Europe/Berlin',
				locale: 'de-DE',
				birthDate: '1991-07-04',
				createdAt: at('2026-05-30T08:00:00Z'),
				attributes: { name: 'Lena Brandt', plan: 'premium', logins: 5, address: { city: 'Bonn', country: 'Germany', postalCode: '53111' } },
				updatedAt: when,
			},
		]);
	});

	test('a user id that is an e-mail address names the customer by it too', () => {
		expect(read('segment-page', { userId: 'Lena.Brandt@example.com' })?.events[0].ref.email).toBe('lena.brandt@example.com');
	});

	test('page and screen', () => {
		expect(read('segment-page')?.events).toEqual([
			{ ref, type: 'page_viewed', occurredAt: when, eventId: 'ajs-9', source: 'segment', properties: { name: 'Home', path: '/', title: 'Welcome', url: 'https://shop.example.com/' } },
		]);
		expect(read('segment-page', { type: 'screen' })?.events[0].type).toBe('screen_viewed');
	});

	test('an order without an order id is refused by name', () => {
		expect(() => read('segment-order-completed', { properties: { total: 5 } })).toThrow('Segment Order Completed cannot be read: orderId is missing.');
	});

	test('without any instant of its own the call counts from its arrival', () => {
		const bare = { type: 'track', event: 'Product Viewed', userId: 'u1', messageId: 'm1', properties: {} };
		expect(recognise(bare, defaults)?.translation.events[0].occurredAt).toBe(defaults.nowMs);
	});
});
