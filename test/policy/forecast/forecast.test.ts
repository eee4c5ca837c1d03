import { forecast } from '../../../src/policy/forecast/forecast';
import { DAY, HOUR, onEachStore, START_MS } from '../../support/eachStore';
import { Journey } from './journeyOnCanvas';

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

onEachStore('The forecast', (open) => {
	test('an empty store expects nothing', async () => {
		const { store } = await open();
		expect(await forecast(store, { days: 14, seed: '1' })).toMatchObject({ asOf: START_MS, until: START_MS + 14 * DAY, days: 14, totals: { demand: 0 }, perDay: [], journeys: [], displaced: [], basis: { customers: 0, unforeseen: [] } });
	});

	test('who waits comes to Contact Policy as others did; two journeys share a limit of one; nothing is written', async () => {
		const test = await open();
		const { store, advance } = test;
		await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'P1D' }], quietHours: [] } });
		await store.run('customers.upsert', { items: [...ids('old', 4), ...ids('new', 10)].map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		const [cart, winBack] = [new Journey(test, 'cart'), new Journey(test, 'win-back', 90)];
		for (const journey of [cart, winBack]) {
			await journey.switchOn();
			await journey.enter(...ids('old', 4));
		}
		// Nobody has gone on from the wait yet.
		expect(await forecast(store, { days: 1, seed: '1' })).toMatchObject({ totals: { demand: 0 }, basis: { waiting: 8, unforeseen: [{ journey: 'cart', step: 'wait', customers: 4 }, { journey: 'win-back', step: 'wait', customers: 4 }] } });
		await advance(HOUR);
		await winBack.goOn();
		await cart.goOn();
		await advance(2 * DAY);
		await cart.goOn();
		await advance(40 * DAY);
		for (const journey of [cart, winBack]) await journey.enter(...ids('new', 10));
		const before = JSON.stringify((await store.run('store.info', {})) as object);
		const result = await forecast(store, { days: 3, seed: '1' });
		expect(result.basis).toMatchObject({ customers: 10, waiting: 20, held: 0, unforeseen: [], frozen: 0 });
		expect(result.journeys).toEqual([
			{ journey: 'cart', category: 'promo', demand: 10, sendable: 0, late: 10, waiting: 0, dropped: 0 },
			{ journey: 'win-back', category: 'promo', demand: 10, sendable: 10, late: 0, waiting: 0, dropped: 0 },
		]);
		expect(result.displaced).toEqual([{ journey: 'cart', by: 'win-back', messages: 10 }]);
		const [first] = result.perDay;
		expect(first).toMatchObject({ channel: 'email', demand: 20, sendable: 10, sent: 10, held: 10, blockedBy: { 'any-day': 10 } });
		expect(result.totals).toMatchObject({ demand: 20, sendable: 10, sent: 20, held: 10 });
		expect(await forecast(store, { days: 3, seed: '1' })).toEqual(result);
		expect(JSON.stringify((await store.run('store.info', {})) as object)).toBe(before);
		// What it foretold is what happens.
		await advance(HOUR);
		await winBack.goOn();
		await cart.goOn();
		const { messages } = await store.run('customers.record', { ref: { customerId: 'new0' } });
		expect(messages).toMatchObject([{ journey: 'win-back' }]);
		const held = await forecast(store, { days: 3, seed: '1' });
		expect(held.basis).toMatchObject({ held: 10, waiting: 0 });
		expect(held.journeys.filter(({ demand }) => demand > 0)).toEqual([{ journey: 'cart', category: 'promo', demand: 10, sendable: 10, late: 0, waiting: 0, dropped: 0 }]);
	});

	test('those who left before the message are not counted on; journeys that are off send nothing', async () => {
		const test = await open();
		const { store, advance } = test;
		await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [], quietHours: [] } });
		await store.run('customers.upsert', { items: [...ids('old', 8), ...ids('new', 400)].map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		const cart = new Journey(test, 'cart');
		await cart.switchOn();
		await cart.enter(...ids('old', 8));
		const { now } = await store.run('store.info', {});
		await store.run('events.track', { items: ids('old', 6).map((id) => ({ ref: { customerId: id }, type: 'order', occurredAt: now, source: 't', properties: {} })) });
		await advance(HOUR);
		await cart.goOn();
		await advance(40 * DAY);
		await cart.enter(...ids('new', 400));
		const { totals } = await forecast(store, { days: 1, seed: '1' });
		expect(totals.demand).toBeGreaterThan(60);
		expect(totals.demand).toBeLessThan(140);
		await cart.switchOff();
		await advance(5 * 60_000);
		expect(await forecast(store, { days: 1, seed: '1' })).toMatchObject({ totals: { demand: 0 }, basis: { frozen: 400, waiting: 0 } });
	});

	test('entries of the last weeks come again, and the rules of a node are obeyed', async () => {
		for (const [window, sendable] of [['P3D', 20], ['P30D', 0]] as const) {
			const test = await open();
			const { store, advance } = test;
			await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [], quietHours: [] } });
			await store.run('customers.upsert', { items: ids('c', 20).map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
			const cart = new Journey(test, 'cart', 50, [{ id: 'node-limit-1', scope: { any: true }, limit: 1, window }]);
			await cart.switchOn();
			await cart.enter(...ids('c', 20));
			await advance(HOUR);
			await cart.goOn();
			await advance(3 * DAY);
			const result = await forecast(store, { days: 7, seed: '1' });
			// One week seen, one to come: each entry once more, on its weekday.
			expect(result.basis).toMatchObject({ entries: 20, waiting: 0 });
			expect(result.perDay).toMatchObject([{ day: '2026-03-09', demand: 20, sendable, held: 20 - sendable, blockedBy: sendable === 0 ? { 'node-limit-1': 20 } : {} }]);
		}
	});

	test('a node that names another policy is looked at under that one', async () => {
		const test = await open();
		const { store, advance } = test;
		await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [], quietHours: [] } });
		await store.run('policy.save', { name: 'second-brand', body: { requireConsent: false, rules: [], quietHours: [] } });
		await store.run('customers.upsert', { items: ids('c', 20).map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		const cart = new Journey(test, 'cart', 50, [], 'second-brand');
		await cart.switchOn();
		await cart.enter(...ids('c', 20));
		await advance(HOUR);
		await cart.goOn();
		await store.run('policy.save', { name: 'second-brand', body: { requireConsent: false, rules: [{ id: 'monthly', scope: { any: true }, limit: 1, window: 'P30D' }], quietHours: [] } });
		await advance(3 * DAY);
		expect((await forecast(store, { days: 7, seed: '1' })).perDay).toMatchObject([{ demand: 20, sendable: 0, held: 20, blockedBy: { monthly: 20 } }]);
	});
});
