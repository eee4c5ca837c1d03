import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod/v4';
import { cancelInput, consentInput, customerInput, eventInput, orderInput, productInput, refundInput } from '../../src/ingest/records';
import { payloadOf, recognise, SHAPES } from '../../src/ingest/shapes/recognise';
import { fixture } from './fixture';

const names = readdirSync(join(__dirname, 'fixtures')).filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
const defaults = { nowMs: 0, timeZone: 'Europe/Berlin', currency: 'EUR' };
const schemas: Record<string, z.ZodType> = { customers: customerInput, products: productInput, consents: consentInput, orders: orderInput, cancels: cancelInput, refunds: refundInput, events: eventInput };

describe('recognising what a shop sent', () => {
	test.each(names)('%s fits one shape, the one it is named after', (name) => {
		const fitting = SHAPES.filter((shape) => shape.detect(fixture(name))).map((shape) => shape.name);
		expect(fitting).toHaveLength(1);
		expect(fitting[0].split(' ')[0].toLowerCase()).toBe(name.split('-')[0]);
	});

	test.each(names)('%s under the body of a webhook item is the same', (name) => {
		const item = { headers: { host: 'n8n.example.com' }, params: {}, query: {}, body: fixture(name) };
		expect(recognise(item, defaults)).toEqual(recognise(fixture(name), defaults));
	});

	test.each(names)('%s becomes records that their schemas leave as they are', (name) => {
		const translation = recognise(fixture(name), defaults)?.translation;
		let count = 0;
		for (const [kind, schema] of Object.entries(schemas)) {
			for (const record of translation?.[kind as 'orders'] ?? []) {
				expect(schema.parse(record)).toEqual(record);
				count++;
			}
		}
		expect(count).toBeGreaterThan(0);
	});

	test.each([
		{},
		{ email: 'a@example.com' },
		{ id: 1, email: 'a@example.com', first_name: 'A', tags: '' },
		{ order_id: '1', total: '5.00', line_items: [{ sku: 'a', quantity: 1, price: '5.00' }], currency: 'EUR' },
		{ id: 1, line_items: [], total_price: '5.00', currency: 'EUR', email: 'a@example.com' },
		{ type: 'track', event: 'x', userId: 'u' },
		{ type: 'page', userId: 'u', title: 'a' },
		{ type: 'track', event: 'x', timestamp: '2026-01-01T00:00:00Z' },
		{ order: { id: 1, total: 5, items: [] } },
		{ customer: { id: 'c1', email: 'a@example.com', phone: '+442071838750', firstName: 'A', stage: 'new', vip: false, attributes: {} }, journey: { key: 'k' }, event: { type: 'x', at: '2026-01-01T00:00:00Z', properties: {} } },
		{ createdAt: '2026-01-01 00:00:00', id: 1, phones: [] },
		{ sku: 'a', price: 5, stock_status: 'instock' },
		{ token: 'x', line_items: [] },
		{ variants: [], id: 1 },
	])('the plain item %j is no shop\'s', (item) => {
		expect(recognise(item, defaults)).toBeUndefined();
	});

	test('an item with a body but without headers is not taken for a webhook', () => {
		expect(payloadOf({ body: { a: 1 } })).toEqual({ body: { a: 1 } });
	});

	test('ids of two shops of one kind are kept apart by the source', () => {
		expect(recognise(fixture('shopify-order-create'), { ...defaults, source: 'shop-berlin' })?.translation.orders[0].source).toBe('shop-berlin');
	});
});
