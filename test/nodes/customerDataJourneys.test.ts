import type { IDataObject, WorkflowExecuteMode } from 'n8n-workflow';
import { journeySettings } from '../../src/journeys/settings';
import { keepSegmentUp } from '../../src/n8n/segmentWatch';
import { onWake } from '../../src/n8n/wake';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

/** What Customer Data does to journeys: it starts and ends them, wakes their release loops, and leaves them alone in test runs. */
let store: StoreHandle;
let woken: number;
let stopListening: () => void;

beforeEach(async () => {
	store = freshStore();
	await store.run('journeys.register', {
		settings: {
			key: 'abandoned-cart',
			name: 'Abandoned cart',
			entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } },
			exits: [{ eventType: 'order_paid' }],
		},
		workflowId: 'w9',
		workflowName: 'Abandoned cart',
		nodeId: 'n9',
		activation: 'activate',
	});
	woken = 0;
	stopListening = onWake((await store.store()).storeId, () => woken++);
});
afterEach(async () => {
	stopListening();
	await closeStores();
});

const cart = (email: string) => ({ email, type: 'cart_updated', cart_id: `of-${email}` });
const track = (items: IDataObject[], options: IDataObject = {}, mode: WorkflowExecuteMode = 'trigger') => customerData({ resource: 'event', operation: 'track', options }, items, { mode });
const waiting = async () => (await store.run('journeys.waiting', {})).reduce((sum, row) => sum + row.waiting, 0);

test('an event starts the journey, says so and wakes its loop; the same again says why it did not', async () => {
	const { items } = await track([cart('jane@example.com')]);
	expect(items[0].json).toMatchObject({ effects: { started: ['abandoned-cart'], left: [], notStarted: [] }, result: 'Event cart_updated recorded; started journey abandoned-cart' });
	expect(woken).toBe(1);
	expect(await waiting()).toBe(1);
});

test('a journey that does not start says why', async () => {
	const noCart = await track([{ email: 'jane@example.com', type: 'cart_updated' }]);
	expect(noCart.items[0].json.effects).toEqual({ started: [], left: [], notStarted: [{ journey: 'abandoned-cart', reason: 'the event has no cart_id' }] });
	const old = await track([{ ...cart('jane@example.com'), occurred_at: '2020-01-01T00:00:00Z' }]);
	expect(old.items[0].json).toMatchObject({ result: 'Event cart_updated recorded; journey abandoned-cart not started: the event is too old to start it' });
	expect(await waiting()).toBe(0);
});

test('history only: recorded, and nobody starts', async () => {
	const { items } = await track([cart('jane@example.com')], { historyOnly: true });
	expect(items[0].json).toMatchObject({ changed: true, effects: { started: [] } });
	expect(woken).toBe(0);
	expect(await waiting()).toBe(0);
});

test('a test run records and starts nobody, until it is told to act', async () => {
	await track([cart('jane@example.com')], {}, 'manual');
	expect(await waiting()).toBe(0);
	const { items } = await track([cart('john@example.com')], { actInTestRuns: true }, 'manual');
	expect(items[0].json).toMatchObject({ effects: { started: ['abandoned-cart'] } });
	expect(await waiting()).toBe(1);
});

test('a consent or a profile that brings somebody into a segment starts nobody in a test run, nor as history, until it is told to', async () => {
	await store.run('segments.save', { name: 'reachable', rules: { match: 'any', rules: [{ about: 'consent', channel: 'email' }, { about: 'profile', field: 'country', operator: 'equals', value: 'LV' }] } });
	const settings = journeySettings.parse({ key: 'reachable', name: 'Reachable', entry: { eventType: 'segment_entered', filter: [{ field: 'segment', operator: 'equals', value: 'reachable' }], entryKey: { kind: 'event' } } });
	await store.run('journeys.register', { settings, workflowId: 'w8', workflowName: 'Reachable', nodeId: 'n8', activation: 'activate' });
	await keepSegmentUp(store, settings);
	const agree = (email: string, options: IDataObject, mode: WorkflowExecuteMode) => customerData({ resource: 'consent', operation: 'set', takeFrom: 'fields', customer: email, channel: 'email', purpose: 'marketing', status: 'granted', options }, [{}], { mode });
	const move = (email: string, options: IDataObject, mode: WorkflowExecuteMode) => customerData({ resource: 'customer', operation: 'upsert', takeFrom: 'fields', email, profile: { country: 'LV' }, options }, [{}], { mode });
	for (const act of [agree, move]) {
		const [tried] = [await act(`${act.name}1@example.com`, {}, 'manual'), await act(`${act.name}2@example.com`, { historyOnly: true }, 'trigger')];
		expect(tried.hints).toEqual([expect.stringContaining('No journey started, resumed or ended')]);
		expect([tried.items[0].json.changed, woken]).toEqual([true, 0]);
	}
	expect(await waiting()).toBe(0);
	await agree('agree3@example.com', { actInTestRuns: true }, 'manual');
	await move('move3@example.com', {}, 'trigger');
	expect([await waiting(), woken]).toEqual([2, 2]);
});

test('a cart and then its order in one run of shop data: the customer is out again', async () => {
	await customerData({ resource: 'shopData', operation: 'takeIn', otherItems: 'events' }, [cart('jane@example.com'), cart('john@example.com')]);
	expect(await waiting()).toBe(2);
	const order = { resource: 'order', operation: 'record', takeFrom: 'fields' };
	const { items } = await customerData(order, [{ order_id: '1', email: 'jane@example.com', currency: 'EUR', total: '10' }]);
	expect(items[0].json).toMatchObject({ effects: { left: ['abandoned-cart'] }, result: expect.stringContaining('left journey abandoned-cart') });
	expect(await waiting()).toBe(1);
});
