import { openStore, type StoreLocation } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import type { StoreClock } from '../../src/store/storeClock';
import { freshPostgres, freshSqliteFile } from './stores';

/** A store that one test has to itself. Its clock stands still until `clock.set` or `clock.advance` moves it. */
export interface TestStore {
	store: Store;
	location: StoreLocation;
	/** Opens the same store once more, as another process would. */
	again(): Promise<Store>;
	advance(byMs: number): Promise<number>;
}

/** Where every frozen clock starts: a Monday, noon in UTC. */
export const START_MS = Date.parse('2026-03-02T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Runs the same tests on SQLite and on PostgreSQL. */
export function onEachStore(name: string, tests: (open: (clock?: StoreClock) => Promise<TestStore>) => void): void {
	for (const kind of ['SQLite', 'PostgreSQL'] as const) {
		describe(`${name} on ${kind}`, () => {
			const opened: Store[] = [];
			afterEach(async () => {
				for (const store of opened.splice(0)) await store.close();
			});
			tests(async (clock = { mode: 'frozen', atMs: START_MS }) => {
				const location = placeFor(kind);
				const open = async () => {
					const store = await openStore(location, { thread: false, testClock: clock });
					opened.push(store);
					return store;
				};
				const store = await open();
				return { store, location, again: open, advance: async (byMs) => (await store.run('clock.advance', { byMs })).now };
			});
		});
	}
}

function placeFor(kind: 'SQLite' | 'PostgreSQL'): StoreLocation {
	if (kind === 'SQLite') return { kind: 'file', file: freshSqliteFile() };
	const { connectionString, schema } = freshPostgres();
	return { kind: 'postgres', url: connectionString, schema };
}
