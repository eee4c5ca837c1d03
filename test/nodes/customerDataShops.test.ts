import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(() => {
	store = freshStore();
});
afterEach(closeStores);

const fixture = (name: string) => JSON.parse(readFileSync(path.join(__dirname, '../ingest/fixtures', `${name}.json`), 'utf8')) as IDataObject;
/** As n8n's Webhook node gives it. */
const webhook = (body: IDataObject): IDataObject => ({ headers: { 'content-type': 'application/json' }, params: {}, query: {}, body, webhookUrl: 'https://n8n.example/webhook/1', executionMode: 'production' });
const takeIn = (items: IDataObject[], more: IDataObject = {}) => customerData({ resource: 'shopData', operation: 'takeIn', options: { historyOnly: true, currency: 'EUR' }, ...more }, items);
const counts = async () => (await store.run('store.info', {})).counts;

const FIXTURES = [
	'shopify-order-create', 'shopify-customer-update', 'shopify-checkout-update', 'shopify-product-update', 'shopify-refund-create', 'shopify-order-cancelled',
	'woocommerce-order-created', 'woocommerce-customer-updated', 'woocommerce-product-updated', 'retailcrm-order', 'retailcrm-customer',
	'segment-identify', 'segment-page', 'segment-product-viewed', 'segment-cart-viewed', 'segment-order-completed',
];

describe('Shop Data: take in', () => {
	test.each(FIXTURES.filter((name) => !/refund|cancelled/.test(name)))('%s is taken in without mapping, from the item and from a webhook; the second time changes nothing', async (name) => {
		const first = await takeIn([fixture(name)]);
		expect(first.error).toBeUndefined();
		expect(first.items[0].json).toMatchObject({ ...fixture(name), changed: true, ...(fixture(name).customer === undefined ? {} : { customer: expect.anything() }) });
		const before = await counts();
		const again = await takeIn([webhook(fixture(name))]);
		expect(again.items[0].json).toMatchObject({ changed: false, result: expect.stringContaining('already known: nothing changed') });
		expect(await counts()).toEqual(before);
	});

	test('an order and its refund in one run act in the order of the items', async () => {
		const refund = fixture('shopify-refund-create');
		const { items } = await takeIn([{ ...fixture('shopify-order-create'), id: refund.order_id }, refund]);
		expect(items.map(({ json }) => json.result)).toEqual([expect.stringMatching(/Order .* recorded/), expect.stringMatching(/Order .* refunded: /)]);
		const turned = await takeIn([{ ...refund, id: 1, order_id: 17 }, { ...fixture('shopify-order-create'), id: 17 }], {});
		expect(turned.error?.message).toMatch(/17/);
	});

	test('items of all shops in one run, a hundred of each: order kept, everything paired, twice the same store', async () => {
		// Two of them give one customer another name at the same instant, and the later word counts.
		const items = Array.from({ length: 100 }, () => FIXTURES.filter((name) => name !== 'woocommerce-customer-updated').map(fixture)).flat();
		const first = await takeIn(items);
		expect(first.items).toHaveLength(items.length);
		expect(first.items.every(({ pairedItem }, index) => (pairedItem as { item: number }).item === index)).toBe(true);
		const before = await counts();
		const again = await takeIn(items);
		expect(again.items.filter(({ json }) => json.changed)).toEqual([]);
		expect(await counts()).toEqual(before);
	});

	test('an item of no known shop is refused with what to do, or is what the node is told', async () => {
		const item = { email: 'jane@example.com', first_name: 'Jane' };
		expect((await takeIn([item])).error?.message).toContain('say under Other Items Are what it is');
		const { items } = await takeIn([item], { otherItems: 'customers' });
		expect(items[0].json).toMatchObject({ customer: { email: 'jane@example.com', firstName: 'Jane' }, result: 'Customer is new' });
	});
});

describe('one operation reading items automatically', () => {
	test('Order: record takes the order alone', async () => {
		const { items } = await customerData({ resource: 'order', operation: 'record', takeFrom: 'item', options: { historyOnly: true } }, [webhook(fixture('shopify-order-create'))]);
		expect(items[0].json).toMatchObject({ changed: true, result: expect.stringMatching(/^Order \S+ recorded$/) });
	});

	test('an item that holds another kind of thing says what it is and where to go', async () => {
		const { error } = await customerData({ resource: 'order', operation: 'record', takeFrom: 'item' }, [fixture('shopify-product-update')]);
		expect(error?.message).toMatch(/^This item is a Shopify product and holds no order: choose Shop Data > Take In/);
	});

	test('common names need no mapping; what means nothing is noted, or kept as attributes', async () => {
		const item = { Email: 'jane@example.com', 'First Name': 'Jane', mobile: '+44 20 7183 8750', shoe_size: 38 };
		const upsert = (options: IDataObject) => customerData({ resource: 'customer', operation: 'upsert', takeFrom: 'item', options }, [item]);
		expect((await upsert({})).items[0].json).toMatchObject({ customer: { phone: '+442071838750', firstName: 'Jane' }, notes: ['Not used: shoe_size.'] });
		expect((await upsert({ keepUnknown: true })).items[0].json).toMatchObject({ customer: { attributes: { shoe_size: 38 } } });
	});
});
