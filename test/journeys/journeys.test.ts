import type { JsonObject } from '../../src/ingest/json';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { WaitRequestInput } from '../../src/journeys/waitRequest';
import type { ReleasedItem } from '../../src/journeys/contract';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const CART: JourneySettingsInput = {
	key: 'cart',
	name: 'Abandoned cart',
	entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } },
	whileActive: 'refresh',
	exits: [{ eventType: 'order_placed', correlate: { eventField: 'cart_id', entryField: 'cart_id' } }],
	goal: { rule: { eventType: 'order_placed' }, windowMs: 7 * DAY, valueField: 'total' },
};
const WORKFLOW = { workflowId: 'w1', workflowName: 'Carts' };

async function register(store: Store, settings: Partial<JourneySettingsInput> = {}): Promise<void> {
	await store.run('journeys.register', { settings: { ...CART, ...settings }, ...WORKFLOW, nodeId: 'trigger', activation: 'activate' });
	await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'wait', nodeId: 'n-wait', nodeName: 'Wait 1 h', kind: 'wait' });
}

async function track(store: Store, type: string, customerId: string, properties: JsonObject, more: { at?: number; eventId?: string } = {}) {
	const [answer] = await store.run('events.track', {
		items: [{ ref: { customerId }, type, occurredAt: more.at ?? (await store.run('store.info', {})).now, source: 'test', properties, ...(more.eventId ? { eventId: more.eventId } : {}) }],
	});
	if (!answer.ok) throw new Error(answer.message);
	return answer;
}

/** Takes and claims everything that is due at a step; `settle` ends it as an execution that succeeded. */
async function release(store: Store, stepKey: string, settle = true): Promise<ReleasedItem[]> {
	const items: ReleasedItem[] = [];
	for (;;) {
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey });
		if (!batch) return items;
		const claimed = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true });
		items.push(...claimed.items);
		if (settle) await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
		else return items;
	}
}

async function parkAll(store: Store, items: ReleasedItem[], wait: WaitRequestInput, stepKey = 'wait') {
	return store.run('journeys.park', {
		workflowId: 'w1',
		stepKey,
		nodeName: 'Wait',
		parkings: items.map((item, index) => ({ index, journey: item.journey, own: item.own, wait })),
	});
}

const ONE_HOUR: WaitRequestInput = { kind: 'delay', length: { amount: 1, unit: 'hours' } };
const ORDER_OR_HOUR: WaitRequestInput = {
	kind: 'event',
	events: [{ eventType: 'order_placed', correlate: { eventField: 'cart_id', entryField: 'cart_id' } }],
	timeout: { amount: 1, unit: 'hours' },
};

onEachStore('Entry', (open) => {
	test('an event starts the journey, and the customer waits and is released on time', async () => {
		const { store, advance } = await open();
		await register(store);
		const tracked = await track(store, 'cart_updated', 'c1', { cart_id: 'k1', total: '40.00' });
		expect(tracked).toMatchObject({ result: 'accepted', entered: ['cart'] });
		const entered = await release(store, 'entry', false);
		expect(entered).toHaveLength(1);
		expect(entered[0]).toMatchObject({ customer: { id: 'c1' }, journey: { key: 'cart', step: 'entry', visit: 0 }, event: { type: 'cart_updated', properties: { cart_id: 'k1' } } });
		expect(await parkAll(store, entered, ONE_HOUR)).toEqual([{ index: 0, result: 'parked', dueAt: START_MS + HOUR }]);
		expect(await release(store, 'wait')).toHaveLength(0);
		await advance(HOUR - 1);
		expect(await release(store, 'wait')).toHaveLength(0);
		await advance(1);
		const released = await release(store, 'wait');
		expect(released).toMatchObject([{ customer: { id: 'c1' }, journey: { step: 'wait', visit: 1 }, outcome: { by: 'time' } }]);
	});

	test('J01 the same event twice is one enrolment', async () => {
		const { store, again } = await open();
		await register(store);
		const other = await again();
		const [a, b] = await Promise.all([
			track(store, 'cart_updated', 'c1', { cart_id: 'k1' }, { eventId: 'e1', at: START_MS }),
			track(other, 'cart_updated', 'c1', { cart_id: 'k1' }, { eventId: 'e1', at: START_MS }),
		]);
		expect([a.result, b.result].sort()).toEqual(['accepted', 'duplicate']);
		expect(await release(store, 'entry')).toHaveLength(1);
	});

	test('J02 two carts are two enrolments', async () => {
		const { store } = await open();
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		await track(store, 'cart_updated', 'c1', { cart_id: 'k2' });
		expect(await release(store, 'entry')).toHaveLength(2);
	});

	test('J03 once ever holds after 400 days', async () => {
		const { store, advance } = await open();
		await register(store, { reEntry: { mode: 'once_ever' } });
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		await release(store, 'entry');
		await advance(400 * DAY);
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', again: true })).refused).toEqual([{ journey: 'cart', reason: 'already_entered' }]);
	});

	test('J04 the cooldown ends at its exact instant', async () => {
		const { store, advance } = await open();
		await register(store, { reEntry: { mode: 'cooldown', length: { amount: 30, unit: 'days' }, from: 'entry' } });
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		await release(store, 'entry');
		await advance(30 * DAY - 1);
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 2 })).refused[0].reason).toMatch(/^cooldown until/);
		await advance(1);
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 3 })).entered).toEqual(['cart']);
	});

	test('J05 a repeated cart event refreshes the entry and restarts the first wait once', async () => {
		const { store, advance } = await open();
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1', total: '10.00' });
		await parkAll(store, await release(store, 'entry', false), ONE_HOUR);
		await advance(30 * MINUTE);
		const second = await track(store, 'cart_updated', 'c1', { cart_id: 'k1', total: '25.00' });
		expect(second.entered).toEqual([]);
		await advance(31 * MINUTE);
		expect(await release(store, 'wait')).toHaveLength(0);
		await advance(29 * MINUTE);
		const released = await release(store, 'wait');
		expect(released).toHaveLength(1);
		expect(released[0].event?.properties.total).toBe('25.00');
	});

	test('debounce holds the entry until the key was quiet', async () => {
		const { store, advance } = await open();
		await register(store, { entry: { ...CART.entry, debounceMs: 10 * MINUTE } });
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 1 });
		await advance(9 * MINUTE);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 2 });
		await advance(9 * MINUTE);
		expect(await release(store, 'entry')).toHaveLength(0);
		await advance(MINUTE);
		expect(await release(store, 'entry')).toMatchObject([{ event: { properties: { n: 2 } } }]);
	});

	test('an order during the debounce takes the customer out before the journey began', async () => {
		const { store, advance } = await open();
		await register(store, { entry: { ...CART.entry, debounceMs: 10 * MINUTE } });
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		expect((await track(store, 'order_placed', 'c1', { cart_id: 'k1' })).exited).toEqual(['cart']);
		await advance(HOUR);
		expect(await release(store, 'entry')).toHaveLength(0);
	});

	test('J21 backfill enters nobody', async () => {
		const { store } = await open();
		await register(store);
		await store.run('events.track', { backfill: true, items: [{ ref: { customerId: 'c1' }, type: 'cart_updated', occurredAt: START_MS, source: 'test', properties: { cart_id: 'k1' } }] });
		expect(await release(store, 'entry')).toHaveLength(0);
	});

	test('J23 a future event is quarantined', async () => {
		const { store } = await open();
		await register(store);
		expect(await track(store, 'cart_updated', 'c1', { cart_id: 'k1' }, { at: START_MS + 5 * MINUTE + 1 })).toMatchObject({ result: 'quarantined', entered: [] });
	});

	test('J24 the same id with another body is a conflict and changes nothing', async () => {
		const { store } = await open();
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' }, { eventId: 'e1' });
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k2' }, { eventId: 'e1' })).result).toBe('conflict');
		expect(await release(store, 'entry')).toHaveLength(1);
	});

	test('an event older than the trigger age starts nobody', async () => {
		const { store } = await open();
		await register(store);
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1' }, { at: START_MS - 73 * HOUR })).refused[0].reason).toBe('stale_event');
	});

	test('the audience reads consent as Contact Policy does: the stricter at one instant, pending ends no grant, processing denied means no', async () => {
		const { store } = await open();
		await register(store, { audience: { consentChannel: 'email' } });
		const row = (customerId: string, status: string, at: number, purpose = 'marketing') => ({ ref: { customerId }, channel: 'email', purpose, status: status as 'granted', at });
		await store.run('consents.set', {
			items: [
				row('tie', 'denied', START_MS - 1), row('tie', 'granted', START_MS - 1),
				row('pending', 'granted', START_MS - 2), row('pending', 'pending', START_MS - 1),
				row('processing', 'granted', START_MS - 1), row('processing', 'denied', START_MS - 1, 'processing'),
			],
		});
		const entered = async (id: string) => (await track(store, 'cart_updated', id, { cart_id: id })).entered;
		expect([await entered('tie'), await entered('pending'), await entered('processing')]).toEqual([[], ['cart'], []]);
	});

	test('the audience asks for consent', async () => {
		const { store } = await open();
		await register(store, { audience: { consentChannel: 'email' } });
		await store.run('consents.set', { items: [{ ref: { customerId: 'yes' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - 1 }] });
		expect((await track(store, 'cart_updated', 'yes', { cart_id: 'k1' })).entered).toEqual(['cart']);
		expect((await track(store, 'cart_updated', 'no', { cart_id: 'k2' })).refused[0].reason).toBe('not_in_audience');
	});
});

onEachStore('Wait and exit', (open) => {
	async function waitingFor(store: Store, wait: WaitRequestInput): Promise<void> {
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		await parkAll(store, await release(store, 'entry', false), wait);
	}

	test('J10 and J15 the order of this cart takes the customer out while waiting', async () => {
		const { store, advance } = await open();
		await waitingFor(store, { kind: 'delay', length: { amount: 30, unit: 'days' } });
		await advance(DAY);
		expect((await track(store, 'order_placed', 'c1', { cart_id: 'k1', total: '40.00', currency: 'EUR' })).exited).toEqual(['cart']);
		await advance(40 * DAY);
		expect(await release(store, 'wait')).toHaveLength(0);
		const record = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect(record.journeys).toMatchObject([{ status: 'exited', endReason: 'event:order_placed', goalAt: START_MS + DAY }]);
	});

	test('J17 the order of another cart leaves the customer in', async () => {
		const { store, advance } = await open();
		await waitingFor(store, ONE_HOUR);
		expect((await track(store, 'order_placed', 'c1', { cart_id: 'other' })).exited).toEqual([]);
		await advance(HOUR);
		expect(await release(store, 'wait')).toHaveLength(1);
	});

	test('J13 a correlation without the field matches nothing', async () => {
		const { store, advance } = await open();
		await waitingFor(store, ONE_HOUR);
		expect((await track(store, 'order_placed', 'c1', {})).exited).toEqual([]);
		await advance(HOUR);
		expect(await release(store, 'wait')).toHaveLength(1);
	});

	test('J09 an event inside the window wins over the timeout as long as nobody was released', async () => {
		const { store, advance } = await open();
		await waitingFor(store, { ...ORDER_OR_HOUR, events: [{ eventType: 'visited' }] });
		await advance(3 * HOUR);
		await track(store, 'visited', 'c1', {}, { at: START_MS + HOUR - 1 });
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'event', branch: 0 } }]);
	});

	test('J11 an event at the deadline is too late', async () => {
		const { store, advance } = await open();
		await waitingFor(store, { ...ORDER_OR_HOUR, events: [{ eventType: 'visited' }] });
		await advance(HOUR);
		await track(store, 'visited', 'c1', {}, { at: START_MS + HOUR });
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'time' } }]);
	});

	test('J08 an event stored before the wait counts with "since entry" only', async () => {
		for (const since of ['entry', 'arrival'] as const) {
			const { store, advance } = await open();
			await register(store);
			await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
			const entered = await release(store, 'entry', false);
			await advance(MINUTE);
			await track(store, 'visited', 'c1', { page: '/' });
			await advance(MINUTE);
			await parkAll(store, entered, { ...ORDER_OR_HOUR, events: [{ eventType: 'visited' }], since });
			const released = await release(store, 'wait');
			expect(released.map((item) => item.outcome.by)).toEqual(since === 'entry' ? ['event'] : []);
		}
	});

	test('J12 two branches fit one event: the first branch is taken', async () => {
		const { store } = await open();
		await waitingFor(store, { ...ORDER_OR_HOUR, events: [{ eventType: 'visited' }, { eventType: 'visited' }] });
		await track(store, 'visited', 'c1', {});
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'event', branch: 0 } }]);
	});

	test('J31 an exit recorded while the workflow is off keeps the customer out afterwards', async () => {
		const { store, advance } = await open();
		await waitingFor(store, ONE_HOUR);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger', stepKey: 'entry', journeyKey: 'cart' });
		await advance(HOUR);
		await track(store, 'order_placed', 'c1', { cart_id: 'k1' });
		expect((await track(store, 'cart_updated', 'c2', { cart_id: 'k2' })).refused).toEqual([{ journey: 'cart', reason: 'journey_off' }]);
		await register(store);
		expect(await release(store, 'wait')).toHaveLength(0);
	});

	test('J53 an item above 256 KiB is refused with a clear sentence and may come again', async () => {
		const { store } = await open();
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		const entered = await release(store, 'entry', false);
		const [refused] = await parkAll(store, [{ ...entered[0], own: { text: 'x'.repeat(300_000) } }], ONE_HOUR);
		expect(refused).toMatchObject({ result: 'refused', code: 'context_too_large', message: expect.stringContaining('Edit Fields') });
		expect(await parkAll(store, entered, ONE_HOUR)).toMatchObject([{ result: 'parked' }]);
	});

	test('an item of another store is refused with both names', async () => {
		const { store } = await open();
		await waitingFor(store, ONE_HOUR);
		const place = { key: 'cart', enrolment: 'ffffffff-1', step: 'entry', visit: 0, variant: null };
		const [answer] = await store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait', parkings: [{ index: 0, journey: place, own: {}, wait: ONE_HOUR }] });
		expect(answer).toMatchObject({ result: 'refused', code: 'wrong_store', message: expect.stringContaining(store.storeId) });
	});
});

onEachStore('Release', (open) => {
	async function oneWaiting(store: Store): Promise<void> {
		await register(store);
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1' });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
		await parkAll(store, items, ONE_HOUR);
		await store.run('journeys.settleBatch', { ...batch!, outcome: 'success' });
	}

	test('J38 a batch is claimed once', async () => {
		const { store, again, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		const other = await again();
		const [a, b] = await Promise.all([store, other].map((one) => one.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })));
		const batch = a.batch ?? b.batch;
		expect([a.batch, b.batch].filter(Boolean)).toHaveLength(1);
		const claims = await Promise.all([store, other].map((one) => one.run('journeys.claimBatch', { id: batch!.id, epoch: batch!.epoch, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true })));
		expect(claims.map((claim) => claim.items.length).sort()).toEqual([0, 1]);
	});

	test('a batch whose execution was cut off is offered again when its lease is over, under a new epoch', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		const first = (await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch!;
		await store.run('journeys.claimBatch', { ...first, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		expect((await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch).toBeNull();
		await advance(2 * MINUTE);
		const second = (await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch!;
		expect(second).toMatchObject({ id: first.id, epoch: 2 });
		expect(await store.run('journeys.settleBatch', { id: first.id, epoch: first.epoch, outcome: 'success' })).toMatchObject({ settled: false });
		const claimed = await store.run('journeys.claimBatch', { ...second, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		expect(claimed.items).toHaveLength(1);
	});

	test('J34 a customer who was parked further down is not released twice', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		const released = await release(store, 'wait', false);
		expect(await parkAll(store, released, ONE_HOUR, 'wait2')).toMatchObject([{ result: 'parked' }]);
		expect(await parkAll(store, released, ONE_HOUR, 'wait2')).toMatchObject([{ result: 'parked_before' }]);
		await advance(2 * MINUTE);
		const again = (await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch!;
		expect((await store.run('journeys.claimBatch', { ...again, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true })).items).toHaveLength(0);
	});

	test('a failed execution rests one minute, then two', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		for (const rest of [MINUTE, 2 * MINUTE, 4 * MINUTE]) {
			const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
			await store.run('journeys.settleBatch', { ...batch!, outcome: 'failed', error: 'mail server down' });
			await advance(rest - 1);
			expect((await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch).toBeNull();
			await advance(1);
		}
		const waiting = await store.run('journeys.waiting', {});
		expect(waiting.find((row) => row.step === 'wait')).toMatchObject({ inRelease: 1, held: expect.stringContaining('mail server down') });
	});

	test('J54 a journey that ends at a wait completes', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		await release(store, 'wait');
		const record = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect(record.journeys).toMatchObject([{ status: 'completed' }]);
	});

	test('J37 two live workflows cannot hold the same journey key', async () => {
		const { store } = await open();
		await register(store);
		const rival = store.run('journeys.register', { settings: CART, workflowId: 'w2', workflowName: 'Copy', nodeId: 'other', activation: 'activate' });
		await expect(rival).rejects.toThrow(/already used by the active workflow "Carts"/);
	});

	test('J27 two live nodes cannot hold the same step key', async () => {
		const { store } = await open();
		await register(store);
		const rival = store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'wait', nodeId: 'n2', nodeName: 'Second', kind: 'wait' });
		await expect(rival).rejects.toThrow(/already used by the node "Wait 1 h"/);
	});

	test('J28 customers follow the journey key into another workflow', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger', stepKey: 'entry', journeyKey: 'cart' });
		await store.run('journeys.register', { settings: CART, workflowId: 'w2', workflowName: 'Deployed again', nodeId: 't2', activation: 'activate' });
		await advance(HOUR);
		expect((await store.run('journeys.takeBatch', { workflowId: 'w2', stepKey: 'wait' })).batch).toMatchObject({ size: 1 });
	});

	test('J44 erasing a waiting customer empties every queue and refuses late events', async () => {
		const { store, advance } = await open();
		await oneWaiting(store);
		await advance(HOUR);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
		expect(await store.run('customers.erase', { ref: { customerId: 'c1' } })).toMatchObject({ result: 'erased', counts: { journeys: 1, released: 1 } });
		expect((await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true })).items).toEqual([]);
		const [late] = await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'cart_updated', occurredAt: START_MS, source: 'test', properties: {} }] });
		expect(late).toMatchObject({ ok: false, code: 'customer_erased' });
		expect(await store.run('customers.erase', { ref: { customerId: 'c1' } })).toMatchObject({ result: 'already_erased' });
	});

	test('J45 a new explicit consent lifts the tombstone', async () => {
		const { store } = await open();
		await register(store);
		await store.run('customers.upsert', { items: [{ ref: { email: 'a@example.com' } }] });
		await store.run('customers.erase', { ref: { email: 'a@example.com' } });
		const [answer] = await store.run('consents.set', { items: [{ ref: { email: 'a@example.com' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS }] });
		expect(answer).toMatchObject({ ok: true, result: 'recorded' });
		expect(await store.run('customers.get', { refs: [{ email: 'a@example.com' }] })).toMatchObject([{ email: 'a@example.com' }]);
	});
});

onEachStore('Local time', (open) => {
	test('J46 a wait until 10:00 goes by the customer\'s own zone, else by the country, else by the store', async () => {
		const { store } = await open();
		await store.run('store.configure', { zone: 'America/New_York' });
		await register(store);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'own' }, timeZone: 'Asia/Tokyo', country: 'GB' }, { ref: { customerId: 'country' }, country: 'GB' }, { ref: { customerId: 'store' } }] });
		for (const id of ['own', 'country', 'store']) await track(store, 'cart_updated', id, { cart_id: id });
		const entered = await release(store, 'entry', false);
		const answers = await parkAll(store, entered, { kind: 'localTime', time: '10:00' });
		const dueOf = Object.fromEntries(entered.map((item, index) => [item.customer.id, new Date((answers[index] as { dueAt: number }).dueAt).toISOString()]));
		expect(dueOf).toEqual({ own: '2026-03-03T01:00:00.000Z', country: '2026-03-03T10:00:00.000Z', store: '2026-03-02T15:00:00.000Z' });
	});

	test('J14 one day is 24 hours, one calendar day keeps the time of day over the change of clocks', async () => {
		const { store, advance } = await open();
		await store.run('store.configure', { zone: 'America/New_York' });
		await register(store);
		await advance(5 * DAY + 12 * HOUR);
		await track(store, 'cart_updated', 'a', { cart_id: 'a' });
		const [item] = await release(store, 'entry', false);
		const start = Date.parse('2026-03-08T00:00:00Z');
		expect(await parkAll(store, [item], { kind: 'delay', length: { amount: 1, unit: 'days' } }, 's1')).toMatchObject([{ dueAt: start + DAY }]);
		expect(await parkAll(store, [item], { kind: 'delay', length: { amount: 1, unit: 'calendarDays' } }, 's2')).toMatchObject([{ dueAt: start + 23 * HOUR }]);
	});
});
