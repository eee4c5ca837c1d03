import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { getJourneys, getJourneysOrAll, getJourneysOrAny, getJourneyWaits } from '../../src/n8n/journeyLists';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { enterAndWait, register, registerStep } from '../journeys/support/steps';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(() => {
	store = freshStore();
});
afterEach(closeStores);

const JANE = { email: 'Jane@Example.com ', first_name: 'Jane', last_name: 'Doe' };
const upsert = (items: IDataObject[] = [JANE]) => customerData({ resource: 'customer', operation: 'upsert', takeFrom: 'fields' }, items);
const record = async (email: string) => await store.run('customers.record', { ref: { email } });

describe('Customer', () => {
	test('create or update: the suggested fields take a plain item as it is', async () => {
		const { items } = await upsert();
		expect(items[0].json).toMatchObject({
			...JANE,
			customer: { email: 'jane@example.com', firstName: 'Jane', lastName: 'Doe' },
			changed: true,
			result: 'Customer is new',
		});
		expect(items[0].pairedItem).toEqual({ item: 0 });
	});

	test('the same customer twice changes nothing and says so; a new name is an update', async () => {
		const first = await upsert();
		const again = await upsert();
		expect(again.items[0].json).toMatchObject({ changed: false, result: 'Customer already known: nothing changed' });
		expect(again.items[0].json.customer).toEqual(first.items[0].json.customer);
		const updated = await upsert([{ ...JANE, first_name: 'Janet' }]);
		expect(updated.items[0].json).toMatchObject({ changed: true, result: 'Customer updated', customer: { firstName: 'Janet' } });
	});

	test('every field of the form arrives', async () => {
		const { items } = await customerData(
			{
				resource: 'customer',
				operation: 'upsert',
				takeFrom: 'fields',
				customerId: 'c-1',
				email: 'jane@example.com',
				phone: '020 7183 8750',
				firstName: 'Jane',
				lastName: 'Doe',
				profile: { birthDate: '1990-05-31', country: 'gb', locale: 'en-GB', timeZone: 'Europe/London', createdAt: '2025-03-01 10:00' },
				attributes: { values: [{ name: 'favorite_color', value: 'red' }] },
				externalIds: { values: [{ name: 'telegram', value: '4711' }] },
				options: { phoneCountry: 'GB' },
			},
			[{}],
		);
		expect(items[0].json.customer).toMatchObject({ email: 'jane@example.com', phone: '+442071838750', firstName: 'Jane', locale: 'en-GB', timeZone: 'Europe/London', attributes: { favorite_color: 'red' } });
		const { identities } = await record('jane@example.com');
		expect(identities).toEqual(expect.arrayContaining([{ type: 'telegram', value: '4711' }, { type: 'customer_id', value: 'c-1' }, { type: 'phone', value: '+442071838750' }]));
	});

	test('get: by id, e-mail and phone; the item keeps its fields', async () => {
		await customerData({ resource: 'customer', operation: 'upsert', takeFrom: 'fields', customerId: 'c-1', email: 'jane@example.com', phone: '+442071838750' }, [{}]);
		const { items } = await customerData({ resource: 'customer', operation: 'get' }, [{ customer_id: 'c-1', a: 1 }, { email: 'JANE@example.com' }, { customer: { id: '+442071838750' } }]);
		expect(items.map(({ json }) => (json.customer as IDataObject).email)).toEqual(['jane@example.com', 'jane@example.com', 'jane@example.com']);
		expect(items[0].json).toMatchObject({ a: 1, result: 'Customer found' });
	});

	test('get: nobody found is an error on that item, or passes on', async () => {
		await upsert();
		const asked = [{ email: 'jane@example.com' }, { email: 'nobody@example.com' }];
		const { items, errors } = await customerData({ resource: 'customer', operation: 'get' }, asked, { onError: 'continueErrorOutput' });
		expect(items).toHaveLength(1);
		expect(errors[0].json).toMatchObject({ email: 'nobody@example.com', error: expect.stringContaining('No customer is found') });
		const passed = await customerData({ resource: 'customer', operation: 'get', ifNotFound: 'pass' }, asked);
		expect(passed.items[1].json).toMatchObject({ customer: null, result: 'No such customer' });
	});

	test('find: by part of a name, paged, up to a limit or all', async () => {
		await upsert(Array.from({ length: 30 }, (_, i) => ({ email: `jane${i}@example.com`, last_name: i < 20 ? 'Doe' : 'Smith' })));
		const find = async (more: IDataObject) => (await customerData({ resource: 'customer', operation: 'find', ...more }, [{}])).items;
		expect(await find({ text: 'doe', limit: 5 })).toHaveLength(5);
		expect(await find({ text: 'doe', returnAll: true })).toHaveLength(20);
		expect(await find({ returnAll: true })).toHaveLength(30);
		expect(await find({ returnAll: true, filters: { vip: true } })).toHaveLength(0);
		for (const limit of ['={{ $json.most }}', 0, 1.5]) expect((await customerData({ resource: 'customer', operation: 'find', limit }, [{}])).error?.message).toMatch(/"Limit" must be a whole number from 1 on/);
		expect((await find({ text: 'smith', limit: 1 }))[0].json.customer).toMatchObject({ lastName: 'Smith' });
	});

	test('erase: gives a certificate, and the second time says that nothing changed', async () => {
		await upsert();
		const erase = () => customerData({ resource: 'customer', operation: 'erase', requestedBy: 'customer' }, [{ email: 'jane@example.com' }]);
		const { items } = await erase();
		expect(items[0].json).toMatchObject({ changed: true, result: 'Customer erased', erasedAt: expect.stringMatching(/Z$/), pseudonym: expect.any(String) });
		expect((await erase()).items[0].json).toMatchObject({ changed: false, result: 'Customer was erased before: nothing changed' });
	});
});

describe('Event', () => {
	const event = { customer_id: 'c-1', type: 'cart_updated', occurred_at: '2026-11-20T10:00:00Z', event_id: 'e-1', cart_id: 'k1', total: 12.5 };
	const track = (items: IDataObject[], more: IDataObject = {}) => customerData({ resource: 'event', operation: 'track', options: { historyOnly: true }, ...more }, items);

	test('track: everything in the item that is not who, what and when becomes a property', async () => {
		const { items } = await track([event]);
		expect(items[0].json).toMatchObject({ ...event, changed: true, result: 'Event cart_updated recorded', effects: { started: [], left: [], notStarted: [] } });
		const { events } = await store.run('customers.record', { ref: { customerId: 'c-1' } });
		expect(events).toEqual([{ type: 'cart_updated', at: Date.parse('2026-11-20T10:00:00Z'), properties: { cart_id: 'k1', total: 12.5 } }]);
	});

	test('the same event twice changes nothing and says so; the same id with other content is ignored', async () => {
		await track([event]);
		expect((await track([event])).items[0].json).toMatchObject({ changed: false, result: 'Event cart_updated already known: nothing changed' });
		expect((await track([{ ...event, total: 99 }])).items[0].json).toMatchObject({ changed: false, result: 'Event cart_updated ignored: its id is known with other content' });
	});

	test('properties field by field, or those of the field "properties"', async () => {
		await track([{ ...event, event_id: 'a' }], { propertiesFrom: 'fields', properties: { values: [{ name: 'cart', value: '={{ $json.cart_id }}' }] } });
		await track([{ ...event, event_id: 'b', properties: { only: 'this' } }]);
		const { events } = await store.run('customers.record', { ref: { customerId: 'c-1' } });
		expect(events.map(({ properties }) => properties)).toEqual(expect.arrayContaining([{ cart: 'k1' }, { only: 'this' }]));
	});

	test('without a time it happened now, by the clock of the store', async () => {
		const { now } = await store.run('store.info', {});
		await track([{ customer_id: 'c-1', type: 'visit' }]);
		const { events } = await store.run('customers.record', { ref: { customerId: 'c-1' } });
		expect(events[0].at).toBeGreaterThanOrEqual(now);
		expect(events[0].at).toBeLessThan(now + 60_000);
	});
});

describe('Order', () => {
	const order = { order_id: '1001', email: 'jane@example.com', ordered_at: '2026-11-20T10:00:00Z', currency: 'EUR', total: '59.90', lines: [{ product_id: 'p1', quantity: 2, price: '20.00' }, { product_id: 'p2', quantity: 1, price: '19.90' }] };
	const run = (operation: string, items: IDataObject[], more: IDataObject = {}) => customerData({ resource: 'order', operation, takeFrom: 'fields', ...more }, items);

	test('record: twice changes nothing and says so', async () => {
		const { items } = await run('record', [order]);
		expect(items[0].json).toMatchObject({ changed: true, result: 'Order 1001 recorded', customer: { email: 'jane@example.com' } });
		expect((await run('record', [order])).items[0].json).toMatchObject({ changed: false, result: 'Order 1001 already known: nothing changed' });
		const { orders, revenue } = await record('jane@example.com');
		expect(orders).toHaveLength(1);
		expect(revenue).toEqual([{ amount: '59.90', currency: 'EUR' }]);
	});

	test('record: lines of the form, an order of somebody unknown', async () => {
		const lines = { values: [{ productId: 'p1', quantity: 2, price: '20.00' }] };
		const { items } = await run('record', [{ order_id: 'a1', currency: 'EUR' }], { linesFrom: 'fields', lines });
		expect(items[0].json).toMatchObject({ changed: true, result: 'Order a1 recorded' });
	});

	test('cancel: once, and then nothing changes', async () => {
		await run('record', [order]);
		expect((await run('cancel', [order])).items[0].json).toMatchObject({ changed: true, result: 'Order 1001 cancelled' });
		expect((await run('cancel', [order])).items[0].json).toMatchObject({ changed: false, result: 'Order 1001 was cancelled before: nothing changed' });
	});

	test('refund: an amount, and the same refund again changes nothing', async () => {
		await run('record', [order]);
		const refund = { order_id: '1001', amount: '19.90', refund_id: 'r1', refunded_at: '2026-11-21T10:00:00Z', currency: 'EUR' };
		expect((await run('refund', [refund])).items[0].json).toMatchObject({ changed: true, result: 'Order 1001 refunded: 19.90 EUR' });
		expect((await run('refund', [refund])).items[0].json).toMatchObject({ changed: false });
		expect((await record('jane@example.com')).revenue).toEqual([{ amount: '40.00', currency: 'EUR' }]);
	});

	test('an unknown order is an error that says so', async () => {
		const { error } = await run('cancel', [{ order_id: 'nope' }]);
		expect(error?.message).toMatch(/nope/);
		expect(error?.itemIndex).toBe(0);
	});
});

test('Product: create or update, twice changes nothing', async () => {
	const upsertProduct = (json: IDataObject) => customerData({ resource: 'product', operation: 'upsert', takeFrom: 'fields', details: { family: 'Mugs', tier: '2', lifetimeDays: '400', inStock: true, margin: '3.20' } }, [json]);
	const mug = { product_id: 'p1', name: 'Mug', category: 'Kitchen', price: '9.90', currency: 'EUR' };
	expect((await upsertProduct(mug)).items[0].json).toMatchObject({ changed: true, result: 'Product p1 is new' });
	expect((await upsertProduct(mug)).items[0].json).toMatchObject({ changed: false, result: 'Product p1 already known: nothing changed' });
	expect((await upsertProduct({ ...mug, price: '8.90' })).items[0].json).toMatchObject({ changed: true, result: 'Product p1 updated' });
});

describe('Consent', () => {
	const set = (more: IDataObject) => customerData({ resource: 'consent', operation: 'set', ...more }, [{ email: 'jane@example.com' }]);

	test('set and get', async () => {
		await upsert();
		expect((await set({ at: '2026-11-20T10:00:00Z' })).items[0].json).toMatchObject({ changed: true, result: 'Consent email/marketing recorded: granted' });
		expect((await set({ at: '2026-11-20T10:00:00Z' })).items[0].json).toMatchObject({ changed: false, result: 'Consent email/marketing already known: nothing changed' });
		await set({ channel: 'sms', status: 'unsubscribed', at: '2026-11-21T10:00:00Z', options: { source: 'form', wording: 'w1', proof: 'p1', expiresAt: '2027-11-21T00:00:00Z' } });
		const { items } = await customerData({ resource: 'consent', operation: 'get' }, [{ email: 'jane@example.com' }]);
		expect(items[0].json).toMatchObject({
			consents: expect.arrayContaining([
				expect.objectContaining({ channel: 'email', purpose: 'marketing', status: 'granted', at: '2026-11-20T10:00:00.000Z', expiresAt: null }),
				expect.objectContaining({ channel: 'sms', status: 'denied', source: 'form', expiresAt: '2027-11-21T00:00:00.000Z' }),
			]),
			result: expect.stringContaining('email/marketing granted'),
		});
	});

	test('an older answer than the known one does not win', async () => {
		await upsert();
		await set({ status: 'denied', at: '2026-11-21T10:00:00Z' });
		expect((await set({ status: 'granted', at: '2026-11-20T10:00:00Z' })).items[0].json).toMatchObject({ changed: false, result: 'Consent email/marketing: granted kept as history, a newer answer counts' });
	});
});

test('Message: a result for a key that Contact Policy never gave changes nothing and says so', async () => {
	const { items } = await customerData({ resource: 'message', operation: 'recordResult', messageResult: 'failed' }, [{ policy: { key: 'k-unknown' }, error: 'mailbox full' }]);
	expect(items[0].json).toMatchObject({ changed: false, result: 'No message of Contact Policy fits: nothing changed' });
});

test('Message: sent outside of Contact Policy is taken in and counts', async () => {
	await upsert();
	const { items } = await customerData({ resource: 'message', operation: 'recordResult', findBy: 'customer', at: '2026-11-21T10:00:00Z' }, [{ email: 'jane@example.com' }]);
	expect(items[0].json).toMatchObject({ changed: true, result: expect.stringContaining('it counts towards the limits'), customer: { email: 'jane@example.com' } });
});

test('Message: sent outside of Contact Policy counts by its category, kind and tags; other results have none', async () => {
	await upsert();
	const about = { category: '={{ $json.about }}', messageClass: 'service', tags: 'call, spring' };
	const record = async (messageResult: string, at: string) => await customerData({ resource: 'message', operation: 'recordResult', findBy: 'customer', messageResult, at, ...about }, [{ email: 'jane@example.com', about: 'promo/sale' }]);
	expect((await record('sent', '2026-11-21T10:00:00Z')).items[0].json.result).toContain('it counts towards the limits');
	const { messages } = await store.run('customers.export', { ref: { email: 'jane@example.com' } });
	expect(messages).toMatchObject([{ category: 'promo/sale', class: 'service', tags: ['call', 'spring'] }]);
	expect((await record('opened', '2026-11-21T11:00:00Z')).items[0].json.changed).toBe(true);
	expect((await customerData({ resource: 'message', operation: 'recordResult', findBy: 'customer', messageClass: 'advert' }, [{ email: 'jane@example.com' }])).error?.message).toContain('Kind of Message must be');
});

test('Message: the result of a message that Contact Policy let out, by its key; twice changes nothing', async () => {
	await closeStores();
	store = freshStore(Date.parse('2026-11-20T12:00:00Z'));
	await upsert();
	await customerData({ resource: 'consent', operation: 'set' }, [{ email: 'jane@example.com' }]);
	const item = {
		index: 0, customer: { email: 'jane@example.com' }, mailingKey: 'm1', released: false, channel: 'email', category: 'news', class: 'marketing' as const,
		priority: 50, tags: [], onBlock: 'drop' as const, fallbackChannels: [], own: {},
	};
	const [answer] = await store.run('policy.pass', { workflowId: 'w', stepKey: 's', nodeName: 'Policy', nodeRules: [], messagesPerRun: 10, batch: null, onSecondHandOff: 'block', dryRun: false, items: [item] });
	if (answer.result !== 'send') throw new Error(`Contact Policy said ${JSON.stringify(answer)}`);
	const report = (messageResult: string) => customerData({ resource: 'message', operation: 'recordResult', messageResult }, [{ policy: { key: answer.policy.key }, error: 'mailbox full' }]);
	expect((await report('bounced')).items[0].json).toMatchObject({ changed: true, result: 'Message result recorded: bounced', customer: { email: 'jane@example.com' } });
	expect((await report('bounced')).items[0].json).toMatchObject({ changed: false, result: 'Message result already known: nothing changed' });
});

describe('Subscription', () => {
	const run = (parameters: IDataObject, items: IDataObject[]) => customerData({ resource: 'subscription', operation: 'upsert', ...parameters }, items);

	test('create or update: the suggested fields take a plain item as it is, and a later end is a renewal', async () => {
		const item = { email: 'jane@example.com', subscription_id: 's-1', expires_at: '2027-03-01', plan: 'yearly' };
		expect((await run({ takeFrom: 'fields' }, [item])).items[0].json).toMatchObject({ customer: { email: 'jane@example.com' }, changed: true, result: 'Subscription s-1 is new' });
		expect((await run({ takeFrom: 'fields' }, [item])).items[0].json).toMatchObject({ changed: false, result: 'Subscription s-1 already known: nothing changed' });
		await run({ takeFrom: 'item' }, [{ subscriptionId: 's-1', renewsAt: '2028-03-01' }]);
		const { subscriptions, events } = await record('jane@example.com');
		expect(subscriptions).toMatchObject([{ subscriptionId: 's-1', plan: 'yearly', status: 'active', expiresAt: Date.parse('2028-03-01T00:00:00Z') }]);
		expect(events.map(({ type }) => type).sort()).toEqual(['subscription_renewed', 'subscription_started']);
	});

	test('every field of the form arrives', async () => {
		await run(
			{
				takeFrom: 'fields', customer: 'c-1', subscriptionId: 's-1', status: 'paused', expiresAt: '2027-03-01 10:00', plan: 'box',
				details: { currency: 'eur', price: '12,50', productId: 'SKU-1', startsAt: '2026-03-01', updatedAt: '2026-03-02' },
				attributes: { values: [{ name: 'car', value: 'Golf' }] },
				options: { source: 'billing', historyOnly: true },
			},
			[{}],
		);
		const { subscriptions, events } = await store.run('customers.record', { ref: { customerId: 'c-1' } });
		expect(subscriptions).toEqual([{ subscriptionId: 's-1', productId: 'SKU-1', plan: 'box', status: 'paused', startsAt: Date.parse('2026-03-01T00:00:00Z'), expiresAt: Date.parse('2027-03-01T10:00:00Z'), price: '12.50', currency: 'EUR', attributes: { car: 'Golf' } }]);
		expect(events).toEqual([]);
	});
});

test('Message: check again, all items of a run in one call of the store; a bad one beside the good', async () => {
	await closeStores();
	store = freshStore(Date.parse('2026-11-20T12:00:00Z'));
	await upsert();
	await customerData({ resource: 'consent', operation: 'set' }, [{ email: 'jane@example.com' }]);
	const about = { index: 0, customer: { email: 'jane@example.com' }, mailingKey: 'm1', released: false, channel: 'email', category: 'news', class: 'marketing' as const, priority: 50, tags: [], onBlock: 'drop' as const, fallbackChannels: [], own: {} };
	const [answer] = await store.run('policy.pass', { workflowId: 'w', stepKey: 's', nodeName: 'Policy', nodeRules: [], messagesPerRun: 10, batch: null, onSecondHandOff: 'block', dryRun: false, confirm: true, items: [about] });
	const policy = (answer as unknown as { policy: IDataObject }).policy;
	const check = (items: IDataObject[], more: Parameters<typeof customerData>[2] = {}) => customerData({ resource: 'message', operation: 'checkAgain' }, items, more);
	expect((await check([{ policy, own: 1 }])).items[0].json).toMatchObject({ own: 1, policy: { key: policy.key, channel: 'email', decision: 'send' }, result: 'It may still be sent' });
	const { items, errors } = await check([{ policy }, { policy: {} }, { policy: { key: 'nobody' } }, { policy }], { onError: 'continueErrorOutput' });
	expect(items.map(({ json }) => json.result)).toEqual(['It may still be sent', 'No message has this key: it was let out in a test run, or by a node of another customer store', 'It may still be sent']);
	expect(errors.map(({ json }) => json.error)).toEqual([expect.stringContaining('"Message Key" is empty')]);
	await customerData({ resource: 'consent', operation: 'set', takeFrom: 'fields', channel: 'email', status: 'denied' }, [{ email: 'jane@example.com' }]);
	const after = await check([{ policy }]);
	expect(after.items[0].json).toMatchObject({ policy: { decision: 'blocked', reason: 'no_consent:email/marketing' }, result: expect.stringContaining('no consent') });
	expect((await check([{ policy }, { policy: {} }])).error).toMatchObject({ message: expect.stringContaining('"Message Key" is empty'), itemIndex: 1 });
});

describe('Journey', () => {
	const journey = (operation: string, parameters: IDataObject, mode: 'trigger' | 'manual' = 'trigger') => customerData({ resource: 'journey', operation, customer: 'c-1', journeyKey: 'cart', ...parameters }, [{}], { mode });

	beforeEach(async () => {
		store = freshStore(Date.parse('2026-11-20T12:00:00Z'));
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c-1' } }] });
		await store.run('journeys.register', { settings: { key: 'cart', name: 'Cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
	});

	test('start, list and stop, each in a marketer\'s words', async () => {
		const fields = { eventFields: { values: [{ name: 'cart_id', value: 'k1' }] } };
		expect((await journey('start', fields)).items[0].json).toMatchObject({ customer: { id: 'c-1' }, changed: true, result: 'Started on journey cart' });
		expect((await journey('start', {})).items[0].json).toMatchObject({ changed: false, result: 'Not started: the event has no cart_id' });
		expect((await journey('list', { listWhat: 'journey', limit: 50 })).items[0].json).toMatchObject({ customer: { id: 'c-1' }, onJourney: { journey: 'cart', status: 'entering', step: 'entry' } });
		expect((await journey('list', { listWhat: 'customer', limit: 50 })).items).toHaveLength(1);
		expect((await journey('list', { listWhat: 'journey', journeyKey: ' ', limit: 50 })).error?.message).toMatch(/"Journey" is empty/);
		expect((await journey('skipWait', {})).items[0].json).toMatchObject({ result: "Goes on at once, by Time's Up" });
		expect((await journey('move', { stepKey: 'wait' })).error?.message).toContain('no wait with the step key "wait"');
		expect((await journey('stop', {})).items[0].json).toMatchObject({ changed: true, result: 'Stopped' });
		expect((await journey('stop', { journeyKey: '' })).items[0].json).toMatchObject({ changed: false, result: 'The customer is not on it: nothing changed' });
		expect((await journey('start', { journeyKey: ' ' })).error?.message).toContain('"Journey" is empty');
	});

	test('end for everybody: refused while a workflow runs the journey; afterwards it says how many left, and keeps the item', async () => {
		await journey('start', { eventFields: { values: [{ name: 'cart_id', value: 'k1' }] } });
		expect((await journey('end', {})).error?.message).toContain('The journey "cart" is on: unpublish the workflow "W" first');
		await store.run('journeys.close', { workflowId: 'w', nodeId: 'n', stepKey: 'entry', journeyKey: 'cart' });
		await store.run('clock.advance', { byMs: 120_000 });
		expect((await journey('end', {}, 'manual')).items[0].json).toEqual({ endedJourney: 'cart', customers: 0, result: 'Test run: nothing changed' });
		const { items } = await customerData({ resource: 'journey', operation: 'end', journeyKey: '={{ $json.key }}' }, [{ key: 'cart', journey: 'mine' }, { key: 'cart' }]);
		expect(items.map(({ json }) => json)).toEqual([
			{ key: 'cart', journey: 'mine', endedJourney: 'cart', customers: 1, result: 'Ended for 1 customer' },
			{ key: 'cart', endedJourney: 'cart', customers: 0, result: 'Ended for 0 customers' },
		]);
		expect((await journey('end', { journeyKey: 'no-such' })).error?.message).toContain('No journey "no-such"');
	});

	test('journeys and their waits are chosen from lists, which say so where there is nothing to choose', async () => {
		const form = (journeyKey: string) => ({ getNode: () => ({}), getCurrentNodeParameter: () => journeyKey }) as unknown as ILoadOptionsFunctions;
		expect(await getJourneys.call(form(''))).toEqual([{ name: 'Cart', value: 'cart', description: 'Workflow W' }]);
		expect(await getJourneysOrAll.call(form(''))).toEqual([{ name: 'Every Journey the Customer Is On', value: '' }, { name: 'Cart', value: 'cart', description: 'Workflow W' }]);
		expect(await getJourneysOrAny.call(form(''))).toEqual([{ name: 'Any Journey', value: '' }, expect.objectContaining({ value: 'cart' })]);
		expect(await getJourneyWaits.call(form('cart'))).toEqual([expect.objectContaining({ name: 'No Wait That Anybody Has Come To', value: '' })]);
		const journeys = await store.store();
		await register(journeys);
		await registerStep(journeys);
		await enterAndWait(journeys, ['c-1']);
		expect(await getJourneyWaits.call(form('j'))).toEqual([{ name: 'Node wait', value: 'wait', description: 'Journey, step key wait' }]);
		expect(await getJourneyWaits.call(form(''))).toEqual(await getJourneyWaits.call(form('j')));
		expect(await getJourneyWaits.call(form('cart'))).toEqual([expect.objectContaining({ value: '' })]);
		await store.run('journeys.close', { workflowId: 'w', nodeId: 'n', stepKey: 'entry', journeyKey: 'cart' });
		await store.run('clock.advance', { byMs: 120_000 });
		expect(await getJourneys.call(form(''))).toEqual([{ name: 'Cart', value: 'cart', description: 'Workflow W, switched off' }, { name: 'Journey', value: 'j', description: 'Workflow Workflow' }]);
	});

	test('a test run moves nobody unless it is told to', async () => {
		const fields = { eventFields: { values: [{ name: 'cart_id', value: 'k1' }] } };
		const tried = await journey('start', fields, 'manual');
		expect(tried.items[0].json).toMatchObject({ changed: false, result: 'Test run: nothing changed' });
		expect(tried.hints).toEqual(['A test run moves nobody on a journey; to change that turn on the option Act in Test Runs.']);
		expect((await journey('start', { ...fields, options: { actInTestRuns: true } }, 'manual')).items[0].json).toMatchObject({ changed: true });
	});
});
