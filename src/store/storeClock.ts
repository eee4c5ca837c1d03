import { both, ofShop, per } from './plan';
import type { Tx } from './port';

/**
 * How a store reads time: the machine's clock, or (stores made with `--test-clock` only) that clock plus an offset,
 * or an instant that stands still until it is moved (saved tests, replay).
 */
export type StoreClock = { mode: 'system' } | { mode: 'offset'; offsetMs: number } | { mode: 'frozen'; atMs: number };

export const CLOCK_KEY = 'clock';

export function parseStoreClock(value: string | undefined): StoreClock {
	return value ? (JSON.parse(value) as StoreClock) : { mode: 'system' };
}

/** @param systemMs the machine's (or database's) instant, read after the locks */
export function storeInstant(clock: StoreClock, systemMs: number): number {
	if (clock.mode === 'frozen') return clock.atMs;
	return clock.mode === 'offset' ? systemMs + clock.offsetMs : systemMs;
}

export const metaPlans = {
	/** The same, locked until the transaction ends (PostgreSQL). */
	lock: per<{ key: string }, { value: string }>({ sqlite: 'SELECT value FROM meta WHERE key = :key', postgres: 'SELECT value FROM meta WHERE key = :key FOR UPDATE' }),
	/** So that there is something to lock. */
	reserve: both<{ key: string; value: string }>('INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING'),
	get: ofShop('meta', both<{ key: string }, { value: string }>('SELECT value FROM meta WHERE key = :key')),
	set: both<{ key: string; value: string }>(
		'INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
	),
};

export async function readMeta(tx: Tx, key: string): Promise<string | undefined> {
	return (await tx.first(metaPlans.get, { key }))?.value;
}

/** The same where many such things are asked for in one transaction (`Tx.shopRows`). */
export async function shopMeta(tx: Tx, key: string): Promise<string | undefined> {
	return (await tx.shopRows(metaPlans.get, { key }))[0]?.value;
}
