import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(() => {
	store = freshStore(Date.parse('2026-11-16T09:00:00Z'));
});
afterEach(closeStores);

const fixture = (name: string) => JSON.parse(readFileSync(path.join(__dirname, '../ingest/fixtures/mail', `${name}.json`), 'utf8')) as IDataObject;
const webhook = (body: unknown): IDataObject => ({ headers: { 'content-type': 'application/json' }, params: {}, query: {}, body: body as IDataObject });
const takeIn = (items: (IDataObject | INodeExecutionData)[], more: IDataObject = {}) => customerData({ resource: 'message', operation: 'takeIn', ...more }, items);

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

	describe('with Check Signature', () => {
		const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const sendGrid: IDataObject = { signature: 'sendGrid', signatureKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
		const touched = async () => (await store.run('customers.export', { ref: { customerId: 'jane' } })).suppressions;
		/** What n8n's Webhook node makes of a call, with its option Raw Body. */
		const signedCall = (body: unknown, by = privateKey): INodeExecutionData => {
			const raw = `${JSON.stringify(body)}\r\n`;
			const headers = { 'x-twilio-email-event-webhook-timestamp': '1763280000', 'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(`1763280000${raw}`), by).toString('base64') };
			return { json: { headers, params: {}, query: {}, body: body as IDataObject }, binary: { data: { data: Buffer.from(raw).toString('base64'), mimeType: 'application/json' } } };
		};
		const bounce = [{ event: 'bounce', email: 'jane@example.com', timestamp: 1763280000, sg_event_id: 'e1', sg_message_id: 'm1' }];

		test('a call that fits is recorded; a wrong one is refused with a sentence and changes nothing', async () => {
			const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
			const wrong = await takeIn([signedCall(bounce, other)], sendGrid);
			expect(wrong.error?.message).toMatch(/^The signature is not that of SendGrid for this call: .* Nothing of it was recorded\./);
			expect(await touched()).toEqual([]);
			const right = await takeIn([signedCall(bounce)], sendGrid);
			expect(right.items[0].json.result).toContain('bounced');
			expect(await touched()).toHaveLength(1);
		});

		test('with On Error: continue the good ones go in beside a bad one; without it nothing does', async () => {
			const forged = webhook(bounce);
			const stopped = await takeIn([signedCall(bounce), forged], sendGrid);
			expect(stopped.error?.message).toContain('The call has no signature of SendGrid');
			expect(await touched()).toEqual([]);
			const { items, errors } = await customerData({ resource: 'message', operation: 'takeIn', ...sendGrid }, [forged, signedCall(bounce)], { onError: 'continueErrorOutput' });
			expect([items.length, errors.length]).toEqual([1, 1]);
			expect(errors[0].json.error).toContain('The call has no signature of SendGrid');
			expect(await touched()).toHaveLength(1);
		});

		test('Mailgun: the same call again is the same, another report under its signature is refused', async () => {
			const timestamp = String(Date.parse('2026-11-16T08:59:00Z') / 1000);
			const signature = { timestamp, token: 't1', signature: createHmac('sha256', 'secret').update(`${timestamp}t1`).digest('hex') };
			const report = (event: string) => webhook({ signature, 'event-data': { event, recipient: 'jane@example.com', timestamp: Number(timestamp), id: event, 'log-level': 'info' } });
			const mailgun = { signature: 'mailgun', signatureKey: '={{ "secret" }}' };
			expect((await takeIn([report('opened'), report('opened')], mailgun)).error).toBeUndefined();
			expect((await takeIn([report('opened')], mailgun)).error).toBeUndefined();
			expect((await takeIn([report('complained')], mailgun)).error?.message).toContain('was used for another report before');
			expect(await touched()).toEqual([]);
			expect((await takeIn([report('opened')], { ...mailgun, signatureKey: ' ' })).error?.message).toContain('"HTTP Webhook Signing Key" is empty');
		});

		test('Postmark: by the user and password in the address', async () => {
			const fields = { signature: 'basicAuth', webhookUser: 'mail', webhookPassword: 'x' };
			const from = (password: string) => ({ ...webhook(fixture('postmark-bounce')), headers: { authorization: `Basic ${Buffer.from(`mail:${password}`).toString('base64')}` } });
			expect((await takeIn([from('y')], fields)).error?.message).toContain('are not those of this node');
			expect((await takeIn([from('x')], fields)).error).toBeUndefined();
		});
	});

	test('an item of nobody known says who is; shop data and mail events point to each other', async () => {
		expect((await takeIn([{ hello: 'world' }])).error?.message).toMatch(/no mail sender that is known here \(SendGrid, Mailgun/);
		const shop = await customerData({ resource: 'shopData', operation: 'takeIn' }, [webhook(fixture('postmark-open'))]);
		expect(shop.error?.message).toMatch(/choose Message > Take In Mail Events/);
		const good = await customerData({ resource: 'message', operation: 'takeIn' }, [{ hello: 'world' }, webhook(fixture('postmark-bounce'))], { onError: 'continueErrorOutput' });
		expect([good.errors.length, good.items.length]).toEqual([1, 1]);
	});
});
