import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { JourneyError } from '../../core/errors';
import { META_TABLE, MIGRATION_TABLE, loadMigrations, pendingMigrations } from '../migrate';
import { CLOCK_KEY, type StoreClock } from '../storeClock';
import { isBusy } from './explain';

export interface SqliteOptions {
	/** Path of the file, or ':memory:'. Its folder is made when missing. */
	file: string;
	/** What messages call this store. */
	label: string;
	/** Makes a new store with a movable clock; an existing store keeps what it was made with. */
	testClock?: StoreClock;
	/** How long to wait for another process to finish writing before giving up. */
	busyTimeoutMs?: number;
}

/**
 * What is deleted is overwritten: of an erased customer nothing stays in the file. The log is carried over to the file every
 * 16 MiB instead of every 4: work on thousands of customers writes the same pages again and again.
 */
const SETTINGS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;';

/**
 * Opens the file, making or upgrading it first. Several processes may do so at the same moment: one of them works, the
 * others wait.
 */
export async function openDatabase(options: SqliteOptions): Promise<{ database: DatabaseSync; storeId: string }> {
	if (options.file !== ':memory:') mkdirSync(dirname(options.file), { recursive: true });
	return await withoutRivals(options, () => {
		const database = new DatabaseSync(options.file, { timeout: 10 });
		try {
			database.exec(SETTINGS);
			const storeId = migrate(database, options);
			refuseMoved(database, options);
			return { database, storeId };
		} catch (error) {
			database.close();
			throw error;
		}
	});
}

/**
 * Does something that another process may keep from happening for a while. The short busy timeout keeps the thread
 * responsive; waiting longer happens here, with jitter so that rivals do not march in step.
 */
export async function withoutRivals<T>(options: SqliteOptions, attempt: () => T | Promise<T>): Promise<T> {
	const limitMs = options.busyTimeoutMs ?? 30_000;
	for (let waitedMs = 0, count = process.pid; ; count++) {
		try {
			return await attempt();
		} catch (error) {
			if (!isBusy(error) || waitedMs >= limitMs) throw error;
			const pauseMs = 2 + ((count * 17) % 23);
			await sleep(pauseMs);
			waitedMs += pauseMs + 10;
		}
	}
}

/** @returns the store's id */
function migrate(database: DatabaseSync, options: SqliteOptions): string {
	const known = loadMigrations('sqlite');
	const recorded = readApplied(database, options);
	if (recorded.length > 0 && pendingMigrations(known, recorded, options.label).length === 0) return readStoreId(database);
	database.exec('BEGIN IMMEDIATE');
	try {
		const pending = pendingMigrations(known, readApplied(database, options), options.label);
		database.exec(`${MIGRATION_TABLE}; ${META_TABLE};`);
		for (const migration of pending) {
			database.exec(migration.sql);
			database.prepare('INSERT INTO schema_migration (version, name, checksum) VALUES (?, ?, ?)').run(migration.version, migration.name, migration.checksum);
		}
		if (pending.length === known.length) describeStore(database, options);
		database.exec('COMMIT');
	} catch (error) {
		if (database.isTransaction) database.exec('ROLLBACK');
		throw error;
	}
	return readStoreId(database);
}

function describeStore(database: DatabaseSync, options: SqliteOptions): void {
	const set = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
	set.run('store_id', randomUUID().slice(0, 8));
	set.run('secret', randomUUID() + randomUUID());
	set.run(CLOCK_KEY, JSON.stringify(options.testClock ?? { mode: 'system' }));
	set.run('movable_clock', options.testClock ? '1' : '0');
}

/** Name of the row of `meta` that says where a store was moved to (moveStore.ts). */
export const MOVED_TO = 'moved_to';

/** @throws JourneyError `store_unavailable` */
function refuseMoved(database: DatabaseSync, { label }: SqliteOptions): void {
	const moved = database.prepare('SELECT value FROM meta WHERE key = ?').get(MOVED_TO);
	if (moved) throw new JourneyError('store_unavailable', `The customer store ${label} was moved to ${String(moved.value)}. Choose that in the credential Customer Store API, or with --store on the command line.`);
}

/** @throws JourneyError `store_unavailable` for a database that another program made: nothing is added to it */
function readApplied(database: DatabaseSync, options: SqliteOptions): { version: number; checksum: string }[] {
	const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'").all().map((row) => row.name);
	if (tables.length === 0) return [];
	if (!tables.includes('schema_migration') || !tables.includes('meta')) {
		throw new JourneyError('store_unavailable', `The customer store ${options.label} cannot be opened: ${options.file} is a database of another program. Choose another file; nothing was changed in this one.`);
	}
	return database.prepare('SELECT version, checksum FROM schema_migration').all() as { version: number; checksum: string }[];
}

function readStoreId(database: DatabaseSync): string {
	return (database.prepare("SELECT value FROM meta WHERE key = 'store_id'").get() as { value: string }).value;
}
