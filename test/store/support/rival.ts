import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openStore, type StoreLocation } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import type { StoreClock } from '../../../src/store/storeClock';
import { freshPostgres } from '../../support/stores';

/** Who waits for this connection, or for somebody who does. (pg_stat_activity stands still within a transaction.) */
const BLOCKED = `WITH RECURSIVE blocked (pid) AS (SELECT pg_backend_pid() UNION SELECT l.pid FROM pg_locks l JOIN blocked b ON b.pid = ANY (pg_blocking_pids(l.pid)) WHERE NOT l.granted)
	SELECT count(*) - 1 AS count FROM blocked`;

/** A store on PostgreSQL and somebody else's transaction, which holds the store's workers at a point and lets them go together. */
export interface Scene {
	store: Store;
	rival: Client;
	/** One more, to look at what the waiting workers hold. */
	onlooker: Client;
	location: Extract<StoreLocation, { kind: 'postgres' }>;
	/** Until so many connections wait for the rival. */
	blocked(count: number): Promise<void>;
	close(): Promise<void>;
}

export async function openScene(testClock?: StoreClock): Promise<Scene> {
	const { connectionString, schema } = freshPostgres();
	const location = { kind: 'postgres' as const, url: connectionString, schema };
	const store = await openStore(location, { testClock });
	const [rival, onlooker] = [0, 1].map(() => new Client({ connectionString, options: `-c search_path=${schema}` }));
	await Promise.all([rival.connect(), onlooker.connect()]);
	return {
		store,
		rival,
		onlooker,
		location,
		async blocked(count) {
			for (let tries = 0; tries < 1000; tries++) {
				const { rows } = await rival.query<{ count: string }>(BLOCKED);
				if (Number(rows[0].count) >= count) return;
				await sleep(10);
			}
			throw new Error(`${count} calls should wait for the rival`);
		},
		async close() {
			await Promise.all([rival.end(), onlooker.end()]);
			await store.close();
		},
	};
}
