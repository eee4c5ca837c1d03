import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { goOn, journeysOf, register, release, track } from './support/journey';

const CART: JourneySettingsInput = { key: 'cart', name: 'Cart', guardMs: 0, entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } }, audience: { conditions: [{ field: 'vip', operator: 'equals', value: true }] } };
const OPEN_CART: JourneySettingsInput = { ...CART, audience: {} };
const ref = (customerId: string) => ({ ref: { customerId } });
const people = (store: Store, ...ids: string[]) => store.run('customers.upsert', { items: ids.map((id) => ref(id)) });
const told = (answers: Awaited<ReturnType<Store['run']>>) => (answers as ({ ok: boolean; changed?: number; reason?: string | null; code?: string })[]).map((answer) => (answer.ok ? (answer.changed ? answer.changed : answer.reason) : answer.code));
const wait3 = { kind: 'delay', length: { amount: 3, unit: 'days' } } as const;

onEachStore('Journeys by hand', (open) => {
	test('start obeys the rules of the journey; its audience may be overridden, its re-entry may not', async () => {
		const { store } = await open();
		await register(store, CART);
		await people(store, 'c1');
		const start = (more: object = {}) => store.run('journeys.start', { items: [{ ...ref('c1'), journey: 'cart', properties: { cart_id: 'k1' }, ...more }] });
		expect(told(await start())).toEqual(['not_in_audience']);
		expect(told(await start({ anybody: true, properties: {} }))).toEqual(['no_entry_key: the event has no cart_id']);
		expect(told(await start({ anybody: true }))).toEqual([1]);
		expect(await release(store, 'entry', { settle: false })).toMatchObject([{ customer: { id: 'c1' }, event: { type: 'started_by_hand', properties: { cart_id: 'k1' } } }]);
		expect(told(await start({ anybody: true }))).toEqual(['already_active']);
		expect(told(await start({ journey: 'nothing' }))).toEqual(['unknown_journey']);
		expect(told(await store.run('journeys.start', { items: [{ ...ref('stranger'), journey: 'cart' }] }))).toEqual(['unknown_customer']);
	});

	test('start in a test run starts nobody, and one journey that is switched off lets nobody in', async () => {
		const { store, advance } = await open();
		await register(store, OPEN_CART);
		await people(store, 'c1');
		const items = [{ ...ref('c1'), journey: 'cart', properties: { cart_id: 'k1' } }];
		expect(told(await store.run('journeys.start', { items, backfill: true }))).toEqual(['test_run']);
		expect(await journeysOf(store, 'c1')).toEqual([]);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger-cart', stepKey: 'entry', journeyKey: 'cart' });
		await advance(HOUR);
		expect(told(await store.run('journeys.start', { items }))).toEqual(['journey_off']);
	});

	test('stop takes customers out of one journey or of all, with their waits and held messages, once', async () => {
		const { store, advance } = await open();
		await register(store, OPEN_CART);
		await register(store, { ...OPEN_CART, key: 'other', name: 'Other' });
		for (const id of ['c1', 'c2']) await track(store, 'cart_updated', id, { cart_id: 'k1' });
		await goOn(store, 'entry', wait3);
		expect(told(await store.run('journeys.stop', { items: [{ ...ref('c1'), journey: 'cart' }, ref('c2')], backfill: true }))).toEqual(['test_run', 'test_run']);
		expect(told(await store.run('journeys.stop', { items: [{ ...ref('c1'), journey: 'cart' }, ref('c2'), ref('c2')] }))).toEqual([1, 2, 'not_on_it']);
		expect((await journeysOf(store, 'c2')).map(({ endReason }) => endReason)).toEqual(['stopped', 'stopped']);
		await advance(3 * DAY);
		expect((await release(store, 'wait')).map(({ customer, journey }) => [customer.id, journey.key])).toEqual([['c1', 'other']]);
	});

	test('skip wait lets them go on now, by time, exactly once', async () => {
		const { store, advance } = await open();
		await register(store, OPEN_CART);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		await goOn(store, 'entry', { kind: 'event', events: [{ eventType: 'order_placed' }], timeout: { amount: 3, unit: 'days' } });
		expect(await release(store, 'wait')).toEqual([]);
		await advance(MINUTE);
		expect(told(await store.run('journeys.skipWait', { items: [{ ...ref('c1'), journey: 'cart' }] }))).toEqual([1]);
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'time' } }]);
		expect(told(await store.run('journeys.skipWait', { items: [{ ...ref('c1'), journey: 'cart' }] }))).toEqual(['does_not_wait']);
		await advance(4 * DAY);
		expect(await release(store, 'wait')).toEqual([]);
	});

	test('move puts them to another wait of the journey with the time they have left', async () => {
		const { store, advance } = await open();
		await register(store, OPEN_CART);
		for (const id of ['c1', 'c2']) await track(store, 'cart_updated', id, { cart_id: 'k1' });
		await goOn(store, 'entry', wait3);
		expect(told(await store.run('journeys.move', { items: [{ ...ref('c1'), journey: 'cart', step: 'nowhere' }] }))).toEqual(['unknown_journey']);
		await advance(DAY);
		await store.run('journeys.skipWait', { items: [{ ...ref('c2'), journey: 'cart' }] });
		await goOn(store, 'wait', wait3, 'second');
		expect(told(await store.run('journeys.move', { items: [{ ...ref('c1'), journey: 'cart', step: 'second' }, { ...ref('c2'), journey: 'cart', step: 'second' }] }))).toEqual([1, 'does_not_wait']);
		expect(await journeysOf(store, 'c1')).toMatchObject([{ step: 'second', dueAt: START_MS + 3 * DAY }]);
		await advance(2 * DAY);
		expect((await release(store, 'second')).map(({ customer, journey }) => [customer.id, journey.step])).toEqual([['c1', 'second']]);
		expect(await release(store, 'wait')).toEqual([]);
		expect(await journeysOf(store, 'c1')).toMatchObject([{ status: 'completed' }]);
	});

	test('list says where a customer is, and who is on a journey, page by page in the order of entering', async () => {
		const { store, advance } = await open();
		await register(store, OPEN_CART);
		for (let index = 0; index < 5; index++) {
			await track(store, 'cart_updated', `c${index}`, { cart_id: 'k1' });
			await goOn(store, 'entry', wait3);
			await advance(MINUTE);
		}
		await store.run('journeys.stop', { items: [ref('c2')] });
		const first = await store.run('journeys.list', { journey: 'cart', limit: 3 });
		const second = await store.run('journeys.list', { journey: 'cart', limit: 3, after: first.at(-1)?.enrolment });
		expect([first, second].map((page) => page.map(({ customer }) => customer.id))).toEqual([['c0', 'c1', 'c3'], ['c4']]);
		expect(first[0].way).toMatchObject({ journey: 'cart', step: 'wait', status: 'waiting', enteredAt: START_MS, dueAt: START_MS + 3 * DAY });
		expect(await store.run('journeys.list', { ref: { customerId: 'c2' }, limit: 10 })).toEqual([]);
		expect(await store.run('journeys.list', { ref: { customerId: 'c2' }, ended: true, limit: 10 })).toMatchObject([{ way: { endReason: 'stopped' } }]);
		await expect(store.run('journeys.list', { ref: { customerId: 'stranger' }, limit: 10 })).rejects.toThrow('No customer with this id');
		await expect(store.run('journeys.list', { limit: 10 })).rejects.toThrow('Name a customer or a journey');
	});
});
