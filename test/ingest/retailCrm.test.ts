import { recognise } from '../../src/ingest/shapes/recognise';
import { at, fixture } from './fixture';

const defaults = { nowMs: at('2026-06-01T00:00:00Z'), timeZone: 'Europe/Moscow', currency: 'EUR' };
const order = (change: Record<string, unknown> = {}) => {
	const payload = fixture('retailcrm-order');
	return recognise({ ...payload, order: { ...(payload.order as object), ...change } }, defaults)?.translation;
};

const irina = { customerId: 'c-771', email: 'i.sokolova@example.com', phone: '+79123456789', externalIds: { retailcrm: '4215' } };

describe('RetailCRM', () => {
	test('an order: money from JSON numbers without a lost kopeck, cancelled items left out, times in the account\'s zone', () => {
		expect(order()?.orders).toEqual([
			{
				ref: irina,
				source: 'retailcrm',
				orderId: '73',
				orderedAt: at('2026-02-10T17:06:32Z'),
				currency: 'RUB',
				status: 'paid',
				totalE4: 55_425_000,
				discountE4: 2_005_000,
				sourceCampaign: 'february',
				lines: [
					{ productId: 'p-1', name: 'Плед шерстяной', quantity: 2, priceE4: 17_002_500, amountE4: 34_005_000 },
					{ productId: 'p-2', name: 'Термос 1 л', quantity: 1, priceE4: 18_420_000, amountE4: 18_420_000 },
				],
				updatedAt: at('2026-02-11T22:10:16Z'),
			},
		]);
	});

	test('the customer of an order and the customer alone read the same, with the withdrawal', () => {
		const expected = {
			customers: [
				{ ref: irina, firstName: 'Ирина', lastName: 'Соколова', birthDate: '1988-02-29', country: 'RU', createdAt: at('2026-01-17T13:26:35Z'), attributes: { tags: ['оптовик'] } },
			],
			consents: [{ ref: irina, channel: 'email', purpose: 'marketing', status: 'denied', at: at('2026-02-11T05:15:00Z'), source: 'retailcrm' }],
		};
		expect(order()).toMatchObject(expected);
		expect(recognise(fixture('retailcrm-customer'), defaults)?.translation).toMatchObject({ ...expected, orders: [] });
		const bare = fixture('retailcrm-customer').customer as Record<string, unknown>;
		expect(recognise(bare, defaults)?.translation.customers).toEqual(expected.customers);
	});

	test('a company\'s order is the contact person\'s', () => {
		const translation = order({ customer: { type: 'customer_corporate', id: 9, externalId: 'firm-9' } });
		expect(translation?.orders[0].ref).toEqual(irina);
	});

	test.each([
		[{ status: 'new', fullPaidAt: undefined }, 'placed'],
		[{ status: 'prepayed', fullPaidAt: undefined }, 'paid'],
		[{ status: 'complete' }, 'delivered'],
		[{ status: 'cancel-other' }, 'cancelled'],
		[{ status: 'no-product' }, 'cancelled'],
		[{ status: 'own-workshop-status' }, 'paid'],
		[{ status: 'constructor', fullPaidAt: undefined }, 'placed'],
	])('%j is %s', (change, status) => {
		expect(order(change)?.orders[0].status).toBe(status);
	});

	test('pieces sold at two prices', () => {
		const items = [{ id: 1, quantity: 3, initialPrice: 10, discountTotal: 0, prices: [{ price: 10, quantity: 2 }, { price: 7.5, quantity: 1 }], offer: { externalId: 'p' } }];
		expect(order({ items })?.orders[0].lines).toEqual([{ productId: 'p', quantity: 3, priceE4: 91_667, amountE4: 275_000 }]);
	});
});
