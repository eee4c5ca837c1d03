import { Client } from 'pg';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { SubscriptionInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { goOn, journeysOf, register, release } from './support/journey';

type DateForm = Partial<NonNullable<JourneySettingsInput['entry']['date']>>;
const birthday = (date: DateForm = {}, more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({
	key: 'birthday', name: 'Birthday', guardMs: 0,
	entry: { eventType: 'date_near', entryKey: { kind: 'event' }, date: { of: 'customer', field: 'birthDate', offsets: [-3], yearly: true, ...date } }, ...more,
});
const renewal = (date: DateForm = {}, more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({
	key: 'renewal', name: 'Renewal', guardMs: 0,
	entry: { eventType: 'date_near', entryKey: { kind: 'event' }, date: { of: 'subscription', field: 'expiresAt', offsets: [-30, -7, -1], ...date } }, ...more,
});
const born = (customerId: string, birthDate: string, more: object = {}) => ({ ref: { customerId }, birthDate, ...more });
const profile = (store: Store, ...items: object[]) => store.run('customers.upsert', { items: items as never });
const subscribe = (store: Store, subscriptionId: string, more: Partial<SubscriptionInput> = {}) => store.run('subscriptions.upsert', { items: [{ ref: { customerId: 'c1' }, source: 'shop', subscriptionId, ...more }] });

/** Lets in whoever is due, as the loop of Journey Trigger does. @returns what they entered with */
async function enter(store: Store, journeyKey: string): Promise<string[]> {
	while ((await store.run('journeys.enterByDate', { journeyKey })).more);
	const items = await release(store, 'entry', { journeyKey });
	return items.map(({ customer, event }) => `${customer.id} ${event?.properties.subscription_id ?? event?.properties.order_id ?? ''} ${event?.properties.date as string} ${event?.properties.days_before as number}`.replace('  ', ' '));
}
const at = (iso: string) => Date.parse(iso) - START_MS;

onEachStore('A date comes near', (open) => {
	test('some days before, at the customer\'s own time of day, to the millisecond, once, every year', async () => {
		const { store, advance } = await open();
		await profile(store, born('tokyo', '1990-03-10', { timeZone: 'Asia/Tokyo' }), born('berlin', '1985-03-10', { timeZone: 'Europe/Berlin' }), born('none', '1985-03-10'), { ref: { customerId: 'nobody' } });
		await register(store, birthday());
		expect(await enter(store, 'birthday')).toEqual([]);
		expect(await store.run('journeys.nextDue', { after: START_MS })).toMatchObject({ at: Date.parse('2026-03-07T01:00:00Z') });
		await advance(at('2026-03-07T01:00:00Z') - 1);
		expect(await enter(store, 'birthday')).toEqual([]);
		await advance(1);
		expect(await enter(store, 'birthday')).toEqual(['tokyo 2026-03-10 3']);
		expect(await enter(store, 'birthday')).toEqual([]);
		await advance(8 * HOUR);
		expect(await enter(store, 'birthday')).toEqual(['berlin 2026-03-10 3']);
		await advance(HOUR);
		expect(await enter(store, 'birthday')).toEqual(['none 2026-03-10 3']);
		await advance(365 * DAY);
		expect((await enter(store, 'birthday')).sort()).toEqual(['berlin 2027-03-10 3', 'none 2027-03-10 3', 'tokyo 2027-03-10 3']);
	});

	test('J49 who was born on 29 February is greeted on 28 February in other years, or on 1 March if you choose so', async () => {
		for (const [leapDay, common] of [['feb28', '2027-02-28'], ['mar1', '2027-03-01']] as const) {
			const { store, advance } = await open();
			await register(store, birthday({ offsets: [0], leapDay }));
			await profile(store, born('c1', '1992-02-29'));
			await advance(at(`${common}T10:00:00Z`) - 1);
			expect(await enter(store, 'birthday')).toEqual([]);
			await advance(1);
			expect(await enter(store, 'birthday')).toEqual([`c1 ${common} 0`]);
			await advance(Date.parse('2028-02-29T10:00:00Z') - Date.parse(`${common}T10:00:00Z`));
			expect(await enter(store, 'birthday')).toEqual(['c1 2028-02-29 0']);
		}
	});

	test('several reminders of one subscription are an entry each, two subscriptions go their own ways, and none comes twice', async () => {
		const { store, again, advance } = await open();
		await register(store, renewal());
		await subscribe(store, 's1', { expiresAt: START_MS + 40 * DAY, plan: 'yearly' });
		await subscribe(store, 's2', { expiresAt: START_MS + 20 * DAY });
		const other = await again();
		const seen: string[] = [];
		for (let day = 0; day < 45; day++) {
			await advance(DAY);
			await other.run('journeys.register', { settings: renewal(), workflowId: 'w1', workflowName: 'Renewal', nodeId: 'trigger-renewal', activation: 'init' });
			await Promise.all([store, other].map((one) => one.run('journeys.enterByDate', { journeyKey: 'renewal' })));
			seen.push(...(await enter(store, 'renewal')));
		}
		expect(seen).toEqual(['c1 s1 2026-04-11 30', 'c1 s2 2026-03-22 7', 'c1 s2 2026-03-22 1', 'c1 s1 2026-04-11 7', 'c1 s1 2026-04-11 1']);
	});

	test('J49 a date that changes while the customer waits takes them out, and the new date lets them in again', async () => {
		const { store, advance } = await open();
		await register(store, birthday({ offsets: [-3] }));
		await profile(store, born('c1', '1990-03-10'), born('c2', '1990-03-10'), born('c3', '1990-03-10'));
		await advance(at('2026-03-07T10:00:00Z'));
		await store.run('journeys.enterByDate', { journeyKey: 'birthday' });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 3, unit: 'days' } });
		await profile(store, born('c1', '1990-03-20'), { ref: { customerId: 'c2' }, firstName: 'Same' });
		expect(await journeysOf(store, 'c1')).toMatchObject([{ status: 'exited', endReason: 'date_changed' }]);
		expect(await journeysOf(store, 'c2')).toMatchObject([{ status: 'waiting' }]);
		await advance(10 * DAY);
		expect(await enter(store, 'birthday')).toEqual(['c1 2026-03-20 3']);
	});

	test('J49 a date that is taken away takes those out who wait because of it, unless they are to stay', async () => {
		for (const onChange of ['leave', 'stay'] as const) {
			const { store, advance } = await open();
			await register(store, { ...birthday({ field: 'attributes.contract_end', yearly: false, onChange }), key: 'contract' });
			await profile(store, { ref: { customerId: 'c1' }, attributes: { contract_end: '2026-03-10' } }, { ref: { customerId: 'c2' }, attributes: { contract_end: '10.03.2026' } });
			await advance(at('2026-03-07T10:00:00Z'));
			await store.run('journeys.enterByDate', { journeyKey: 'contract' });
			await goOn(store, 'entry', { kind: 'delay', length: { amount: 3, unit: 'days' } });
			await profile(store, { ref: { customerId: 'c1' }, attributes: { contract_end: null } });
			expect(await journeysOf(store, 'c1')).toMatchObject([onChange === 'leave' ? { status: 'exited', endReason: 'date_removed' } : { status: 'waiting' }]);
			expect(await journeysOf(store, 'c2')).toEqual([]);
		}
	});

	test('J49 who moves to another clock leaves no journey because of it, and enters by no instant twice', async () => {
		const { store, advance } = await open();
		await register(store, { ...birthday({ of: 'order', field: 'orderedAt', offsets: [1, 5], yearly: false }), key: 'thanks' });
		await register(store, { ...birthday({ field: 'createdAt', offsets: [0] }), key: 'anniversary' });
		await profile(store, { ref: { customerId: 'c1' } });
		await advance(6 * HOUR);
		// At six in the evening of 2 March by the shop's clock, early on the 3rd by Tokyo's.
		await store.run('orders.record', { items: [{ ref: { customerId: 'c1' }, orderId: 'o1', source: 'shop', status: 'placed', currency: 'EUR', orderedAt: START_MS + 6 * HOUR, lines: [] }] });
		await advance(at('2026-03-03T10:00:00Z') - 6 * HOUR);
		await store.run('journeys.enterByDate', { journeyKey: 'thanks' });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 9, unit: 'days' } });
		expect(await journeysOf(store, 'c1')).toMatchObject([{ status: 'waiting' }]);
		await profile(store, { ref: { customerId: 'c1' }, timeZone: 'Asia/Tokyo' });
		expect(await journeysOf(store, 'c1')).toMatchObject([{ status: 'waiting' }]);
		const seen: string[] = [];
		for (let day = 0; day < 8; day++) {
			await advance(DAY);
			seen.push(...(await enter(store, 'thanks')));
		}
		expect(seen).toEqual(['c1 o1 2026-03-03 -5']);
		await advance(at('2027-03-02T12:00:00Z') - at('2026-03-11T10:00:00Z'));
		const years: string[] = await enter(store, 'anniversary');
		await profile(store, { ref: { customerId: 'c1' }, timeZone: 'Pacific/Kiritimati' });
		for (let day = 0; day < 4; day++) {
			await advance(DAY);
			years.push(...(await enter(store, 'anniversary')));
		}
		expect(years).toEqual(['c1 2027-03-02 0']);
	});

	test('J50 a subscription renewed before its reminder gets none; renewed after it, the customer leaves, and the other subscription stays', async () => {
		const { store, advance } = await open();
		await register(store, renewal({ offsets: [-7], onChange: 'stay' }, { exits: [{ eventType: 'subscription_renewed', correlate: { eventField: 'subscription_id', entryField: 'subscription_id' } }] }));
		for (const id of ['early', 'late', 'other']) await subscribe(store, id, { expiresAt: START_MS + 20 * DAY });
		await advance(DAY);
		await subscribe(store, 'early', { expiresAt: START_MS + 400 * DAY });
		await advance(12 * DAY);
		await store.run('journeys.enterByDate', { journeyKey: 'renewal' });
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 3, unit: 'days' } });
		expect((await journeysOf(store, 'c1')).map(({ status }) => status)).toEqual(['waiting', 'waiting']);
		expect(await subscribe(store, 'late', { expiresAt: START_MS + 400 * DAY })).toMatchObject([{ exited: ['renewal'] }]);
		await advance(3 * DAY);
		expect((await release(store, 'wait')).map((item) => item.event?.properties.subscription_id)).toEqual(['other']);
	});

	test('who has cancelled hears of no renewal; days after the end they may', async () => {
		const { store, advance } = await open();
		await register(store, renewal({ offsets: [-7, 3] }));
		await subscribe(store, 's1', { expiresAt: START_MS + 20 * DAY, status: 'cancelled' });
		await advance(15 * DAY);
		expect(await enter(store, 'renewal')).toEqual([]);
		await advance(8 * DAY);
		expect(await enter(store, 'renewal')).toEqual(['c1 s1 2026-03-22 -3']);
	});

	test('days after an order, unless it was cancelled', async () => {
		const { store, advance } = await open();
		await register(store, { ...renewal({ of: 'order', field: 'orderedAt', offsets: [14] }), key: 'review' });
		const order = (orderId: string) => ({ ref: { customerId: 'c1' }, source: 'shop', orderId, orderedAt: START_MS, currency: 'EUR', status: 'placed' as const, lines: [] });
		await store.run('orders.record', { items: [order('o1'), order('o2')] });
		await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'o1', cancelledAt: START_MS + 1 }] });
		await advance(14 * DAY);
		expect(await enter(store, 'review')).toEqual(['c1 o2 2026-03-02 -14']);
	});

	test('the first day is the baseline: what came near before the journey was switched on, or while it was off, starts nobody', async () => {
		const { store, advance } = await open();
		await profile(store, born('before', '1990-03-04'), born('off', '1990-03-09'), born('after', '1990-03-12'));
		await register(store, birthday());
		expect(await enter(store, 'birthday')).toEqual([]);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger-birthday', stepKey: 'entry', journeyKey: 'birthday' });
		await advance(at('2026-03-07T12:00:00Z'));
		await register(store, birthday());
		expect(await enter(store, 'birthday')).toEqual([]);
		await advance(2 * DAY);
		expect(await enter(store, 'birthday')).toEqual(['after 2026-03-12 3']);
		expect((await store.run('customers.record', { ref: { customerId: 'off' } })).refused).toMatchObject([{ reason: 'journey_off' }]);
	});

	test('after a restart those come who were missed, as far back as the journey looks', async () => {
		const { store, advance } = await open();
		await register(store, birthday({}, { maxTriggerAgeMs: 48 * HOUR }));
		await profile(store, born('old', '1990-03-07'), born('young', '1990-03-09'));
		// Nobody came round for days; then n8n starts again.
		await advance(at('2026-03-07T12:00:00Z'));
		await store.run('journeys.register', { settings: birthday({}, { maxTriggerAgeMs: 48 * HOUR }), workflowId: 'w1', workflowName: 'B', nodeId: 'trigger-birthday', activation: 'init' });
		expect(await enter(store, 'birthday')).toEqual(['young 2026-03-09 3']);
		expect((await store.run('customers.record', { ref: { customerId: 'old' } })).refused).toMatchObject([{ reason: 'stale_event' }]);
	});

	test('a date that becomes known a little late still counts; history that is filled in starts nobody', async () => {
		const { store, advance } = await open();
		await register(store, birthday({ offsets: [0] }));
		await advance(2 * DAY);
		await profile(store, born('today', '1990-03-04'));
		await store.run('import.customers', { items: [born('imported', '1990-03-04')] });
		expect(await enter(store, 'birthday')).toEqual(['today 2026-03-04 0']);
		await profile(store, born('today', '1990-03-04', { firstName: 'T' }));
		expect(await enter(store, 'birthday')).toEqual([]);
		expect((await store.run('customers.record', { ref: { customerId: 'today' } })).refused).toEqual([]);
		await advance(365 * DAY);
		expect(await enter(store, 'birthday')).toEqual(expect.arrayContaining(['imported 2027-03-04 0']));
	});

	test('the audience, conditions on the subscription, and an hourly limit hold for dates as for events; those over it come later', async () => {
		const { store, advance } = await open();
		await register(store, renewal({ offsets: [-7] }, { entriesPerHour: 2, audience: { conditions: [{ field: 'vip', operator: 'equals', value: false }] } }));
		await register(store, { ...renewal({ offsets: [-7] }), key: 'yearly', entry: { ...renewal({ offsets: [-7] }).entry, filter: [{ field: 'plan', operator: 'equals', value: 'yearly' }] } });
		await store.run('subscriptions.upsert', { items: Array.from({ length: 5 }, (_, index) => ({ ref: { customerId: `c${index}` }, source: 'shop', subscriptionId: `s${index}`, plan: index === 1 ? 'yearly' : 'monthly', expiresAt: START_MS + 10 * DAY })) });
		await advance(3 * DAY);
		expect(await enter(store, 'yearly')).toEqual(['c1 s1 2026-03-12 7']);
		expect(await enter(store, 'renewal')).toHaveLength(2);
		expect(await store.run('journeys.enterByDate', { journeyKey: 'renewal' })).toMatchObject({ entered: 0, more: false, nextDueAt: START_MS + 3 * DAY + MINUTE });
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toHaveLength(2);
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toHaveLength(1);
	});

	test('another definition is scheduled anew for everybody, page by page, and what is left of the old one is cleared away', async () => {
		const { store, advance } = await open();
		await store.run('customers.upsert', { items: Array.from({ length: 1200 }, (_, index) => born(`c${index}`, '1990-03-20')) });
		await register(store, birthday());
		let pages = 0;
		while ((await store.run('journeys.enterByDate', { journeyKey: 'birthday' })).more) pages++;
		expect(pages).toBe(2);
		await register(store, birthday({ offsets: [-5] }));
		while ((await store.run('journeys.enterByDate', { journeyKey: 'birthday' })).more);
		for (let beat = 0; beat < 3; beat++) await store.run('journeys.heartbeat', { workflowId: 'w1', nodeId: 'trigger-birthday', stepKey: 'entry', journeyKey: 'birthday' });
		await advance(at('2026-03-15T10:00:00Z'));
		expect(await enter(store, 'birthday')).toHaveLength(1200);
		await advance(2 * DAY);
		expect(await enter(store, 'birthday')).toEqual([]);
	});

	test('a customer who moves is reminded by the new clock', async () => {
		const { store, advance } = await open();
		await register(store, renewal({ offsets: [-7] }));
		await profile(store, { ref: { customerId: 'c1' }, timeZone: 'Europe/Berlin' });
		await subscribe(store, 's1', { expiresAt: START_MS + 10 * DAY });
		await profile(store, { ref: { customerId: 'c1' }, timeZone: 'America/New_York' });
		await advance(at('2026-03-05T15:00:00Z') - 1);
		expect(await enter(store, 'renewal')).toEqual([]);
		await advance(1);
		expect(await enter(store, 'renewal')).toEqual(['c1 s1 2026-03-12 7']);
	});

	test('a day without a time is that day where the customer lives, as a birthday is, and stays it when they move', async () => {
		const { store, advance } = await open();
		await store.run('store.configure', { zone: 'Europe/Berlin' });
		await register(store, renewal({ offsets: [-7] }));
		await profile(store, { ref: { customerId: 'tokyo' }, timeZone: 'Asia/Tokyo' }, { ref: { customerId: 'york' }, timeZone: 'America/New_York' }, { ref: { customerId: 'none' } });
		const until = (customerId: string) => ({ ref: { customerId }, source: 'shop', subscriptionId: customerId, expiresOn: '2026-03-20' });
		await store.run('subscriptions.upsert', { items: ['tokyo', 'york', 'none'].map(until) });
		const ends = async (customerId: string) => (await store.run('customers.record', { ref: { customerId } })).subscriptions.map(({ expiresAt }) => new Date(expiresAt as number).toISOString())[0];
		expect(await Promise.all(['tokyo', 'york', 'none'].map(ends))).toEqual(['2026-03-19T15:00:00.000Z', '2026-03-20T04:00:00.000Z', '2026-03-19T23:00:00.000Z']);
		// 10:00 on 13 March, where each lives.
		await advance(at('2026-03-13T01:00:00Z') - 1);
		expect(await enter(store, 'renewal')).toEqual([]);
		await advance(1);
		expect(await enter(store, 'renewal')).toEqual(['tokyo tokyo 2026-03-20 7']);
		await profile(store, { ref: { customerId: 'york' }, timeZone: 'Europe/London' });
		expect(await ends('york')).toBe('2026-03-20T00:00:00.000Z');
		await advance(8 * HOUR);
		expect(await enter(store, 'renewal')).toEqual(['none none 2026-03-20 7']);
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toEqual(['york york 2026-03-20 7']);
	});

	test('a subscription that changes hands while its reminder is let in comes to the new hands', async () => {
		const { store, location, advance } = await open();
		// Where one writer holds the whole file nothing can come in between.
		if (location.kind !== 'postgres') return;
		await profile(store, { ref: { customerId: 'c1' } }, { ref: { customerId: 'c2' } });
		await register(store, renewal({ offsets: [-7] }));
		await subscribe(store, 's1', { expiresAt: START_MS + 40 * DAY });
		expect(await enter(store, 'renewal')).toEqual([]);
		await advance(33 * DAY);
		const rival = new Client({ connectionString: location.url, options: `-c search_path=${location.schema}` });
		await rival.connect();
		try {
			await rival.query("BEGIN; SELECT id FROM customer WHERE key = 'c1' FOR UPDATE; UPDATE subscription SET customer_id = (SELECT id FROM customer WHERE key = 'c2')");
			let over = false;
			const entering = store.run('journeys.enterByDate', { journeyKey: 'renewal' }).finally(() => (over = true));
			const blocked = async () => (await rival.query('SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))')).rows.length > 0;
			while (!over && !(await blocked()));
			await rival.query('COMMIT');
			expect(await entering).toMatchObject({ entered: 0 });
		} finally {
			await rival.end();
		}
		expect(await enter(store, 'renewal')).toEqual(['c2 s1 2026-04-11 7']);
	});

	test('those already inside start too when you say so: once, little by little, and only while the date is ahead', async () => {
		const { store, advance, again } = await open();
		for (const [id, days] of [['far', 40], ['inside', 12], ['near', 2], ['today', 0], ['over', -3]] as const) await subscribe(store, id, { expiresAt: START_MS + days * DAY + HOUR });
		const count = async () => await store.run('journeys.countInside', { date: renewal().entry.date, after: 0 });
		expect(await count()).toMatchObject({ inside: 2, lookedAt: 5, done: true });
		const settings = renewal({ alreadyInside: true }, { reEntry: { mode: 'parallel', max: 100 }, entriesPerHour: 1 });
		await register(store, settings);
		const other = await again();
		await Promise.all([store, other].map((one) => one.run('journeys.enterByDate', { journeyKey: 'renewal' })));
		const entered = await release(store, 'entry', { journeyKey: 'renewal' });
		expect(entered.map(({ event }) => [event?.properties.subscription_id, event?.properties.days_before, event?.properties.already_inside, event?.at])).toEqual([['inside', 30, true, new Date(START_MS).toISOString()]]);
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toEqual(['c1 near 2026-03-04 7']);
		// A restart, another zone of the shop and a pause start nobody again, nor do those whose moment came while it was off.
		await store.run('journeys.register', { settings, workflowId: 'w1', workflowName: 'Renewal', nodeId: 'trigger-renewal', activation: 'init' });
		await store.run('store.configure', { zone: 'Europe/Berlin' });
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toEqual([]);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger-renewal', stepKey: 'entry', journeyKey: 'renewal' });
		await advance(6 * DAY);
		await register(store, settings);
		expect(await enter(store, 'renewal')).toEqual([]);
		await advance(5 * DAY);
		expect(await enter(store, 'renewal')).toEqual(['c1 far 2026-04-11 30']);
		await advance(HOUR);
		expect(await enter(store, 'renewal')).toEqual(['c1 inside 2026-03-14 1']);
	});

	test('those already inside a birthday: within the days before it; after the journey was published it changes nothing to know a date late', async () => {
		const { store } = await open();
		await profile(store, born('soon', '1990-03-04'), born('today', '1990-03-02'), born('later', '1990-04-01'));
		await register(store, birthday({ alreadyInside: true }));
		expect(await enter(store, 'birthday')).toEqual(['soon 2026-03-04 3']);
		await store.run('import.customers', { items: [born('late', '1990-03-04')] });
		expect(await enter(store, 'birthday')).toEqual([]);
		expect(await journeysOf(store, 'today')).toEqual([]);
	});

	test('without that nobody inside starts, and switching it on later starts them, once', async () => {
		const { store } = await open();
		const settings = (date: DateForm = {}) => renewal(date, { reEntry: { mode: 'parallel', max: 100 } });
		await subscribe(store, 'inside', { expiresAt: START_MS + 12 * DAY });
		await register(store, settings());
		expect(await enter(store, 'renewal')).toEqual([]);
		await register(store, settings({ alreadyInside: true }));
		expect(await enter(store, 'renewal')).toEqual(['c1 inside 2026-03-14 30']);
		await register(store, settings());
		await register(store, settings({ alreadyInside: true }));
		expect(await enter(store, 'renewal')).toEqual([]);
	});

	test('in the night of the change of clocks a time that does not exist is the first instant after it', async () => {
		const { store, advance } = await open();
		await register(store, birthday({ offsets: [0], time: '02:30' }));
		await profile(store, born('c1', '1990-03-08', { timeZone: 'America/New_York' }));
		await advance(at('2026-03-08T07:00:00Z') - 1);
		expect(await enter(store, 'birthday')).toEqual([]);
		await advance(1);
		expect(await enter(store, 'birthday')).toEqual(['c1 2026-03-08 0']);
	});

	test('an erased customer is forgotten by the schedule too', async () => {
		const { store, advance } = await open();
		await register(store, birthday({ offsets: [0] }));
		await profile(store, born('c1', '1990-03-08'));
		await store.run('customers.erase', { ref: { customerId: 'c1' } });
		await advance(10 * DAY);
		expect(await enter(store, 'birthday')).toEqual([]);
	});
});
