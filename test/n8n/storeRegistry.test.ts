import { JourneyError } from '../../src/core/errors';
import { processRegistry, StoreRegistry, IDLE_CLOSE_MS } from '../../src/n8n/storeRegistry';
import type { StoreLocation } from '../../src/store/open';
import type { Store } from '../../src/store/Store';

const here: StoreLocation = { kind: 'embedded', name: 'default' };
const there: StoreLocation = { kind: 'embedded', name: 'other' };

class FakeStore implements Store {
	closed = 0;
	broken: Error | undefined;
	constructor(
		readonly kind: 'sqlite' | 'postgres' = 'sqlite',
		readonly storeId = 's1',
		readonly label = 'fake',
	) {}
	async run(): Promise<never> {
		if (this.broken) throw this.broken;
		return { ok: true } as never;
	}
	async close(): Promise<void> {
		this.closed++;
	}
}

function registryOf(open: (location: StoreLocation) => Promise<Store>) {
	return new StoreRegistry({ open });
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('one store per location, opened once however many ask at the same time', async () => {
	const opened: string[] = [];
	const registry = registryOf(async (location) => {
		opened.push((location as { name: string }).name);
		return new FakeStore();
	});
	const handles = [registry.lease(here), registry.lease({ ...here }), registry.lease(there)];
	const stores = await Promise.all(handles.map((handle) => handle.store()));
	expect(opened).toEqual(['default', 'other']);
	expect(stores[0]).toBe(stores[1]);
	expect(stores[2]).not.toBe(stores[0]);
});

test('a lease opens nothing by itself, so a trigger may start while its database is away', () => {
	const open = jest.fn();
	registryOf(open).lease(here);
	expect(open).not.toHaveBeenCalled();
});

test('a store closes 60 s after the last release, not before', async () => {
	const store = new FakeStore();
	const registry = registryOf(async () => store);
	const first = registry.lease(here);
	const second = registry.lease(here);
	await first.store();
	first.release();
	await jest.advanceTimersByTimeAsync(10 * IDLE_CLOSE_MS);
	expect(store.closed).toBe(0);
	second.release();
	await jest.advanceTimersByTimeAsync(IDLE_CLOSE_MS - 1);
	expect(store.closed).toBe(0);
	await jest.advanceTimersByTimeAsync(1);
	expect(store.closed).toBe(1);
});

test('a new user within the idle time keeps the store open', async () => {
	const open = jest.fn(async () => new FakeStore());
	const registry = registryOf(open);
	const first = registry.lease(here);
	const store = await first.store();
	first.release();
	await jest.advanceTimersByTimeAsync(IDLE_CLOSE_MS / 2);
	const second = registry.lease(here);
	await jest.advanceTimersByTimeAsync(10 * IDLE_CLOSE_MS);
	expect(await second.store()).toBe(store);
	expect(open).toHaveBeenCalledTimes(1);
	expect((store as FakeStore).closed).toBe(0);
});

test('releasing twice counts once', async () => {
	const store = new FakeStore();
	const registry = registryOf(async () => store);
	const first = registry.lease(here);
	registry.lease(here);
	await first.store();
	first.release();
	first.release();
	await jest.advanceTimersByTimeAsync(10 * IDLE_CLOSE_MS);
	expect(store.closed).toBe(0);
});

test('a released handle is refused', async () => {
	const handle = registryOf(async () => new FakeStore()).lease(here);
	handle.release();
	await expect(handle.run('store.info', {})).rejects.toThrow('released');
});

test('after the idle close the next user opens it again', async () => {
	const open = jest.fn(async () => new FakeStore());
	const registry = registryOf(open);
	const first = registry.lease(here);
	await first.store();
	first.release();
	await jest.advanceTimersByTimeAsync(IDLE_CLOSE_MS);
	await registry.lease(here).store();
	expect(open).toHaveBeenCalledTimes(2);
});

test('a failed opening is not remembered', async () => {
	const open = jest.fn<Promise<Store>, [StoreLocation]>().mockRejectedValueOnce(new JourneyError('store_unavailable', 'away')).mockResolvedValueOnce(new FakeStore());
	const handle = registryOf(open).lease(here);
	await expect(handle.run('store.info', {})).rejects.toThrow('away');
	await expect(handle.run('store.info', {})).resolves.toEqual({ ok: true });
});

test('an embedded store whose thread ended is opened again by the same handle', async () => {
	const first = new FakeStore();
	const stores = [first, new FakeStore()];
	first.broken = new JourneyError('store_unavailable', 'The customer store was closed.');
	const registry = registryOf(async () => stores.shift() as Store);
	const handle = registry.lease(here);
	await expect(handle.run('store.info', {})).rejects.toThrow('was closed');
	await expect(handle.run('store.info', {})).resolves.toEqual({ ok: true });
	expect(first.closed).toBe(1);
});

test('a PostgreSQL store that cannot be reached keeps its pool, which reconnects by itself', async () => {
	const store = new FakeStore('postgres');
	const open = jest.fn(async () => store);
	const handle = registryOf(open).lease({ kind: 'postgres', url: 'postgres://u:p@h/d' });
	store.broken = new JourneyError('store_unavailable', 'away');
	await expect(handle.run('store.info', {})).rejects.toThrow('away');
	store.broken = undefined;
	await expect(handle.run('store.info', {})).resolves.toEqual({ ok: true });
	expect(open).toHaveBeenCalledTimes(1);
});

test('two copies of the package in one process share the registry', () => {
	const mine = processRegistry();
	jest.isolateModules(() => {
		const other = jest.requireActual<typeof import('../../src/n8n/storeRegistry')>('../../src/n8n/storeRegistry');
		expect(other.StoreRegistry).not.toBe(StoreRegistry);
		expect(other.processRegistry()).toBe(mine);
	});
});
