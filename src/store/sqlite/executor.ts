import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { systemClock, type Clock } from '../../core/clock';
import { JourneyError } from '../../core/errors';
import { META_TABLE, MIGRATION_TABLE, loadMigrations, pendingMigrations } from '../migrate';
import type { BulkPlan, Operation, Plan, SqlValue, Tx } from '../port';
import { CLOCK_KEY, parseStoreClock, storeInstant, type StoreClock } from '../storeClock';

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

type Bindable = Record<string, string | number | null>;

/** Runs operations on one SQLite file, one after the other, each in its own transaction. Used inside the worker thread. */
export class SqliteExecutor {
	private readonly statements = new Map<string, StatementSync>();
	private queue: Promise<unknown> = Promise.resolve();
	private attempts = 0;

	private constructor(
		private readonly database: DatabaseSync,
		private readonly options: SqliteOptions,
		private readonly clock: Clock,
		readonly storeId: string,
	) {}

	static async open(options: SqliteOptions, clock: Clock = systemClock): Promise<SqliteExecutor> {
		const database = openDatabase(options);
		try {
			const storeId = await migrate(database, options);
			return new SqliteExecutor(database, options, clock, storeId);
		} catch (error) {
			database.close();
			throw explain(error, options);
		}
	}

	run<I, O>(operation: Operation<I, O>, input: I): Promise<O> {
		const result = this.queue.then(() => this.transact(operation, input));
		this.queue = result.catch(() => undefined);
		return result;
	}

	async close(): Promise<void> {
		await this.queue;
		this.statements.clear();
		this.database.close();
	}

	private async transact<I, O>(operation: Operation<I, O>, input: I): Promise<O> {
		try {
			await beginWithRetry(this.database, operation.mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN', this.options, () => this.attempts++);
			try {
				const output = await operation.run(this.transaction(), input);
				this.database.exec('COMMIT');
				return output;
			} catch (error) {
				if (this.database.isTransaction) this.database.exec('ROLLBACK');
				throw error;
			}
		} catch (error) {
			throw explain(error, this.options);
		}
	}

	private transaction(): Tx {
		let instant: number | undefined;
		return {
			dialect: 'sqlite',
			storeId: this.storeId,
			now: async () => {
				instant ??= this.readInstant();
				return instant;
			},
			all: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => this.statement(plan.sqlite).all(bind(params)) as R[],
			first: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) =>
				this.statement(plan.sqlite).get(bind(params)) as R | undefined,
			run: async <P extends object>(plan: Plan<P>, params: P) => Number(this.statement(plan.sqlite).run(bind(params)).changes),
			each: async <P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]) => {
				const statement = this.statement(plan.sqlite);
				if (!/^\s*SELECT\b|\bRETURNING\b/i.test(plan.sqlite)) {
					for (const row of rows) statement.run(bind(row));
					return [];
				}
				const returned: R[] = [];
				for (const row of rows) returned.push(...(statement.all(bind(row)) as R[]));
				return returned;
			},
		};
	}

	private readInstant(): number {
		const row = this.statement('SELECT value FROM meta WHERE key = :key').get({ key: CLOCK_KEY }) as { value: string } | undefined;
		return storeInstant(parseStoreClock(row?.value), this.clock.now());
	}

	private statement(sql: string): StatementSync {
		let statement = this.statements.get(sql);
		if (!statement) {
			statement = this.database.prepare(sql);
			statement.setAllowUnknownNamedParameters(true);
			this.statements.set(sql, statement);
		}
		return statement;
	}
}

/** Arrays become JSON texts, undefined becomes NULL. */
function bind(params: object): Bindable {
	const bound: Bindable = {};
	for (const [name, value] of Object.entries(params as Record<string, SqlValue | undefined>)) {
		bound[name] = Array.isArray(value) ? JSON.stringify(value) : ((value ?? null) as string | number | null);
	}
	return bound;
}

function openDatabase(options: SqliteOptions): DatabaseSync {
	try {
		if (options.file !== ':memory:') mkdirSync(dirname(options.file), { recursive: true });
		const database = new DatabaseSync(options.file, { timeout: 10 });
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;');
		return database;
	} catch (error) {
		throw explain(error, options);
	}
}

async function migrate(database: DatabaseSync, options: SqliteOptions): Promise<string> {
	const known = loadMigrations('sqlite');
	const recorded = readApplied(database);
	const meta = recorded.length > 0 ? readStoreId(database) : undefined;
	if (meta && pendingMigrations(known, recorded, options.label).length === 0) return meta;
	await beginWithRetry(database, 'BEGIN IMMEDIATE', options, () => 0);
	try {
		database.exec(`${MIGRATION_TABLE}; ${META_TABLE};`);
		const pending = pendingMigrations(known, readApplied(database), options.label);
		const isNew = pending.length === known.length;
		for (const migration of pending) {
			database.exec(migration.sql);
			database
				.prepare('INSERT INTO schema_migration (version, name, checksum) VALUES (?, ?, ?)')
				.run(migration.version, migration.name, migration.checksum);
		}
		if (isNew) {
			const set = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
			set.run('store_id', randomUUID().slice(0, 8));
			set.run('secret', randomUUID() + randomUUID());
			set.run(CLOCK_KEY, JSON.stringify(options.testClock ?? { mode: 'system' }));
			set.run('movable_clock', options.testClock ? '1' : '0');
		}
		database.exec('COMMIT');
	} catch (error) {
		if (database.isTransaction) database.exec('ROLLBACK');
		throw error;
	}
	return readStoreId(database);
}

function readApplied(database: DatabaseSync): { version: number; checksum: string }[] {
	const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'").get();
	if (!exists) return [];
	return database.prepare('SELECT version, checksum FROM schema_migration').all() as { version: number; checksum: string }[];
}

function readStoreId(database: DatabaseSync): string {
	return (database.prepare("SELECT value FROM meta WHERE key = 'store_id'").get() as { value: string }).value;
}

/** The short busy timeout keeps the thread responsive; waiting longer happens here, with jitter so that rivals do not march in step. */
async function beginWithRetry(database: DatabaseSync, begin: string, options: SqliteOptions, count: () => number): Promise<void> {
	const limitMs = options.busyTimeoutMs ?? 30_000;
	for (let waitedMs = 0; ; ) {
		try {
			database.exec(begin);
			return;
		} catch (error) {
			if (!isBusy(error) || waitedMs >= limitMs) throw error;
			const pauseMs = 2 + ((process.pid * 31 + count() * 17) % 23);
			await sleep(pauseMs);
			waitedMs += pauseMs + 10;
		}
	}
}

function isBusy(error: unknown): boolean {
	const code = (error as { errcode?: number }).errcode;
	return code !== undefined && (code & 0xff) === 5;
}

/** Turns SQLite's own errors into sentences for a person. */
function explain(error: unknown, options: SqliteOptions): unknown {
	if (error instanceof JourneyError || !(error instanceof Error)) return error;
	const code = (error as { errcode?: number }).errcode;
	const primary = code === undefined ? undefined : code & 0xff;
	const store = `The customer store ${options.label}`;
	if (primary === 8) {
		return new JourneyError('store_read_only', `${store} cannot be written to: its file or folder is read-only. Give the user that runs n8n write access to ${options.file} and to its folder.`);
	}
	if (primary === 14) {
		return new JourneyError('store_unavailable', `${store} cannot be opened at ${options.file}. Check that the folder exists, is on a local disk and can be written to.`);
	}
	if (primary === 5 || primary === 6) {
		return new JourneyError('store_unavailable', `${store} is being written to by another process for too long. Wait for the import or backup to end and try again.`);
	}
	if (primary === 13) {
		return new JourneyError('store_unavailable', `${store} could not be written: the disk is full. Free some space; what was being written was rolled back whole.`);
	}
	if (primary === 11 || primary === 26) {
		return new JourneyError('store_unavailable', `${store} is not a readable store file: ${options.file} is damaged or is something else. Restore it from a backup or choose another store name.`);
	}
	return error;
}
