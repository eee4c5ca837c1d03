import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(() => {
	store = freshStore(Date.parse('2026-11-16T09:00:00Z'));
});
afterEach(closeStores);

const fixture = (name: string) => JSON.parse(readFileSync(path.join(__dirname, '../ingest/fixtures/mail', `${name}.json`), 'utf8')) as IDataObject;
const webhook = (body: unknown): IDataObject => ({ headers: { 'content-type': 'application/json' }, params: {}, query: {}, body: body as IDataObject });
const takeIn = (items: IDataObject[], more: IDataObject = {}) => customerData({ resource: 'message', operation: 'takeIn', ...more }, items);

describe('Message: take in mail events', () => {
	beforeEach(async () => {
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'jane', email: 'jane@example.com' } }] });
	});

	test('a call of SendGrid with many reports is one item that says what happened, and lists it for what comes behind', async () => {
		const { items, error } = await takeIn([webhook(fixture('sendgrid-events'))]);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(items[0].json).toMatchObject({
			changed: true,
			customer: { id: 'jane' },
			notes: [expect.stringContaining('deferred'), expect.stringContaining('machine'), expect.stringContaining('resubscribed')],
			result: expect.stringContaining('No message of Contact Policy fits. Recorded all the same: bounced'),
		});
		expect(items[0].json.result).toContain('No message of Contact Policy fits: nothing changed (6 times)');
		expect(items[0].json.reports).toHaveLength(10);
		expect((items[0].json.reports as IDataObject[])[4]).toEqual({ result: 'bounced', bounce: 'hard', at: '2017-12-15T01:01:09.000Z', customer: 'jane', key: null, recorded: true });
		const again = await takeIn([webhook(fixture('sendgrid-events'))]);
		expect(again.items[0].json.changed).toBe(false);
	});

	test('mails of elsewhere count when the node is told so', async () => {
		const { items } = await takeIn([webhook(fixture('postmark-delivery'))], { otherMails: 'count' });
		expect(items[0].json).toMatchObject({ result: 'No message of Contact Policy fits: nothing changed' });
		const { RecordType, Recipient, DeliveredAt, ServerID } = fixture('postmark-delivery');
		const keyless = await takeIn([webhook({ RecordType, Recipient, DeliveredAt, ServerID, MessageID: 'p-1' })], { otherMails: 'count', otherCategory: '={{ $json.body.RecordType.toLowerCase() }}' });
		expect(keyless.items[0].json.result).toBe('Message sent outside of Contact Policy recorded: delivered; it counts towards the limits');
		expect((await store.run('customers.record', { ref: { customerId: 'jane' } })).messages).toMatchObject([{ category: 'delivery' }]);
	});

	test('an item of nobody known says who is; shop data and mail events point to each other', async () => {
		expect((await takeIn([{ hello: 'world' }])).error?.message).toMatch(/no mail sender that is known here \(SendGrid, Mailgun/);
		const shop = await customerData({ resource: 'shopData', operation: 'takeIn' }, [webhook(fixture('postmark-open'))]);
		expect(shop.error?.message).toMatch(/choose Message > Take In Mail Events/);
		const good = await customerData({ resource: 'message', operation: 'takeIn' }, [{ hello: 'world' }, webhook(fixture('postmark-bounce'))], { onError: 'continueErrorOutput' });
		expect([good.errors.length, good.items.length]).toEqual([1, 1]);
	});
});
