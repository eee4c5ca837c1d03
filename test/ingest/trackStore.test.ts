import type { EventInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { DAY, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { dumpStore } from '../support/dumpStore';

const event = (customerId: string, more: Partial<EventInput> = {}): EventInput => ({ ref: { customerId }, type: 'viewed', occurredAt: START_MS, source: 'shop', properties: { page: 1 }, ...more });

async function track(store: Store, items: EventInput[], backfill?: boolean) {
	return (await store.run('events.track', { items, backfill })).map((answer) => (answer.ok ? answer.result : answer.code));
}

const countOf = async (store: Store) => (await store.run('store.info', {})).counts.events;

onEachStore('Event: track', (open) => {
	test('the same event is taken in once: within a batch, across batches, with an id and without', async () => {
		const { store } = await open();
		const named = event('c1', { eventId: 'e1' });
		const plain = event('c1', { properties: { page: 2, list: [1, { a: 1, b: 2 }] } });
		const reordered = event('c1', { properties: { list: [1, { b: 2, a: 1 }], page: 2 } });
		expect(await track(store, [named, plain, named, reordered])).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate']);
		expect(await track(store, [reordered, named, event('c2', { properties: plain.properties })])).toEqual(['duplicate', 'duplicate', 'accepted']);
		expect(await countOf(store)).toBe(3);
	});

	test('the same id from another source is another event', async () => {
		const { store } = await open();
		expect(await track(store, [event('c1', { eventId: 'e1' }), event('c1', { eventId: 'e1', source: 'app' })])).toEqual(['accepted', 'accepted']);
	});

	test('J24 the same id with another body changes nothing and is on record as a conflict', async () => {
		const { store } = await open();
		expect(await track(store, [event('c1', { eventId: 'e1' }), event('c1', { eventId: 'e1', properties: { page: 9 } })])).toEqual(['accepted', 'conflict']);
		expect(await track(store, [event('c1', { eventId: 'e1', type: 'bought' })])).toEqual(['conflict']);
		expect(await countOf(store)).toBe(1);
		const { findings } = await store.run('doctor.check', {});
		expect(findings.find(({ check }) => check === 'event-conflicts')).toMatchObject({ level: 'warning', count: 2 });
	});

	test('J23 an event more than 5 minutes ahead is put aside; up to 5 minutes is a clock that goes fast', async () => {
		const { store, advance } = await open();
		const ahead = event('c1', { occurredAt: START_MS + 5 * MINUTE + 1 });
		expect(await track(store, [event('c1', { occurredAt: START_MS + 5 * MINUTE }), ahead])).toEqual(['accepted', 'quarantined']);
		expect(await countOf(store)).toBe(1);
		await advance(MINUTE);
		expect(await track(store, [ahead])).toEqual(['accepted']);
	});

	test('J47 an event of somebody unknown makes the customer, as of that event', async () => {
		const { store, location } = await open();
		await track(store, [event('c1', { occurredAt: START_MS - DAY }), event('c1', { occurredAt: START_MS - 2 * DAY })]);
		expect((await dumpStore(location)).customer.map((row) => [row.key, Number(row.created_at)])).toEqual([['c1', START_MS - DAY]]);
	});

	test('J21 history filled in starts no journey, and the same event live afterwards does not either', async () => {
		const { store } = await open();
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'viewed', entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await track(store, [event('c1', { eventId: 'e1' })], true);
		expect(await store.run('events.track', { items: [event('c1', { eventId: 'e1' }), event('c2', { eventId: 'e2' })] })).toMatchObject([{ result: 'duplicate', entered: [] }, { result: 'accepted', entered: ['j'] }]);
	});

	test('two processes that send the same 2,000 events at once store each once, and each knows which were its own', async () => {
		const { store, again } = await open();
		const others = [store, await again(), await again()];
		const events = Array.from({ length: 2_000 }, (_, index) => event(`c${index % 50}`, { eventId: `e${index}` }));
		const results = await Promise.all(
			others.map(async (one, place) => {
				const own = place === 1 ? events.toReversed() : events;
				const answers: string[] = [];
				for (let at = 0; at < own.length; at += 250) answers.push(...(await track(one, own.slice(at, at + 250))));
				return answers;
			}),
		);
		expect(results.flat().filter((result) => result === 'accepted')).toHaveLength(2_000);
		expect(results.flat().filter((result) => result === 'duplicate')).toHaveLength(4_000);
		expect(await countOf(store)).toBe(2_000);
	});

	test('5,000 events of one customer in one call', async () => {
		const { store } = await open();
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'cart', entryKey: { kind: 'property', property: 'cart_id' } }, whileActive: 'refresh' }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		const items = Array.from({ length: 5_000 }, (_, index) => event('c1', { type: 'cart', eventId: `e${index}`, properties: { cart_id: `k${index % 20}` } }));
		const answers = await track(store, items);
		expect(answers.every((result) => result === 'accepted')).toBe(true);
		expect(await store.run('journeys.waiting', {})).toMatchObject([{ journey: 'j', waiting: 20 }]);
	});
});
