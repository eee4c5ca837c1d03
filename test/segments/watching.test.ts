import type { JourneySettingsInput } from '../../src/journeys/settings';
import { refreshOffers } from '../../src/bundles/refreshOffers';
import { refresh } from '../../src/features/refresh';
import { keepSegmentUp } from '../../src/n8n/segmentWatch';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { journeySettings } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { register, release, track } from '../journeys/support/journey';

const journey = (kind: 'entered' | 'left' = 'entered', more: Partial<JourneySettingsInput> = {}, entry: object = {}): JourneySettingsInput => ({
	key: kind, name: kind, guardMs: 0, entry: { eventType: `segment_${kind}`, filter: [{ field: 'segment', operator: 'equals', value: 'readers' }], entryKey: { kind: 'event' }, ...entry }, ...more,
});
/** Opened a message in the last 30 days. */
const READERS = { match: 'all', rules: [{ about: 'did', eventType: 'message_opened', period: { kind: 'inTheLast', days: 30 } }] };
const save = (store: Store, rules: unknown = READERS, name = 'readers') => store.run('segments.save', { name, rules });
const people = (store: Store, ...ids: string[]) => store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId } })) });
const opened = (store: Store, customerId: string, daysAgo = 0, backfill = false) => store.run('events.track', { backfill, items: [{ ref: { customerId }, type: 'message_opened', occurredAt: START_MS - daysAgo * DAY, source: 'mail', properties: {} }] });

/** What the loop of Journey Trigger does until nothing is left to do. @returns when it wants to look again */
async function tend(store: Store, settings: JourneySettingsInput = journey()): Promise<number | null> {
	const parsed = journeySettings.parse(settings);
	for (;;) {
		const { nextDueAt } = await keepSegmentUp(store as unknown as StoreHandle, parsed);
		if (nextDueAt === null || nextDueAt > (await store.run('store.settings', {})).now + 200) return nextDueAt;
	}
}
const enteredBy = async (store: Store, journeyKey: string) => (await release(store, 'entry', { journeyKey })).filter(({ journey: { key } }) => key === journeyKey).map(({ customer, event }) => `${customer.id} ${event?.type}`).sort();
const storyOf = async (store: Store, customerId: string) => (await store.run('customers.record', { ref: { customerId } })).events.filter(({ type }) => type.startsWith('segment_')).map(({ type }) => type).reverse();

onEachStore('A segment that journeys listen to', (open) => {
	test('takes who is inside when the journey is switched on as the baseline: the first computation starts nobody', async () => {
		const { store } = await open();
		await people(store, 'in', 'out');
		await opened(store, 'in', 3);
		await save(store);
		await register(store, journey());
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		expect(await storyOf(store, 'in')).toEqual([]);
		// Once more inside is not coming in.
		await opened(store, 'in');
		expect(await enteredBy(store, 'entered')).toEqual([]);
	});

	test('starts whoever comes in by what they do, in the very transaction, and once', async () => {
		const { store } = await open();
		await people(store, 'c1');
		await save(store);
		await register(store, journey());
		await tend(store);
		await opened(store, 'c1');
		await opened(store, 'c1', 1);
		expect(await enteredBy(store, 'entered')).toEqual(['c1 segment_entered']);
		expect(await storyOf(store, 'c1')).toEqual(['segment_entered']);
		// Somebody the store has never seen before.
		await opened(store, 'new one');
		expect(await enteredBy(store, 'entered')).toEqual(['new one segment_entered']);
	});

	test('finds whom time alone takes out within a quarter of an hour, and lets them start the journey for those who leave', async () => {
		const { store, advance } = await open();
		await people(store, 'c1', 'c2');
		await save(store);
		await opened(store, 'c1', 29);
		await register(store, journey('left'));
		await tend(store, journey('left'));
		await advance(DAY);
		await tend(store, journey('left'));
		expect(await enteredBy(store, 'left')).toEqual([]);
		await advance(1);
		expect(await tend(store, journey('left'))).toBe(START_MS + DAY + 15 * MINUTE);
		expect(await enteredBy(store, 'left')).toEqual([]);
		await advance(15 * MINUTE);
		await tend(store, journey('left'));
		expect(await enteredBy(store, 'left')).toEqual(['c1 segment_left']);
		await advance(HOUR);
		await tend(store, journey('left'));
		expect(await enteredBy(store, 'left')).toEqual([]);
		await opened(store, 'c1', -1.05);
		expect(await storyOf(store, 'c1')).toEqual(['segment_left', 'segment_entered']);
	});

	test('a changed definition is a new baseline and starts nobody; what happens afterwards counts by the new one', async () => {
		const { store } = await open();
		await people(store, 'c1', 'c2');
		await save(store);
		await register(store, journey());
		await tend(store);
		await track(store, 'clicked', 'c1');
		await save(store, { match: 'any', rules: [...READERS.rules, { about: 'did', eventType: 'clicked' }] });
		await track(store, 'anything', 'c1');
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		await track(store, 'clicked', 'c2');
		expect(await enteredBy(store, 'entered')).toEqual(['c2 segment_entered']);
	});

	test('a segment that refers to another one changes with it', async () => {
		const { store } = await open();
		await people(store, 'c1', 'c2');
		await save(store, READERS, 'inner');
		await save(store, { match: 'all', rules: [{ about: 'segment', name: 'inner', inside: false }] });
		await register(store, journey('left'));
		await tend(store, journey('left'));
		await opened(store, 'c1');
		expect(await enteredBy(store, 'left')).toEqual(['c1 segment_left']);
		await save(store, { match: 'all', rules: [{ about: 'did', eventType: 'never' }] }, 'inner');
		await tend(store, journey('left'));
		await opened(store, 'c2');
		expect(await enteredBy(store, 'left')).toEqual([]);
	});

	test('history that is filled in moves the baseline and starts nobody: events, orders, consents, imports', async () => {
		const { store } = await open();
		await people(store, 'c1', 'c2', 'c3', 'c4');
		await save(store, { match: 'any', rules: [...READERS.rules, { about: 'bought' }, { about: 'consent', channel: 'email' }] });
		await register(store, journey());
		await tend(store);
		await opened(store, 'c1', 1, true);
		await store.run('orders.record', { backfill: true, items: [{ ref: { customerId: 'c2' }, source: 's', orderId: 'o', orderedAt: START_MS - DAY, currency: 'EUR', status: 'paid', lines: [] }] });
		await store.run('import.consents', { items: [{ ref: { customerId: 'c3' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - DAY }] });
		await store.run('import.orderLines', { run: 'r', source: 's', rows: [{ line: 1, orderId: 'o2', ref: { customerId: 'c4' }, kind: 'order', orderedAt: START_MS - DAY, currency: 'EUR', productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 } as never] });
		for (const id of ['c1', 'c2', 'c3', 'c4']) await track(store, 'anything', id);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		// Live, each of them counts at once.
		await people(store, 'c5', 'c6', 'c7');
		await store.run('orders.record', { items: [{ ref: { customerId: 'c5' }, source: 's', orderId: 'o5', orderedAt: START_MS, currency: 'EUR', status: 'paid', lines: [] }] });
		await store.run('consents.set', { items: [{ ref: { customerId: 'c6' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS }] });
		await opened(store, 'c7');
		expect(await enteredBy(store, 'entered')).toEqual(['c5 segment_entered', 'c6 segment_entered', 'c7 segment_entered']);
		await store.run('orders.cancel', { items: [{ source: 's', orderId: 'o5', cancelledAt: START_MS }] });
		expect(await storyOf(store, 'c5')).toEqual(['segment_entered', 'segment_left']);
	});

	test('a profile that changes counts at once', async () => {
		const { store } = await open();
		await people(store, 'c1');
		await save(store, { match: 'all', rules: [{ about: 'profile', field: 'attributes.city', operator: 'equals', value: 'Riga' }] });
		await register(store, journey());
		await tend(store);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, attributes: { city: 'Riga' } }, { ref: { customerId: 'c2' }, attributes: { city: 'riga' } }] });
		expect(await enteredBy(store, 'entered')).toEqual(['c1 segment_entered', 'c2 segment_entered']);
	});

	test('a restart changes nothing; after a pause what came about meanwhile is the baseline', async () => {
		const { store, advance } = await open();
		await people(store, 'c1', 'c2');
		await save(store);
		await opened(store, 'c1', 29);
		await register(store, journey('left'));
		await tend(store, journey('left'));
		const back = (activation: 'init' | 'activate') => store.run('journeys.register', { settings: journey('left'), workflowId: 'w1', workflowName: 'left', nodeId: 'trigger-left', activation });
		await advance(2 * DAY);
		await back('init');
		await tend(store, journey('left'));
		expect(await enteredBy(store, 'left')).toEqual(['c1 segment_left']);
		await opened(store, 'c2', 20);
		await store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger-left', stepKey: 'entry', journeyKey: 'left' });
		await advance(20 * DAY);
		await back('activate');
		await tend(store, journey('left'));
		await advance(HOUR);
		await tend(store, journey('left'));
		expect(await enteredBy(store, 'left')).toEqual([]);
		expect(await storyOf(store, 'c2')).toEqual(['segment_entered']);
	});

	test('lets those in who are inside already, where it is asked for, as many an hour as may enter, each once', async () => {
		const { store, advance } = await open();
		const ids = Array.from({ length: 7 }, (_, index) => `c${index}`);
		await people(store, ...ids, 'outside');
		for (const id of ids) await opened(store, id, 2);
		await save(store);
		const settings = journey('entered', { entriesPerHour: 3 }, { alreadyInside: true });
		await register(store, settings);
		const next = await tend(store, settings);
		expect(next).toBe(START_MS + MINUTE);
		expect(await enteredBy(store, 'entered')).toEqual(['c0 segment_entered', 'c1 segment_entered', 'c2 segment_entered']);
		await register(store, settings);
		await advance(HOUR - 1);
		await tend(store, settings);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		for (const expected of [['c3', 'c4', 'c5'], ['c6'], []]) {
			await advance(HOUR);
			await tend(store, settings);
			expect(await enteredBy(store, 'entered')).toEqual(expected.map((id) => `${id} segment_entered`));
		}
		// Told by no event: they did not come in now.
		expect(await storyOf(store, 'c0')).toEqual([]);
	});

	test('two processes that look after it do each piece once', async () => {
		const { store, again, advance } = await open();
		const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
		await people(store, ...ids);
		await save(store);
		for (const id of ids) await opened(store, id, 29);
		await register(store, journey('left'));
		const other = await again();
		await Promise.all([tend(store, journey('left')), tend(other, journey('left'))]);
		await advance(2 * DAY);
		await Promise.all([tend(store, journey('left')), tend(other, journey('left'))]);
		expect(await enteredBy(store, 'left')).toHaveLength(40);
		expect(await storyOf(store, 'c7')).toEqual(['segment_left']);
	});

	test('merge, unmerge and erasure leave nobody inside who is not there, and start nobody', async () => {
		const { store } = await open();
		await people(store, 'c1', 'c2');
		await save(store);
		await register(store, journey());
		await register(store, journey('left'));
		await tend(store);
		await opened(store, 'c2', 1, true);
		await store.run('customers.merge', { survivor: { customerId: 'c1' }, other: { customerId: 'c2' } });
		await track(store, 'anything', 'c1');
		expect(await store.run('segments.check', { segment: { name: 'readers' }, items: [{ index: 0, customer: { customerId: 'c2' } }] })).toEqual([{ index: 0, inside: true }]);
		expect(await store.run('customers.get', { refs: [{ customerId: 'c2' }] })).toMatchObject([{ id: 'c1' }]);
		await store.run('customers.unmerge', { other: { customerId: 'c2' } });
		for (const id of ['c1', 'c2']) await track(store, 'anything', id);
		expect([await storyOf(store, 'c1'), await storyOf(store, 'c2')]).toEqual([[], []]);
		await store.run('customers.erase', { ref: { customerId: 'c2' } });
		await tend(store);
		expect([await enteredBy(store, 'entered'), await enteredBy(store, 'left')]).toEqual([[], []]);
	});

	test('figures: a first refresh and other settings of figures start nobody; an order that changes them does, at once', async () => {
		const { store, advance } = await open();
		let orders = 0;
		const order = (customerId: string, backfill: boolean) => store.run('orders.record', { backfill, items: [{ ref: { customerId }, source: 's', orderId: `o${orders++}`, orderedAt: START_MS - DAY, currency: 'EUR', status: 'paid', totalE4: 100_000, lines: [] }] });
		await people(store, 'c1', 'c2', 'c3');
		for (const id of ['c1', 'c1', 'c2']) await order(id, true);
		// Bought twice in the period of RFM.
		await save(store, { match: 'all', rules: [{ about: 'number', number: 'frequency', compare: { is: 'atLeast', value: 2 } }] });
		await register(store, journey());
		await tend(store);
		await refresh(store, { owner: 'test' });
		await tend(store);
		await advance(HOUR);
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		await order('c2', false);
		expect(await enteredBy(store, 'entered')).toEqual(['c2 segment_entered']);
		for (const id of ['c3', 'c3']) await order(id, true);
		await store.run('figures.configure', { family: 'rfm', settings: { windowMonths: 12 } });
		await refresh(store, { owner: 'test' });
		await tend(store);
		await advance(HOUR);
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		expect((await store.run('segments.members', { segment: { name: 'readers' }, after: 0, limit: 9 })).members.map(({ id }) => id)).toEqual(['c1', 'c2', 'c3']);
	});

	test('figures: an import after the first refresh starts nobody when they are refreshed, once for each customer; what happens live does', async () => {
		const { store, advance } = await open();
		let orders = 0;
		const order = (customerId: string, backfill: boolean) => store.run('orders.record', { backfill, items: [{ ref: { customerId }, source: 's', orderId: `o${orders++}`, orderedAt: START_MS - DAY, currency: 'EUR', status: 'paid', totalE4: 100_000, lines: [] }] });
		const line = (customerId: string) => store.run('import.orderLines', { run: `r${orders}`, source: 's', rows: [{ line: 1, orderId: `o${orders++}`, ref: { customerId }, kind: 'order', orderedAt: START_MS - DAY, currency: 'EUR', productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 } as never] });
		const again = async () => {
			await advance(HOUR);
			await refresh(store, { owner: 'test' });
			await tend(store);
			await advance(HOUR);
			await tend(store);
		};
		await people(store, 'c1', 'c2');
		await order('c1', false);
		await save(store, { match: 'any', rules: [{ about: 'number', number: 'frequency', compare: { is: 'atLeast', value: 2 } }, { about: 'number', number: 'views', compare: { is: 'atLeast', value: 1 } }, { about: 'label', label: 'stage', oneOf: ['lead'] }] });
		await register(store, journey());
		await refresh(store, { owner: 'test' });
		await tend(store);
		// Somebody known, somebody new, somebody who only looked, and somebody of whom a name is all that came.
		await order('c1', true);
		for (const id of ['new', 'new']) await line(id);
		await store.run('events.track', { backfill: true, items: [{ ref: { customerId: 'looked' }, type: 'product_viewed', occurredAt: START_MS - DAY, source: 'site', properties: {} }] });
		await store.run('import.customers', { items: [{ ref: { customerId: 'name' } }] });
		await again();
		expect(await enteredBy(store, 'entered')).toEqual([]);
		expect((await store.run('segments.members', { segment: { name: 'readers' }, after: 0, limit: 9 })).members.map(({ id }) => id).sort()).toEqual(['c1', 'c2', 'looked', 'name', 'new']);
		// What comes in live, and what the next refresh finds of it, is news.
		await people(store, 'live');
		await again();
		expect(await enteredBy(store, 'entered')).toEqual(['live segment_entered']);
	});

	test('a stage that is looked at as a field of the profile is a figure all the same', async () => {
		const { store, advance } = await open();
		await store.run('orders.record', { backfill: true, items: [{ ref: { customerId: 'c1' }, source: 's', orderId: 'o1', orderedAt: START_MS - DAY, currency: 'EUR', status: 'paid', totalE4: 100_000, lines: [] }] });
		await save(store, { match: 'all', rules: [{ about: 'profile', field: 'stage', operator: 'equals', value: 'new' }] });
		await register(store, journey());
		await tend(store);
		await refresh(store, { owner: 'test' });
		await tend(store);
		await advance(2 * DAY);
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		expect((await store.run('segments.members', { segment: { name: 'readers' }, after: 0 })).count).toBe(1);
	});

	test('a model of offers is no figure: whoever comes in while it is made is told', async () => {
		const { store, advance } = await open();
		const order = (customerId: string) => store.run('orders.record', { items: [{ ref: { customerId }, source: 's', orderId: `of ${customerId}`, orderedAt: START_MS - DAY, currency: 'EUR', status: 'paid', totalE4: 100_000, lines: [] }] });
		await people(store, 'c1', 'c2');
		await save(store, { match: 'all', rules: [{ about: 'number', number: 'frequency', compare: { is: 'atLeast', value: 1 } }] });
		await register(store, journey());
		await refresh(store, { owner: 'test' });
		await tend(store);
		await refreshOffers(store);
		await order('c2');
		await advance(HOUR);
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual(['c2 segment_entered']);
	});

	test('of two who come in by the same call, and of one who comes back, every event has an id of its own', async () => {
		const { store, advance } = await open();
		await people(store, 'c1', 'c2');
		await save(store, { match: 'all', rules: [{ about: 'profile', field: 'attributes.in', operator: 'equals', value: 'yes' }] });
		await register(store, journey());
		await tend(store);
		for (const answer of ['yes', 'no', 'yes']) {
			await store.run('customers.upsert', { items: ['c1', 'c2'].map((customerId) => ({ ref: { customerId }, attributes: { in: answer } })) });
			await tend(store);
			await advance(HOUR);
		}
		const exported = await Promise.all(['c1', 'c2'].map(async (customerId) => JSON.stringify(await store.run('customers.export', { ref: { customerId } }))));
		const ids = exported.flatMap((text) => text.match(/segment_(entered|left)\/[^"\\]*/g) ?? []);
		expect(new Set(ids).size).toBe(6);
	});

	test('preferences: their first computation and history start nobody; an event that changes them does, at once', async () => {
		const { store, advance } = await open();
		const viewed = (customerId: string, daysAgo: number) => store.run('events.track', { items: [{ ref: { customerId }, type: 'product_viewed', occurredAt: START_MS - daysAgo * DAY, source: 'site', properties: {} }] });
		await people(store, 'c1', 'c2');
		await viewed('c1', 1);
		await save(store, { match: 'all', rules: [{ about: 'number', number: 'views', compare: { is: 'atLeast', value: 1 } }] });
		await register(store, journey());
		await tend(store);
		await refresh(store, { owner: 'test' });
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		await viewed('c2', 0);
		expect(await enteredBy(store, 'entered')).toEqual(['c2 segment_entered']);
		await people(store, 'c3');
		await store.run('events.track', { backfill: true, items: [{ ref: { customerId: 'c3' }, type: 'product_viewed', occurredAt: START_MS - HOUR, source: 'site', properties: {} }] });
		for (let round = 0; round < 2; round++) {
			await advance(HOUR);
			await tend(store);
			await refresh(store, { owner: 'test' });
		}
		await tend(store);
		expect(await enteredBy(store, 'entered')).toEqual([]);
		expect((await store.run('segments.members', { segment: { name: 'readers' }, after: 0, limit: 9 })).members.map(({ id }) => id)).toEqual(['c1', 'c2', 'c3']);
	});

	test('is needed when a journey that starts by it is switched on, and cannot be removed while one does', async () => {
		const { store } = await open();
		await expect(register(store, journey())).rejects.toMatchObject({ code: 'unknown_segment', message: 'This customer store has no segment "readers": save it with Segment > Save a Segment, or choose one from the list.' });
		await save(store);
		await register(store, journey());
		await expect(store.run('segments.remove', { name: 'readers' })).rejects.toThrow('The segment "readers" is used by the journey "entered": change that first.');
	});
});
