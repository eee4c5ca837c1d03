import type { SubscriptionInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const E4 = 10_000;
const subscription = (subscriptionId: string, more: Partial<SubscriptionInput> = {}): SubscriptionInput => ({ ref: { customerId: 'c1' }, source: 'shop', subscriptionId, ...more });

async function upsert(store: Store, ...items: SubscriptionInput[]) {
	return (await store.run('subscriptions.upsert', { items })).map((answer) => (answer.ok ? answer.result : answer.message));
}
const recordOf = (store: Store, customerId = 'c1') => store.run('customers.record', { ref: { customerId }, at: START_MS + 365 * DAY });
const eventsOf = async (store: Store, customerId = 'c1') => (await recordOf(store, customerId)).events.map(({ type, at }) => `${type} +${(at - START_MS) / HOUR}`).reverse();

onEachStore('Subscription: create or update', (open) => {
	test('a new one is active and told to the journeys; saying it again changes nothing, days later too', async () => {
		const { store, advance } = await open();
		const yearly = subscription('s1', { plan: 'yearly', expiresAt: START_MS + 30 * DAY, priceE4: 99 * E4, currency: 'EUR', attributes: { car: 'Golf' } });
		expect(await upsert(store, yearly, yearly)).toEqual(['created', 'unchanged']);
		await advance(DAY);
		expect(await upsert(store, yearly)).toEqual(['unchanged']);
		const record = await recordOf(store);
		expect(record.subscriptions).toEqual([{ subscriptionId: 's1', productId: null, plan: 'yearly', status: 'active', startsAt: null, expiresAt: START_MS + 30 * DAY, price: '99.00', currency: 'EUR', attributes: { car: 'Golf' } }]);
		expect(record.events).toMatchObject([{ type: 'subscription_started', at: START_MS, properties: { subscription_id: 's1', plan: 'yearly', expires_at: new Date(START_MS + 30 * DAY).toISOString(), price: '99.00' } }]);
	});

	test('a later end is a renewal, each status an event of its own, and a field that is not given keeps its value', async () => {
		const { store, advance } = await open();
		await upsert(store, subscription('s1', { plan: 'yearly', expiresAt: START_MS + DAY, startsAt: START_MS - 10 * HOUR }));
		for (const more of [{ expiresAt: START_MS + 2 * DAY }, { status: 'paused' }, { status: 'active' }, { status: 'cancelled' }, { status: 'active' }, { status: 'expired' }, { plan: 'monthly' }] as Partial<SubscriptionInput>[]) {
			await advance(HOUR);
			expect(await upsert(store, subscription('s1', more))).toEqual(['updated']);
		}
		expect(await eventsOf(store)).toEqual(['subscription_started +-10', 'subscription_renewed +1', 'subscription_paused +2', 'subscription_resumed +3', 'subscription_cancelled +4', 'subscription_renewed +5', 'subscription_expired +6']);
		expect((await recordOf(store)).subscriptions).toMatchObject([{ plan: 'monthly', status: 'expired', expiresAt: START_MS + 2 * DAY }]);
	});

	test('an older report never overwrites a newer one, field by field, in whatever order they come', async () => {
		const { store, advance } = await open();
		await advance(10 * DAY);
		const newer = subscription('s1', { expiresAt: START_MS + 60 * DAY, status: 'active', updatedAt: START_MS + 5 * DAY });
		const older = subscription('s1', { expiresAt: START_MS + 30 * DAY, status: 'paused', updatedAt: START_MS + DAY });
		expect(await upsert(store, newer, older)).toEqual(['created', 'older']);
		expect(await upsert(store, { ...older, plan: 'yearly' })).toEqual(['updated']);
		expect((await recordOf(store)).subscriptions).toMatchObject([{ plan: 'yearly', status: 'active', expiresAt: START_MS + 60 * DAY }]);
		expect(await eventsOf(store)).toEqual([`subscription_started +${(5 * DAY) / HOUR}`]);
	});

	test('who has the subscription needs not be said again; of one that nobody knows it must be', async () => {
		const { store } = await open();
		await upsert(store, subscription('s1', { expiresAt: START_MS + DAY }));
		expect(await upsert(store, subscription('s1', { ref: undefined, expiresAt: START_MS + 2 * DAY }), subscription('s2', { ref: undefined }))).toEqual([
			'updated',
			'No subscription "s2" of the source "shop" is in the store, and the item names no customer. Say whose it is, or check the subscription id and its source.',
		]);
		expect(await eventsOf(store)).toEqual(['subscription_started +0', 'subscription_renewed +0']);
	});

	test('it may go to another customer, and ids of two sources are two subscriptions', async () => {
		const { store } = await open();
		await upsert(store, subscription('s1'), subscription('s1', { source: 'other' }));
		expect(await upsert(store, subscription('s1', { ref: { customerId: 'c2' } }))).toEqual(['updated']);
		expect((await recordOf(store)).subscriptions).toHaveLength(1);
		expect((await recordOf(store, 'c2')).subscriptions).toMatchObject([{ subscriptionId: 's1' }]);
	});

	test('history tells the journeys nothing', async () => {
		const { store } = await open();
		await store.run('subscriptions.upsert', { items: [subscription('s1')], backfill: true });
		expect(await eventsOf(store)).toEqual([]);
	});

	test('two workers that record the same subscriptions at once keep each once', async () => {
		const { store, again } = await open();
		const other = await again();
		const items = Array.from({ length: 200 }, (_, index) => subscription(`s${index}`, { ref: { customerId: `c${index % 7}` } }));
		const results = (await Promise.all([upsert(store, ...items), upsert(other, ...items.toReversed())])).flat();
		expect(results.filter((result) => result === 'created')).toHaveLength(200);
		expect(results.filter((result) => result === 'unchanged')).toHaveLength(200);
	});

	test('erasure blanks what could say whose it was, and a late report is refused', async () => {
		const { store, advance } = await open();
		await upsert(store, subscription('policy-of-jane', { plan: 'yearly', attributes: { car: 'Golf' } }));
		expect((await store.run('customers.erase', { ref: { customerId: 'c1' } })).counts).toMatchObject({ subscriptions: 1 });
		await advance(HOUR);
		expect(await store.run('subscriptions.upsert', { items: [subscription('policy-of-jane')] })).toMatchObject([{ ok: false, code: 'customer_erased' }]);
	});

	test('J50 a renewal reminder ends with the renewal of the same subscription, not of another one', async () => {
		const { store } = await open();
		await store.run('journeys.register', {
			settings: { key: 'renewal', name: 'Renewal', entry: { eventType: 'contract_ending', entryKey: { kind: 'property', property: 'subscription_id' } }, exits: [{ eventType: 'subscription_renewed', correlate: { eventField: 'subscription_id', entryField: 'subscription_id' } }] },
			workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate',
		});
		await upsert(store, subscription('s1', { expiresAt: START_MS + DAY }), subscription('s2', { expiresAt: START_MS + DAY }));
		await store.run('events.track', { items: ['s1', 's2'].map((id) => ({ ref: { customerId: 'c1' }, type: 'contract_ending', occurredAt: START_MS, source: 'shop', properties: { subscription_id: id } })) });
		expect(await store.run('subscriptions.upsert', { items: [subscription('s1', { expiresAt: START_MS + 366 * DAY })] })).toMatchObject([{ exited: ['renewal'] }]);
		expect(await store.run('journeys.waiting', {})).toMatchObject([{ waiting: 1 }]);
	});
});
