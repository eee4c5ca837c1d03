import type { JourneySettingsInput } from '../../src/journeys/settings';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { goOn, journeysOf, register, release, track } from './support/journey';

const journey = (more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({ key: 'j', name: 'J', entry: { eventType: 'signed_up', entryKey: { kind: 'event' } }, guardMs: 0, ...more });
const CART: JourneySettingsInput['entry'] = { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } };

onEachStore('Entering', (open) => {
	test('J06 a customer whom only this event brings into the audience enters', async () => {
		const { store } = await open();
		await register(store, journey({ audience: { conditions: [{ field: 'attributes.plan', operator: 'equals', value: 'pro' }] } }));
		expect((await track(store, 'signed_up', 'c1', {}, { eventId: 'before' })).refused).toEqual([{ journey: 'j', reason: 'not_in_audience' }]);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, attributes: { plan: 'pro' } }] });
		expect((await track(store, 'signed_up', 'c1', {}, { eventId: 'after' })).entered).toEqual(['j']);
	});

	test('J02 several times at once: each event is an entry, whether n8n takes the first before the second comes or not', async () => {
		for (const between of [true, false]) {
			const { store } = await open();
			await register(store, journey({ reEntry: { mode: 'parallel', max: 2 } }));
			const released: unknown[] = [];
			for (const n of [1, 2]) {
				expect(await track(store, 'signed_up', 'c1', { n })).toMatchObject({ entered: ['j'] });
				if (between) released.push(...(await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'hours' } })));
			}
			expect((await track(store, 'signed_up', 'c1', { n: 3 })).refused).toEqual([{ journey: 'j', reason: 'cap: 2 at the same time' }]);
			released.push(...(await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'hours' } })));
			expect(released).toHaveLength(2);
		}
	});

	test('J47 the event of somebody unknown makes the customer and starts the journey; the profile comes later', async () => {
		const { store, advance } = await open();
		await register(store, journey());
		expect((await track(store, 'signed_up', 'new')).entered).toEqual(['j']);
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'hours' } });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'new', email: 'new@example.com' }, firstName: 'Nina' }] });
		await advance(HOUR);
		expect(await release(store, 'wait')).toMatchObject([{ customer: { id: 'new', email: 'new@example.com', firstName: 'Nina' } }]);
	});

	test('J48 an anonymous visitor who says who they are keeps their wait', async () => {
		const { store, advance } = await open();
		await register(store, journey({ entry: CART, exits: [{ eventType: 'order_placed', correlate: { eventField: 'cart_id', entryField: 'cart_id' } }] }));
		const visit = { externalIds: { segment_anonymous: 'a-1' } };
		await store.run('events.track', { items: ['k1', 'k2'].map((cart_id) => ({ ref: visit, type: 'cart_updated', occurredAt: START_MS, source: 'web', properties: { cart_id } })) });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'hours' } });
		await store.run('customers.upsert', { items: [{ ref: { ...visit, customerId: 'anna', email: 'anna@example.com' } }] });
		// Known by the e-mail alone from here on, and still the same way through the journey.
		expect(await store.run('events.track', { items: [{ ref: { email: 'anna@example.com' }, type: 'order_placed', occurredAt: START_MS + 1, source: 'shop', properties: { cart_id: 'k1' } }] })).toMatchObject([{ exited: ['j'] }]);
		await advance(HOUR);
		expect(await release(store, 'wait')).toMatchObject([{ customer: { email: 'anna@example.com' }, event: { properties: { cart_id: 'k2' } } }]);
	});

	test('J51 a second order of the same item begins its cycle anew; another item has a cycle of its own', async () => {
		const { store, advance } = await open();
		await register(store, journey({ entry: { eventType: 'item_bought', entryKey: { kind: 'property', property: 'product_id' } }, whileActive: 'refresh', reEntry: { mode: 'parallel', max: 10 } }));
		const monthly = { kind: 'delay', length: { amount: 30, unit: 'days' } } as const;
		for (const product_id of ['tea', 'soap']) await track(store, 'item_bought', 'c1', { product_id, n: 1 });
		await goOn(store, 'entry', monthly, 'wait', 'always');
		await advance(20 * DAY);
		await track(store, 'item_bought', 'c1', { product_id: 'tea', n: 2 });
		await advance(10 * DAY);
		expect((await release(store, 'wait')).map((item) => item.event?.properties)).toEqual([{ product_id: 'soap', n: 1 }]);
		await advance(20 * DAY - 1);
		expect(await release(store, 'wait')).toEqual([]);
		await advance(1);
		expect((await release(store, 'wait')).map((item) => item.event?.properties)).toEqual([{ product_id: 'tea', n: 2 }]);
	});

	test('J51 with "start over" the second order ends the first cycle and makes a new one', async () => {
		const { store, advance } = await open();
		await register(store, journey({ entry: { eventType: 'item_bought', entryKey: { kind: 'property', property: 'product_id' } }, whileActive: 'restart' }));
		await track(store, 'item_bought', 'c1', { product_id: 'tea', n: 1 });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 30, unit: 'days' } });
		await advance(DAY);
		expect((await track(store, 'item_bought', 'c1', { product_id: 'tea', n: 2 })).entered).toEqual(['j']);
		expect((await journeysOf(store, 'c1')).map(({ status, endReason }) => [status, endReason])).toEqual(expect.arrayContaining([['exited', 'restarted'], ['entering', null]]));
	});

	test('once in a lifetime looks at all generations of a key, as soon as it has ended at the key alone', async () => {
		const { store, advance } = await open();
		await register(store, journey({ entry: CART, exits: [{ eventType: 'left' }] }));
		await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 1 });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'days' } });
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 2 })).refused[0].reason).toBe('already_active');
		await advance(MINUTE);
		await track(store, 'left', 'c1');
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 3 })).entered).toEqual(['j']);
		await register(store, journey({ entry: CART, reEntry: { mode: 'once_ever' }, exits: [{ eventType: 'left' }] }));
		await advance(MINUTE);
		await track(store, 'left', 'c1');
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k1', n: 4 })).refused[0].reason).toBe('already_entered');
		expect((await track(store, 'cart_updated', 'c1', { cart_id: 'k2' })).entered).toEqual(['j']);
	});

	test('a pause of calendar days ends at the same time of day for the customer, one of days after 24 hours each', async () => {
		for (const [unit, hours] of [['calendarDays', 23], ['days', 24]] as const) {
			const { store, advance } = await open();
			await store.run('store.configure', { zone: 'America/New_York' });
			await register(store, journey({ reEntry: { mode: 'cooldown', length: { amount: 1, unit }, from: 'entry' }, exits: [{ eventType: 'left' }] }));
			// The clocks go forward in the night of 8 March.
			await advance(5 * DAY + 12 * HOUR);
			await track(store, 'signed_up', 'c1', { n: 1 });
			await track(store, 'left', 'c1');
			await advance(hours * HOUR - 1);
			expect((await track(store, 'signed_up', 'c1', { n: 2 })).refused[0]?.reason).toMatch(/^cooldown until/);
			await advance(1);
			expect((await track(store, 'signed_up', 'c1', { n: 3 })).entered).toEqual(['j']);
		}
	});

	test('several at once, up to the number given; repeats within the guard are one entry', async () => {
		const { store, advance } = await open();
		await register(store, journey({ entry: CART, reEntry: { mode: 'parallel', max: 2 } }));
		const answers = [];
		for (const cart_id of ['k1', 'k2', 'k3']) answers.push(await track(store, 'cart_updated', 'c1', { cart_id }));
		expect(answers.map(({ entered, refused }) => entered[0] ?? refused[0].reason)).toEqual(['j', 'j', 'cap: 2 at the same time']);
		await register(store, journey({ key: 'g', guardMs: 5 * MINUTE, exits: [{ eventType: 'left' }] }));
		await track(store, 'signed_up', 'c2', { n: 1 });
		await track(store, 'left', 'c2');
		await advance(5 * MINUTE - 1);
		expect((await track(store, 'signed_up', 'c2', { n: 2 })).refused[0].reason).toBe('entered_recently');
		await advance(1);
		expect((await track(store, 'signed_up', 'c2', { n: 3 })).entered).toEqual(['g']);
	});

	test('an hourly limit lets so many in within any 60 minutes, in one batch, in two, and from two processes at once', async () => {
		const { store, again, advance } = await open();
		await register(store, journey({ entriesPerHour: 10 }));
		const other = await again();
		const batch = (from: number) => Array.from({ length: 8 }, (_, index) => ({ ref: { customerId: `c${from + index}` }, type: 'signed_up', occurredAt: START_MS, source: 'test', properties: {} }));
		const answers = (await Promise.all([store.run('events.track', { items: batch(0) }), other.run('events.track', { items: batch(100) })])).flat();
		const outcomes = answers.map((answer) => (answer.ok ? (answer.entered[0] ?? answer.refused[0].reason) : answer.message));
		expect(outcomes.filter((outcome) => outcome === 'j')).toHaveLength(10);
		expect(outcomes.filter((outcome) => outcome === 'cap: 10 entries an hour')).toHaveLength(6);
		await advance(HOUR - 1);
		expect((await track(store, 'signed_up', 'late')).refused[0].reason).toBe('cap: 10 entries an hour');
		await advance(1);
		expect((await track(store, 'signed_up', 'later')).entered).toEqual(['j']);
	});

	test('a customer in enough journeys of at least this priority enters no further one; less important ones keep nobody out', async () => {
		const { store } = await open();
		await register(store, journey({ key: 'low', priority: 20 }));
		await register(store, journey({ key: 'high', priority: 80, entry: { eventType: 'bought', entryKey: { kind: 'event' } } }));
		await register(store, journey({ key: 'mid', priority: 50, atMostJourneys: 1, entry: { eventType: 'asked', entryKey: { kind: 'event' } } }));
		await track(store, 'signed_up', 'c1');
		await track(store, 'signed_up', 'c2');
		await track(store, 'bought', 'c2');
		expect((await track(store, 'asked', 'c1')).entered).toEqual(['mid']);
		expect((await track(store, 'asked', 'c2')).refused).toEqual([{ journey: 'mid', reason: 'cap: in 1 other journeys' }]);
	});

	test('what a journey refused is kept with the reason', async () => {
		const { store } = await open();
		await register(store, journey({ audience: { consentChannel: 'email' } }));
		await track(store, 'signed_up', 'c1', {}, { at: START_MS - 100 * HOUR });
		await track(store, 'signed_up', 'c1');
		const { refused } = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect(refused).toEqual([{ journey: 'j', at: START_MS, reason: 'not_in_audience' }, { journey: 'j', at: START_MS, reason: 'stale_event' }]);
	});
});

onEachStore('Set aside', (open) => {
	const future = (customerId: string) => ({ ref: { customerId, email: `${customerId}@example.com` }, type: 'signed_up', occurredAt: START_MS + HOUR, source: 'test', properties: { a: 1 } });

	test('J23 an event that is dated ahead makes nobody and starts nothing until a person lets it in', async () => {
		const { store, advance } = await open();
		await register(store, journey());
		expect(await store.run('events.track', { items: [future('ann'), future('bob')] })).toMatchObject([{ result: 'quarantined', customer: null, entered: [] }, { result: 'quarantined' }]);
		expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 0, events: 0 });
		// Sent again, it is still the same one.
		await store.run('events.track', { items: [future('ann')] });
		const { total, events } = await store.run('events.setAside', {});
		expect([total, events.map(({ type, customer, occurredAt }) => [type, customer, occurredAt])]).toEqual([2, [['signed_up', 'ann, ann@example.com', START_MS + HOUR], ['signed_up', 'bob, bob@example.com', START_MS + HOUR]]]);
		await advance(MINUTE);
		expect(await store.run('events.letIn', { numbers: [events[0].number, 999] })).toMatchObject([{ number: events[0].number, answer: { ok: true, result: 'accepted', entered: ['j'] } }]);
		expect((await store.run('customers.record', { ref: { customerId: 'ann' } })).events).toMatchObject([{ at: START_MS + MINUTE }]);
		expect(await store.run('events.discard', { numbers: [events[1].number] })).toEqual({ discarded: 1 });
		expect(await store.run('events.setAside', {})).toEqual({ total: 0, events: [] });
		expect(await store.run('events.track', { items: [future('bob')] })).toMatchObject([{ result: 'quarantined' }]);
	});

	test('an erased person leaves nothing set aside', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' } }] });
		await store.run('events.track', { items: [future('ann'), future('bob')] });
		expect((await store.run('customers.erase', { ref: { customerId: 'ann' } })).counts).toMatchObject({ setAside: 1 });
		expect((await store.run('events.setAside', {})).events).toMatchObject([{ customer: 'bob, bob@example.com' }]);
	});

	test('J24 a duplicate and a conflict make nobody and add no name to anybody', async () => {
		const { store } = await open();
		const event = (ref: object, a: number) => ({ ref, type: 'x', occurredAt: START_MS, eventId: 'e1', source: 'test', properties: { a } });
		await store.run('events.track', { items: [event({ customerId: 'c1' }, 1)] });
		expect(await store.run('events.track', { items: [event({ customerId: 'c1', email: 'c1@example.com' }, 1), event({ customerId: 'stranger' }, 2)] })).toMatchObject([{ result: 'conflict', customer: { id: 'c1', email: null } }, { result: 'conflict', customer: null }]);
		expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 1, events: 1 });
	});

	test('an event that was refused for an erased customer comes in once a new consent lets the customer come back', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { email: 'a@example.com' } }] });
		await store.run('customers.erase', { ref: { email: 'a@example.com' } });
		const event = { ref: { email: 'a@example.com' }, type: 'x', occurredAt: START_MS, eventId: 'e1', source: 'test', properties: {} };
		expect(await store.run('events.track', { items: [event] })).toMatchObject([{ ok: false, code: 'customer_erased' }]);
		await store.run('consents.set', { items: [{ ref: { email: 'a@example.com' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS }] });
		expect(await store.run('events.track', { items: [event] })).toMatchObject([{ ok: true, result: 'accepted' }]);
	});
});
