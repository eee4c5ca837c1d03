import type { PoolClient } from 'pg';
import { JourneyError } from '../../core/errors';
import { operations, type OperationInput, type OperationName, type OperationOutput } from '../../operations';
import type { BulkPlan, Operation, Plan, Tx } from '../port';
import type { Store } from '../Store';
import { CLOCK_KEY, parseStoreClock, storeInstant, type StoreClock } from '../storeClock';
import { Connections, type ConnectionOptions } from './connections';
import { positional, type Positional } from './positional';
import { migrateSchema } from './schema';

export interface PostgresOptions extends ConnectionOptions {
	schema?: string;
	testClock?: StoreClock;
}

const BEGIN = {
	write: 'BEGIN',
	read: 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ',
};

/** The store on PostgreSQL: several n8n processes and hosts may share it. */
export class PostgresStore implements Store {
	readonly kind = 'postgres';
	private readonly texts = new Map<string, Positional>();

	private constructor(
		private readonly connections: Connections,
		readonly label: string,
		readonly storeId: string,
	) {}

	/** @throws JourneyError `store_unavailable` when the server cannot be reached, `bad_input` for an unusable schema name */
	static async open({ schema: wanted, testClock, ...options }: PostgresOptions): Promise<PostgresStore> {
		const schema = wanted || 'customer_journeys';
		if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
			throw new JourneyError('bad_input', `The schema name "${schema}" cannot be used: write lower-case letters, digits and _ only, not starting with a digit.`, { field: 'schema' });
		}
		const label = `PostgreSQL "${schema}" at ${hostOf(options.url)}`;
		const connections = new Connections(options, schema, label);
		try {
			const storeId = await connections.transaction(BEGIN.write, (client) => migrateSchema(client, schema, label, testClock));
			return new PostgresStore(connections, label, storeId);
		} catch (error) {
			await connections.close();
			throw error;
		}
	}

	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		const operation = operations[name] as unknown as Operation<OperationInput<K>, OperationOutput<K>>;
		return this.connections.transaction(BEGIN[operation.mode], (client) => operation.run(this.transaction(client), input));
	}

	close(): Promise<void> {
		return this.connections.close();
	}

	private transaction(client: PoolClient): Tx {
		let instant: Promise<number> | undefined;
		const query = async (sql: string, params: object) => {
			const text = this.text(sql);
			return await client.query({ name: text.name, text: text.sql, values: text.values(params) });
		};
		const bulk = async (sql: string, rows: readonly object[]) => {
			const text = this.text(sql);
			return await client.query({ name: text.name, text: text.sql, values: text.columns(rows) });
		};
		return {
			dialect: 'postgres',
			storeId: this.storeId,
			now: () => (instant ??= readInstant(client)),
			glance: () => instant ?? readInstant(client),
			all: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => (await query(plan.postgres, params)).rows as R[],
			first: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => (await query(plan.postgres, params)).rows[0] as R | undefined,
			run: async <P extends object>(plan: Plan<P>, params: P) => (await query(plan.postgres, params)).rowCount ?? 0,
			change: async <P extends object>(plan: BulkPlan<P>, rows: readonly P[]) =>
				rows.length === 0 ? 0 : ((await bulk(plan.postgres, rows)).rowCount ?? 0),
			each: async <P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]) =>
				rows.length === 0 ? [] : ((await bulk(plan.postgres, rows)).rows as R[]),
		};
	}

	/** The same text gets the same name on every connection, which keeps it prepared: as many as there are plans. */
	private text(sql: string): Positional {
		let text = this.texts.get(sql);
		if (!text) {
			text = positional(sql, `cj${this.texts.size}`);
			this.texts.set(sql, text);
		}
		return text;
	}
}

async function readInstant(client: PoolClient): Promise<number> {
	const { rows } = await client.query({
		name: 'cj_now',
		text: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, (SELECT value FROM meta WHERE key = '${CLOCK_KEY}') AS clock`,
	});
	return storeInstant(parseStoreClock(rows[0].clock), rows[0].ms);
}

function hostOf(url: string): string {
	try {
		return new URL(url).host;
	} catch {
		throw new JourneyError('bad_input', 'The PostgreSQL address cannot be read: write it as postgres://user:password@host:5432/database.', { field: 'url' });
	}
}
