import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { z } from 'zod/v4';
import { canonicalJson, hashOf } from '../../src/core/hash';
import { JSON_LIMIT_BYTES, plainJson } from '../../src/ingest/json';
import { readRecord } from '../../src/ingest/problems';
import { cancelInput, consentInput, customerInput, customerRef, eventInput, messageResultInput, orderInput, productInput, refundInput } from '../../src/ingest/records';

const event = { ref: { email: 'anna@example.com' }, type: 'cart_updated', occurredAt: 1_795_284_000_000, source: 'n8n', properties: {} };
const order = { source: 'shop', orderId: '1', orderedAt: 0, currency: 'EUR', status: 'paid', lines: [{ quantity: 1, priceE4: 5, amountE4: 5 }] };
const refusal = (schema: z.ZodType, value: unknown) => {
	try {
		readRecord(schema, value, 'The record');
		return 'accepted';
	} catch (error) {
		return (error as Error).message.replace(/^The record cannot be read: /, '').replace(/\.$/, '');
	}
};

describe('records', () => {
	test('parsing normalises: who, instants, codes, foreign words', () => {
		expect(eventInput.parse({ ...event, ref: { email: ' Anna@Example.COM ', phone: '+44 20 7183 8750', externalIds: { Shopify: 7 } }, occurredAt: '2026-11-21T19:00:00+01:00', eventId: 12 })).toEqual({
			...event,
			ref: { email: 'anna@example.com', phone: '+442071838750', externalIds: { shopify: '7' } },
			eventId: '12',
		});
		expect(orderInput.parse({ ...order, currency: ' eur', status: 'Shipped' })).toMatchObject({ currency: 'EUR', status: 'paid' });
		expect(customerInput.parse({ ref: { customerId: 5 }, country: 'de' })).toEqual({ ref: { customerId: '5' }, country: 'DE' });
	});

	test.each([
		['granted', 'granted'], ['Subscribed', 'granted'], ['opted-in', 'granted'], ['withdrawn', 'denied'], ['revoked', 'denied'], ['unsubscribed', 'denied'], ['denied', 'denied'], ['pending', 'pending'],
	])('the consent word %s is %s', (status, expected) => {
		expect(consentInput.parse({ ref: event.ref, channel: 'Email', purpose: 'marketing', status, at: 0 })).toMatchObject({ channel: 'email', status: expected });
	});

	test.each([
		[eventInput, {}, 'it names no customer: give a customer id, an e-mail address, a phone or an external id; type is missing; occurredAt is missing; source is missing; properties must be an object such as { "colour": "red" }'],
		[eventInput, { ...event, ref: {} }, 'it names no customer: give a customer id, an e-mail address, a phone or an external id'],
		[eventInput, { ...event, ref: { email: 'x' } }, 'email has no @'],
		[eventInput, { ...event, ref: { externalIds: { 'a b': '1' } } }, 'externalIds.a b is no identity type: use a short word in lower-case letters, digits, _ or -, such as telegram'],
		[eventInput, { ...event, colour: 'red' }, 'colour is not a known field'],
		[eventInput, { ...event, occurredAt: '2026-11-21 18:00:00' }, 'occurredAt is not an instant such as 2026-11-21T18:00:00Z'],
		[eventInput, { ...event, occurredAt: 1.5 }, 'occurredAt is not an instant such as 2026-11-21T18:00:00Z'],
		[eventInput, { ...event, occurredAt: 1e16 }, 'occurredAt lies outside the years 1 to 9999'],
		[eventInput, { ...event, type: ' ' }, 'type is empty'],
		[eventInput, { ...event, type: 'x'.repeat(101) }, 'type is longer than 100 characters'],
		[eventInput, { ...event, properties: [] }, 'properties must be an object such as { "colour": "red" }'],
		[eventInput, { ...event, properties: { text: 'x'.repeat(JSON_LIMIT_BYTES) } }, 'properties is 257 KiB of JSON, the limit is 256 KiB'],
		[eventInput, { ...event, properties: { price: Number.NaN } }, 'properties holds a number that is not finite'],
		[eventInput, { ...event, properties: { run: () => 1 } }, 'properties holds a function, which is not data'],
		[customerInput, { ref: { customerId: '1' }, birthDate: '2026-02-30', timeZone: 'Mars/One', country: 'Germany', createdAt: 'soon' }, 'timeZone is not a time zone such as Europe/Berlin; birthDate is not a date such as 1990-05-31; country is not a country code of two letters such as DE; createdAt is not an instant such as 2026-11-21T18:00:00Z'],
		[orderInput, { ...order, currency: 'euro' }, 'currency is not a currency code of three letters such as EUR'],
		[orderInput, { ...order, status: 'lost' }, 'status must be one of placed, paid, delivered, cancelled, refunded'],
		[orderInput, { ...order, lines: [{ quantity: 1e-300, priceE4: 1, amountE4: 1 }, { quantity: 1e10, priceE4: 1, amountE4: 1 }] }, 'lines.0.quantity is too small; lines.1.quantity is too large'],
		[orderInput, { ...order, lines: [{ quantity: 0, priceE4: -1, amountE4: 0.5 }] }, 'lines.0.quantity must be more than 0; lines.0.priceE4 is negative; lines.0.amountE4 must be an integer count of ten-thousandths'],
		[orderInput, { ...order, lines: 'none' }, 'lines must be a list'],
		[refundInput, { source: 's', refundedAt: 0 }, 'it names neither an order nor a customer'],
		[cancelInput, { source: 's', cancelledAt: 0 }, 'orderId is missing'],
		[productInput, { source: 's', productId: 'p', tier: 1.5, inStock: 'yes', lifetimeDays: 0 }, 'tier must be a whole number; lifetimeDays must be more than 0; inStock must be true or false'],
		[messageResultInput, { result: 'sent', at: 0, channel: 'email' }, 'it names no message: give its key, or the customer and the channel'],
		[messageResultInput, { key: 'k', result: 'lost', at: 0 }, 'result must be one of sent, delivered, failed, bounced, opened, clicked, unsubscribed, complained, unknown'],
		[orderInput, 'text', 'it must be an object'],
		[orderInput, null, 'it is missing'],
	])('a bad record says what is wrong with each field (%#)', (schema, value, message) => {
		expect(refusal(schema, value)).toBe(message);
	});

	test('the error carries the fields and never what stood in them', () => {
		try {
			readRecord(eventInput, { ...event, ref: { email: 'secret-name-without-at' } }, 'The event');
			throw new Error('accepted');
		} catch (error) {
			expect(error).toMatchObject({ code: 'bad_input', details: { fields: ['email'] } });
			expect(JSON.stringify([error, (error as Error).message])).not.toContain('secret-name');
		}
	});

	test('parsing what was parsed changes nothing', () => {
		const ref = fc.record({ customerId: fc.string({ unit: 'grapheme' }), email: fc.emailAddress(), externalIds: fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,5}$/), fc.integer({ min: 0 })) }, { requiredKeys: [] });
		const text = fc.string({ unit: 'binary', maxLength: 30 });
		const anEvent = fc.record({ ref, type: text, occurredAt: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString())), source: text, properties: fc.dictionary(text, fc.anything()) });
		let read = 0;
		fc.assert(
			fc.property(anEvent, (value) => {
				const once = eventInput.safeParse(value);
				if (!once.success) return;
				read++;
				expect(eventInput.parse(once.data)).toEqual(once.data);
			}),
			{ seed: 7, numRuns: 3_000 },
		);
		expect(read).toBeGreaterThan(300);
	});

	test('a customer reference needs one way to find somebody', () => {
		expect(customerRef.safeParse({ externalIds: {} }).success).toBe(false);
		expect(customerRef.safeParse({ externalIds: { telegram: '1' } }).success).toBe(true);
	});
});

describe('JSON from outside', () => {
	test('becomes a plain copy that both databases can hold', () => {
		const prototype = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as object;
		const copy = plainJson({ date: new Date(0), at: DateTime.fromMillis(0, { zone: 'utc' }), gone: undefined, list: [undefined, 1], nul: 'a\u0000b', half: 'a\ud800', prototype });
		expect(JSON.stringify(copy)).toBe(
			'{"date":"1970-01-01T00:00:00.000Z","at":"1970-01-01T00:00:00.000Z","list":[null,1],"nul":"a\uFFFDb","half":"a\uFFFD","prototype":{"__proto__":{"admin":true},"a":1}}',
		);
		expect(({} as Record<string, unknown>).admin).toBeUndefined();
	});

	test('a circle and a tower are refused, not followed', () => {
		const circle: Record<string, unknown> = {};
		circle.self = circle;
		expect(() => plainJson(circle)).toThrow('is nested deeper than 64 levels');
	});

	test('the order of keys does not change a hash, a value does', () => {
		const json = fc.jsonValue({ maxDepth: 4 });
		const shuffled = (value: unknown): unknown =>
			Array.isArray(value) ? value.map(shuffled) : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)])) : value;
		fc.assert(
			fc.property(fc.dictionary(fc.string(), json), json, (body, other) => {
				const hash = hashOf(canonicalJson(plainJson(body)));
				expect(hashOf(canonicalJson(plainJson(shuffled(body))))).toBe(hash);
				const changed = { ...body, 'a key of its own': other };
				expect(hashOf(canonicalJson(plainJson(changed)))).not.toBe(hash);
			}),
			{ seed: 8 },
		);
	});
});
