import fc from 'fast-check';
import {
	readPlainCancel, readPlainConsent, readPlainCustomer, readPlainEvent, readPlainMessageResult, readPlainOrder, readPlainProduct, readPlainRefund,
	type PlainDefaults,
} from '../../src/ingest/plainFields';

const at = (iso: string) => Date.parse(iso);
const now = at('2026-06-01T00:00:00Z');
const defaults: PlainDefaults = { nowMs: now, timeZone: 'Europe/Berlin', currency: 'EUR', source: 'n8n', defaultCountry: 'DE' };
const anna = { ref: { email: 'anna@example.com' } };

describe('customers by plain fields', () => {
	test.each([
		{ email: 'anna@example.com', first_name: 'Anna', lastName: 'Bell', mobile: '0151 23456789' },
		{ 'E-Mail': ' Anna@Example.com', 'First Name': 'Anna', Surname: 'Bell', 'phone number': '+49 151 23456789' },
		{ EMAIL: 'anna@example.com', FIRST_NAME: 'Anna', familyName: 'Bell', telephone: '+4915123456789', last_name: '', phone: null },
		{ body: { email: 'anna@example.com', firstName: 'Anna', lastName: 'Bell', tel: '+4915123456789' }, headers: {}, query: {} },
	])('%j is Anna', (item) => {
		expect(readPlainCustomer(item, defaults)).toEqual({ record: { ref: { email: 'anna@example.com', phone: '+4915123456789' }, firstName: 'Anna', lastName: 'Bell' }, notes: [] });
	});

	test('id names the customer; external ids by type', () => {
		expect(readPlainCustomer({ id: 7, externalIds: { Telegram: 12345, push: null } }, defaults).record.ref).toEqual({ customerId: '7', externalIds: { telegram: '12345' } });
	});

	test('the other fields of a profile', () => {
		const item = { customer_id: 'c1', tz: 'Europe/Berlin', language: 'de', birthday: '1990-05-31T00:00:00.000Z', country: 'de', customer_since: '2025-07-01 10:00', updated_at: 1_780_000_000, attributes: { size: 38 } };
		expect(readPlainCustomer(item, defaults).record).toEqual({
			ref: { customerId: 'c1' },
			timeZone: 'Europe/Berlin',
			locale: 'de',
			birthDate: '1990-05-31',
			country: 'DE',
			createdAt: at('2025-07-01T08:00:00Z'),
			updatedAt: 1_780_000_000_000,
			attributes: { size: 38 },
		});
	});

	test('unknown fields are noted, or kept as attributes when that is asked for', () => {
		const item = { email: 'anna@example.com', city: 'Bonn', size: 38, country: 'Germany' };
		expect(readPlainCustomer(item, defaults)).toEqual({ record: { ...anna, attributes: { country: 'Germany' } }, notes: ['Not used: city, size.'] });
		expect(readPlainCustomer(item, { ...defaults, keepUnknownAsAttributes: true })).toEqual({ record: { ...anna, attributes: { country: 'Germany', city: 'Bonn', size: 38 } }, notes: [] });
	});

	test('an item on its way through a journey: the customer inside, own fields win, what the store computes is not written back', () => {
		const item = {
			customer: { id: 'c1', email: 'anna@example.com', phone: null, firstName: 'Anna', lastName: null, timeZone: null, locale: null, stage: 'new', vip: true, attributes: { size: 38 } },
			journey: { key: 'k', enrolment: 'e', step: 's', visit: 1, variant: null },
			event: { type: 'visit', at: '2026-05-01T00:00:00Z', properties: { a: 1 } },
			first_name: 'Anne',
		};
		expect(readPlainCustomer(item, { ...defaults, keepUnknownAsAttributes: true })).toEqual({
			record: { ref: { customerId: 'c1', email: 'anna@example.com' }, firstName: 'Anne', attributes: { size: 38 } },
			notes: [],
		});
	});

	test.each([
		[{ city: 'Bonn' }, 'it names no customer: give a customer id, an e-mail address, a phone or an external id'],
		[{ mail: 'anna' }, 'mail has no @'],
		[{ 'e-mail': 'anna', mobile: '12', TimeZone: 'Mars' }, /^e-mail has no @; mobile .*; TimeZone is not a time zone such as Europe\/Berlin$/],
		[{ email: { address: 'x' } }, 'email must be text'],
		[{ email: 'anna@example.com', attributes: 'red' }, 'attributes must be an object such as { "colour": "red" }'],
		[{ id: 1, external_ids: { email: 'x' } }, 'external_ids.email is no external identity: use the field of that name'],
		[{ id: 1, external_ids: 'x' }, 'external_ids must be an object such as { "telegram": "12345" }'],
	])('%j is refused by the names it uses', (item, message) => {
		const why = (() => {
			try {
				readPlainCustomer(item, defaults);
				return 'accepted';
			} catch (error) {
				return (error as Error).message.replace('The customer cannot be read: ', '').replace(/\.$/, '');
			}
		})();
		if (typeof message === 'string') expect(why).toBe(message);
		else expect(why).toMatch(message);
	});
});

describe('events by plain fields', () => {
	test('what an event does not have are its properties', () => {
		expect(readPlainEvent({ email: 'anna@example.com', event: 'cart_updated', timestamp: '2026-05-31 18:00:00', cart_id: 'k1', total: 12.5, id: 'e1' }, defaults).record).toEqual({
			...anna,
			type: 'cart_updated',
			occurredAt: at('2026-05-31T16:00:00Z'),
			eventId: 'e1',
			source: 'n8n',
			properties: { cart_id: 'k1', total: 12.5 },
		});
	});

	test('properties of their own join them and win', () => {
		expect(readPlainEvent({ customer: 'anna@example.com', type: 'visit', source: 'site', a: 1, b: 1, properties: { a: 2 } }, defaults).record).toEqual({
			...anna, type: 'visit', occurredAt: now, source: 'site', properties: { a: 2, b: 1 },
		});
	});

	test('an event that travels with the item', () => {
		expect(readPlainEvent({ customer: { id: 'c1' }, event: { type: 'visit', at: '2026-05-31T16:00:00Z', properties: { a: 1 } }, journey: { key: 'k' } }, defaults).record).toEqual({
			ref: { customerId: 'c1' }, type: 'visit', occurredAt: at('2026-05-31T16:00:00Z'), source: 'n8n', properties: { a: 1 },
		});
	});

	test('a bad instant is refused, never replaced by now', () => {
		expect(() => readPlainEvent({ customer: 'c1', type: 'visit', at: 'soon' }, defaults)).toThrow(
			'The event cannot be read: at is not an instant: write it as 2026-11-21 18:00:00, 2026-11-21T18:00:00Z or epoch seconds.',
		);
	});

	test('the Customer field is an e-mail, a phone or an id', () => {
		const refOf = (customer: unknown) => readPlainEvent({ customer, type: 'visit' }, defaults).record.ref;
		expect([refOf('Anna@example.com'), refOf('+49 151 23456789'), refOf(17)]).toEqual([{ email: 'anna@example.com' }, { phone: '+4915123456789' }, { customerId: '17' }]);
		expect(() => refOf('anna@')).toThrow('The event cannot be read: customer is an e-mail address that has nothing after the @: correct it.');
	});
});

describe('orders by plain fields', () => {
	test('lines under any usual name', () => {
		const item = {
			order_number: 1001, customer_id: 'c1', date: '2026-05-31', status: 'Completed', total: '1.024,90', discount: 5, utm_campaign: 'spring', checkoutId: 'k1',
			line_items: [{ sku: 'A', title: 'Mug', qty: '2', price: '9,95' }, { product_id: 'B', amount: 1000, product_type: 'Tables' }],
		};
		expect(readPlainOrder(item, defaults)).toEqual({
			record: {
				ref: { customerId: 'c1' }, source: 'n8n', orderId: '1001', orderedAt: at('2026-05-30T22:00:00Z'), currency: 'EUR', status: 'delivered',
				totalE4: 10_249_000, discountE4: 50_000, cartId: 'k1', sourceCampaign: 'spring',
				lines: [
					{ productId: 'A', name: 'Mug', quantity: 2, priceE4: 99_500, amountE4: 199_000 },
					{ productId: 'B', category: 'Tables', quantity: 1, priceE4: 10_000_000, amountE4: 10_000_000 },
				],
			},
			notes: [],
		});
	});

	test('an order of one product, an order without lines, an anonymous order', () => {
		expect(readPlainOrder({ order_id: 'o', product_id: 'A', price: 5, quantity: 3 }, defaults).record).toEqual({
			source: 'n8n', orderId: 'o', orderedAt: now, currency: 'EUR', status: 'placed', lines: [{ productId: 'A', quantity: 3, priceE4: 50_000, amountE4: 150_000 }],
		});
		expect(readPlainOrder({ order_id: 'o', total: 7, colour: 'red' }, defaults)).toMatchObject({ record: { totalE4: 70_000, lines: [] }, notes: ['Not used: colour.'] });
	});

	test('bad values by their place in the item', () => {
		expect(() => readPlainOrder({ total: 'much', status: 'lost', currency: 'euro', items: [{ sku: 'A', qty: 'two', price: 1 }, { sku: 'B' }, { sku: 'C', qty: 0, price: 1 }] }, defaults)).toThrow(
			'The order cannot be read: total is not an amount such as 12.50; items.0.qty is not a number such as 2 or 0.5; order_id is missing; currency is not a currency code of three letters such as EUR; '
				+ 'status must be one of placed, paid, delivered, cancelled, refunded; items.1.price is missing; items.1.amount is missing; items.2.quantity must be more than 0.',
		);
		expect(() => readPlainOrder({ order_id: 'o', items: 'none' }, defaults)).toThrow('The order cannot be read: items must be a list.');
	});

	test('cancel and refund', () => {
		expect(readPlainCancel({ orderId: 'o1', reason: 'changed mind' }, defaults).record).toEqual({ source: 'n8n', orderId: 'o1', cancelledAt: now, reason: 'changed mind' });
		expect(readPlainRefund({ order_id: 'o1', amount: '5.00', refunded_at: '2026-05-31T00:00:00Z', items: [{ sku: 'A', qty: 1 }] }, defaults).record).toEqual({
			source: 'n8n', orderId: 'o1', amountE4: 50_000, refundedAt: at('2026-05-31T00:00:00Z'), lines: [{ productId: 'A', quantity: 1 }],
		});
		expect(() => readPlainCancel({}, defaults)).toThrow('The cancellation cannot be read: order_id is missing.');
		expect(() => readPlainRefund({}, defaults)).toThrow('The refund cannot be read: it names neither an order nor a customer.');
	});
});

describe('products, consents, messages by plain fields', () => {
	test('products', () => {
		expect(readPlainProduct({ sku: 'A', title: 'Mug', price: '9.95', available: 'no', replaces: 'Z', colour: 'red', customer: { id: 'c1' } }, defaults)).toEqual({
			record: { source: 'n8n', productId: 'A', name: 'Mug', priceE4: 99_500, currency: 'EUR', inStock: false, successorOf: 'Z' },
			notes: ['Not used: colour.'],
		});
	});

	test.each([[true, 'granted'], [false, 'denied'], ['yes', 'granted'], ['Unsubscribed', 'denied'], ['pending', 'pending']])('a consent of %j is %s', (consent, status) => {
		expect(readPlainConsent({ email: 'anna@example.com', channel: 'Email', consent }, defaults).record).toEqual({ ...anna, channel: 'email', purpose: 'marketing', status, at: now });
	});

	test('a message result finds its key and channel in the item out of Contact Policy', () => {
		const item = { customer: { id: 'c1' }, policy: { key: 'm1', channel: 'email', decision: 'send' }, result: 'bounce', reason: 'mailbox full' };
		expect(readPlainMessageResult(item, defaults).record).toEqual({ ref: { customerId: 'c1' }, key: 'm1', channel: 'email', result: 'bounced', at: now, reason: 'mailbox full' });
		expect(() => readPlainMessageResult({ result: 'sent' }, defaults)).toThrow('The message result cannot be read: it names no message: give its key, or the customer and the channel.');
	});
});

test('no item at all can make a reader fail in any other way than with a sentence', () => {
	const readers = [readPlainCustomer, readPlainEvent, readPlainOrder, readPlainCancel, readPlainRefund, readPlainProduct, readPlainConsent, readPlainMessageResult];
	const key = fc.constantFrom('email', 'phone', 'customer', 'customer_id', 'id', 'type', 'event', 'at', 'items', 'lines', 'price', 'total', 'properties', 'attributes', 'external_ids', 'status', 'body', 'headers', 'policy', '__proto__');
	const value = fc.oneof(fc.anything({ withDate: true, withNullPrototype: true, maxDepth: 2 }), fc.array(fc.dictionary(key, fc.anything())), fc.dictionary(key, fc.anything()));
	fc.assert(
		fc.property(fc.constantFrom(...readers), fc.dictionary(key, value), (reader, item) => {
			try {
				reader(item, defaults);
			} catch (error) {
				expect(error).toMatchObject({ name: 'JourneyError', code: 'bad_input' });
			}
		}),
		{ seed: 13, numRuns: 1_000 },
	);
});
