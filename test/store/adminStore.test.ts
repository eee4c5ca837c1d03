import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import { openFreshStore, STORE_KINDS } from '../support/stores';
import { loadMigrations } from '../../src/store/migrate';

const NOT_MOVABLE = { code: 'not_a_test_clock', message: expect.stringMatching(/cannot be moved: only a store made for tests or demos/) };

onEachStore('The clock of a store', (open) => {
	test('that stands still moves when it is told to, for every process', async () => {
		const { store, again } = await open();
		const other = await again();
		expect((await store.run('store.settings', {})).now).toBe(START_MS);
		expect(await store.run('clock.advance', { byMs: DAY })).toEqual({ now: START_MS + DAY });
		expect((await other.run('store.info', {})).now).toBe(START_MS + DAY);
		expect(await other.run('clock.set', { atMs: START_MS - HOUR })).toEqual({ now: START_MS - HOUR });
		expect((await store.run('store.info', {})).now).toBe(START_MS - HOUR);
	});

	test('with an offset goes on from where it was moved to', async () => {
		const { store } = await open({ mode: 'offset', offsetMs: 0 });
		const before = (await store.run('store.settings', {})).now;
		await store.run('clock.advance', { byMs: DAY });
		const after = (await store.run('store.settings', {})).now;
		expect(after - before).toBeGreaterThanOrEqual(DAY);
		expect(after - before).toBeLessThan(DAY + HOUR);
		expect(await store.run('store.info', {})).toMatchObject({ movableClock: true, clock: { mode: 'offset', offsetMs: DAY } });
	});

	test('is the one the store was made with, whatever it is opened with later', async () => {
		const { location } = await open();
		const later = await openStore(location, { thread: false, testClock: { mode: 'frozen', atMs: 1 } });
		expect((await later.run('store.info', {})).now).toBe(START_MS);
		await later.close();
	});

	test('what is written carries it, in every operation', async () => {
		const { store, advance } = await open();
		await advance(HOUR);
		const at = (occurredAt: number) => ({ items: [{ ref: { customerId: 'c1' }, type: 'x', occurredAt, source: 's', properties: {} }] });
		await store.run('events.track', at(START_MS + HOUR + 5 * 60_000 + 1));
		expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 0, events: 0 });
		await store.run('events.track', at(START_MS + HOUR + 5 * 60_000));
		expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 1, events: 1 });
	});
});

describe.each(STORE_KINDS)('A store of every day on %s', (kind) => {
	let store: Store;
	beforeAll(async () => {
		store = await openFreshStore(kind);
	});

	test('has the machine\'s clock, which nobody moves', async () => {
		const before = Date.now();
		const info = await store.run('store.info', {});
		expect(Math.abs(info.now - before)).toBeLessThan(60_000);
		expect(info).toMatchObject({ kind, movableClock: false, clock: { mode: 'system' }, schemaVersion: loadMigrations(kind).at(-1)?.version, zone: 'UTC', currency: null });
		await expect(store.run('clock.advance', { byMs: 1 })).rejects.toMatchObject(NOT_MOVABLE);
		await expect(store.run('clock.set', { atMs: 1 })).rejects.toMatchObject(NOT_MOVABLE);
	});

	test('takes a zone and a currency, and refuses what is none', async () => {
		await store.run('store.configure', { zone: 'Europe/Berlin', currency: 'EUR' });
		await expect(store.run('store.configure', { zone: 'Mars/Base', currency: 'USD' })).rejects.toMatchObject({ code: 'bad_input', details: { field: 'zone' } });
		await expect(store.run('store.configure', { currency: 'euro' })).rejects.toMatchObject({ code: 'bad_input', details: { field: 'currency' } });
		expect(await store.run('store.settings', {})).toMatchObject({ zone: 'Europe/Berlin', currency: 'EUR' });
	});
});
