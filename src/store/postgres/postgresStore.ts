import { JourneyError } from '../../core/errors';
import { operations, type OperationInput, type OperationName, type OperationOutput } from '../../operations';
import { alikeOf } from '../alikeRows';
import type { BulkPlan, ListPlan, Operation, Plan, Row, ShopPlan, Tx } from '../port';
import type { Store } from '../Store';
import type { FileContent } from '../sqlite/fileContent';
import { CLOCK_KEY, parseStoreClock, storeInstant, type StoreClock } from '../storeClock';
import { beginOf, WRITE } from './begin';
import { Connections, type ConnectionOptions } from './connections';
import type { Conversation } from './conversation';
import { MANY, rowsOf } from './groupedRows';
import { positional, type Positional } from './positional';
import { migrateSchema } from './schema';
import { ShopLook } from './shopMemory';
import { takeOver, type TakenOver } from './takeOver';

export interface PostgresOptions extends ConnectionOptions {
	schema?: string;
	testClock?: StoreClock;
}

/** The texts of a statement for many rows. */
type Said = Pick<BulkPlan, 'postgres' | 'postgresOne' | 'alike'>;

/** The store on PostgreSQL: several n8n processes and hosts may share it. */
export class PostgresStore implements Store {
	readonly kind = 'postgres';
	private readonly texts = new Map<string, Positional>();

	private constructor(
		private readonly connections: Connections,
		private readonly schema: string,
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
			const storeId = await connections.transaction(WRITE, ({ client }) => migrateSchema(client, schema, label, testClock));
			return new PostgresStore(connections, schema, label, storeId);
		} catch (error) {
			await connections.close();
			throw error;
		}
	}

	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		const operation = operations[name] as unknown as Operation<OperationInput<K>, OperationOutput<K>>;
		return this.connections.transaction(beginOf(operation), (conversation) => operation.run(this.transaction(conversation), input));
	}

	/**
	 * Fills this store, which must be new, with everything from a file. From then on it has the id of that store: open it anew.
	 * @throws JourneyError `bad_input` where it is in use
	 */
	async takeOver(content: FileContent): Promise<TakenOver[]> {
		const taken = await this.connections.transaction(WRITE, ({ client }) => takeOver(client, this.schema, this.label, content));
		// So many rows at once: what the database knows of their number is of the empty tables.
		await this.connections.transaction(WRITE, ({ client }) => client.query('ANALYZE'));
		return taken;
	}

	close(): Promise<void> {
		return this.connections.close();
	}

	private transaction(conversation: Conversation): Tx {
		let instant: Promise<number> | undefined;
		const shop = new ShopLook(conversation);
		const ask = async (text: Positional, values: unknown[]) => {
			shop.hear(text);
			return await conversation.query(text, values);
		};
		const query = async (sql: string, params: object) => {
			const text = this.text(sql);
			return await ask(text, text.values(params));
		};
		const bulk = async (plan: Pick<BulkPlan, 'postgres' | 'postgresOne'>, rows: readonly object[]) => await ask(...this.bulk(plan, rows));
		const send = (plan: Said, rows: readonly object[]) => {
			for (const [text, values] of this.said(plan, rows)) {
				shop.hear(text);
				conversation.send(text, values);
			}
		};
		return {
			dialect: 'postgres',
			soleWriter: false,
			lists: {
				all: async <P extends object, R extends object>(plan: ListPlan<P, R>, params: P) => (await query(plan.postgres, params)).rows as R[],
				run: async <P extends object>(plan: ListPlan<P>, params: P) => (await query(plan.postgres, params)).rowCount ?? 0,
			},
			storeId: this.storeId,
			now: () => (instant ??= readInstant(conversation)),
			glance: () => instant ?? readInstant(conversation),
			all: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => {
				const { grouped } = plan;
				if (!grouped || ((params as Row)[grouped.list] as unknown[]).length < MANY) return (await query(plan.postgres, params)).rows as R[];
				const text = this.text(grouped.postgres);
				shop.hear(text);
				return rowsOf(grouped, await conversation.lists(text, text.values(params))) as R[];
			},
			first: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => (await query(plan.postgres, params)).rows[0] as R | undefined,
			run: async <P extends object>(plan: Plan<P>, params: P) => (await query(plan.postgres, params)).rowCount ?? 0,
			change: async <P extends object>(plan: BulkPlan<P>, rows: readonly P[]) => {
				const results = await Promise.all(this.said(plan, rows).map(([text, values]) => ask(text, values)));
				return results.reduce((changed, { rowCount }) => changed + (rowCount ?? 0), 0);
			},
			each: async <P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]) =>
				rows.length === 0 ? [] : ((await bulk(plan, rows)).rows as R[]),
			send,
			add: (plan, rows) => send(plan.asNew && conversation.trust() ? plan.asNew : plan, rows),
			shopRows: async <P extends object, R extends object>(plan: ShopPlan<P, R>, params: P) => {
				const text = this.text(plan.postgres);
				return (await shop.rows(plan.reads, text, text.values(params))) as readonly R[];
			},
			lookAtShop: () => void shop.look(),
		};
	}

	/** Rows that are alike are said group by group, with what a group has in common named once. */
	private said(plan: Said, rows: readonly object[]): [Positional, unknown[]][] {
		if (rows.length === 0) return [];
		const alike = plan.alike && alikeOf(rows, plan.alike);
		if (!alike) return [this.bulk(plan, rows)];
		const text = this.text(alike.as.postgres);
		return alike.groups.map((group) => [text, text.columns(group, alike.as.shared)]);
	}

	private bulk({ postgres, postgresOne }: Pick<BulkPlan, 'postgres' | 'postgresOne'>, rows: readonly object[]): [Positional, unknown[]] {
		const isOne = rows.length === 1 && postgresOne !== undefined;
		const text = this.text(isOne ? postgresOne : postgres);
		return [text, isOne ? text.row(rows[0]) : text.columns(rows)];
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

const CLOCK = positional(`SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, (SELECT value FROM meta WHERE key = '${CLOCK_KEY}') AS clock`, 'cj_now');

async function readInstant(conversation: Conversation): Promise<number> {
	const { rows } = await conversation.query(CLOCK, []);
	return storeInstant(parseStoreClock(rows[0].clock), rows[0].ms);
}

function hostOf(url: string): string {
	try {
		return new URL(url).host;
	} catch {
		throw new JourneyError('bad_input', 'The PostgreSQL address cannot be read: write it as postgres://user:password@host:5432/database.', { field: 'url' });
	}
}
