import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { types as kinds } from 'node:util';
import { Pool, types, type PoolClient } from 'pg';
import { JourneyError } from '../../core/errors';
import { operations, type OperationInput, type OperationName, type OperationOutput } from '../../operations';
import { META_TABLE, MIGRATION_TABLE, loadMigrations, pendingMigrations } from '../migrate';
import type { BulkPlan, Operation, Plan, Tx } from '../port';
import type { Store } from '../Store';
import { CLOCK_KEY, parseStoreClock, storeInstant, type StoreClock } from '../storeClock';
import { positional, type Positional } from './positional';

export interface PostgresOptions {
	url: string;
	schema?: string;
	ssl?: boolean;
	/** Connections kept open at most. */
	poolSize?: number;
	testClock?: StoreClock;
}

const BIGINT = 20;
const NUMERIC = 1700;
/** Instants, ids and sums stay far below 2^53. */
const numbers = {
	getTypeParser: ((oid: number, format?: 'text') =>
		oid === BIGINT || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** The store on PostgreSQL: several n8n processes and hosts may share it. */
export class PostgresStore implements Store {
	readonly kind = 'postgres';
	private readonly texts = new Map<string, Positional>();
	private id = '';

	private constructor(
		private readonly pool: Pool,
		readonly label: string,
	) {
		// An idle connection that the server closes is replaced at the next use.
		pool.on('error', () => undefined);
	}

	get storeId(): string {
		return this.id;
	}

	/** @throws JourneyError `store_unavailable` when the server cannot be reached, `bad_input` for an unusable schema name */
	static async open(options: PostgresOptions): Promise<PostgresStore> {
		const schema = options.schema || 'customer_journeys';
		if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
			throw new JourneyError('bad_input', `The schema name "${schema}" cannot be used: write lower-case letters, digits and _ only, not starting with a digit.`, { field: 'schema' });
		}
		const pool = new Pool({
			connectionString: options.url,
			ssl: options.ssl ? { rejectUnauthorized: false } : undefined,
			max: options.poolSize ?? 8,
			idleTimeoutMillis: 30_000,
			connectionTimeoutMillis: 10_000,
			allowExitOnIdle: true,
			options: `-c search_path=${schema} -c synchronous_commit=on`,
			application_name: 'customer-journeys',
			types: numbers,
		});
		const store = new PostgresStore(pool, `PostgreSQL "${schema}" at ${hostOf(options.url)}`);
		try {
			store.id = await store.migrate(schema, options.testClock);
		} catch (error) {
			await pool.end();
			throw store.explain(error);
		}
		return store;
	}

	async run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		const operation = operations[name] as unknown as Operation<OperationInput<K>, OperationOutput<K>>;
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.transact(operation, input);
			} catch (error) {
				if (attempt >= 5 || !mayRetry(error)) throw this.explain(error);
				await sleep(20 * 2 ** attempt + ((process.pid + attempt * 7) % 20));
			}
		}
	}

	async close(): Promise<void> {
		await this.pool.end();
	}

	private async transact<I, O>(operation: Operation<I, O>, input: I): Promise<O> {
		const client = await this.pool.connect();
		let broken: Error | undefined;
		// A connection that is lost between two queries says so by an event, which ends the process when nobody listens.
		const lost = (error: Error) => void (broken = error);
		client.on('error', lost);
		try {
			await client.query(operation.mode === 'write' ? 'BEGIN' : 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ');
			const output = await operation.run(this.transaction(client), input);
			await client.query('COMMIT');
			return output;
		} catch (error) {
			await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
			throw error;
		} finally {
			client.off('error', lost);
			client.release(broken);
		}
	}

	private transaction(client: PoolClient): Tx {
		let instant: Promise<number> | undefined;
		const query = async (sql: string, params: object) => {
			const text = this.text(sql);
			return await client.query({ name: text.name, text: text.sql, values: text.values(params) });
		};
		return {
			dialect: 'postgres',
			storeId: this.id,
			now: () => (instant ??= readInstant(client)),
			all: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => (await query(plan.postgres, params)).rows as R[],
			first: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => (await query(plan.postgres, params)).rows[0] as R | undefined,
			run: async <P extends object>(plan: Plan<P>, params: P) => (await query(plan.postgres, params)).rowCount ?? 0,
			each: async <P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]) =>
				rows.length === 0 ? [] : ((await query(plan.postgres, { rows: JSON.stringify(rows) })).rows as R[]),
		};
	}

	private text(sql: string): Positional {
		let text = this.texts.get(sql);
		if (!text) {
			text = positional(sql, `cj${this.texts.size}`);
			this.texts.set(sql, text);
		}
		return text;
	}

	private async migrate(schema: string, testClock: StoreClock | undefined): Promise<string> {
		const client = await this.pool.connect();
		try {
			await client.query('BEGIN');
			await client.query("SELECT pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext($1))", [schema]);
			await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
			await client.query(MIGRATION_TABLE);
			await client.query(META_TABLE);
			const applied = (await client.query('SELECT version, checksum FROM schema_migration')).rows;
			const known = loadMigrations('postgres');
			const pending = pendingMigrations(known, applied, this.label);
			for (const migration of pending) {
				await client.query(migration.sql);
				await client.query('INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)', [migration.version, migration.name, migration.checksum]);
			}
			if (pending.length === known.length) {
				const meta = { store_id: randomUUID().slice(0, 8), secret: randomUUID() + randomUUID(), [CLOCK_KEY]: JSON.stringify(testClock ?? { mode: 'system' }), movable_clock: testClock ? '1' : '0' };
				for (const [key, value] of Object.entries(meta)) await client.query('INSERT INTO meta (key, value) VALUES ($1, $2)', [key, value]);
			}
			const { value } = (await client.query("SELECT value FROM meta WHERE key = 'store_id'")).rows[0];
			await client.query('COMMIT');
			return value;
		} catch (error) {
			await client.query('ROLLBACK').catch(() => undefined);
			throw error;
		} finally {
			client.release();
		}
	}

	private explain(error: unknown): unknown {
		if (error instanceof JourneyError || !isError(error)) return error;
		const code = (error as { code?: string }).code ?? '';
		if (code === '28P01' || code === '28000') {
			return new JourneyError('store_unavailable', `The customer store ${this.label} refused the user or password. Check the Customer Store credential.`);
		}
		if (code === '3D000') return new JourneyError('store_unavailable', `The customer store ${this.label}: the database does not exist. Create it or correct the Customer Store credential.`);
		if (code === '42501') return new JourneyError('store_unavailable', `The customer store ${this.label}: this user may not create or change tables there. Grant it CREATE on the database, or create the schema for it.`);
		if (isConnectionError(error)) {
			return new JourneyError('store_unavailable', `The customer store ${this.label} cannot be reached (${code || 'connection lost'}). Nothing was half-written; check that the server is running and try again.`);
		}
		return error;
	}
}

async function readInstant(client: PoolClient): Promise<number> {
	const { rows } = await client.query({
		name: 'cj_now',
		text: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, (SELECT value FROM meta WHERE key = '${CLOCK_KEY}') AS clock`,
	});
	return storeInstant(parseStoreClock(rows[0].clock), rows[0].ms);
}

/** Deadlock, serialisation failure, or no connection yet: nothing was committed, so the same operation may run again. */
function mayRetry(error: unknown): boolean {
	const code = (error as { code?: string }).code ?? '';
	return code === '40P01' || code === '40001' || code === 'ECONNREFUSED' || code === '57P03';
}

/** Also for errors of another realm, which is how jest's sandbox sees those of Node itself. */
function isError(error: unknown): error is Error {
	return error instanceof Error || kinds.isNativeError(error);
}

function isConnectionError(error: Error): boolean {
	const code = (error as { code?: string }).code ?? '';
	return /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|57P0|08)/.test(code) || /Connection terminated|timeout exceeded|Client has encountered a connection error/i.test(error.message);
}

function hostOf(url: string): string {
	try {
		return new URL(url).host;
	} catch {
		throw new JourneyError('bad_input', 'The PostgreSQL address cannot be read: write it as postgres://user:password@host:5432/database.', { field: 'url' });
	}
}
