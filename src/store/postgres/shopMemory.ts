import type { PoolClient } from 'pg';
import { SHOP_TABLES, type Row, type ShopTable } from '../port';
import type { Conversation } from './conversation';
import { positional, type Positional } from './positional';

type Versions = ReadonlyMap<ShopTable, string>;
type Rows = readonly Readonly<Row>[];

const KEPT = 500;
/**
 * Which versions of which rows a table has, as one number: every write makes a version of its own, by the transaction that
 * wrote it and its place. So nobody who writes has to say so, none waits for another, and a rollback leaves no trace.
 */
const versionOf = (table: ShopTable) => `(SELECT hashtextextended(string_agg(concat(tableoid, ctid, xmin), ' '), 0)::text FROM ${table})`;
// Without parameters: planned once a connection.
const VERSIONS = positional(`SELECT ${SHOP_TABLES.map((table) => `${versionOf(table)} AS ${table}`).join(', ')}`, 'cj_shop');

/** What a connection has read of how the shop is set up. It is gone with the connection: a server put back to a former state begins anew. */
class Memory {
	private readonly rows = new Map<string, { version: string; rows: Rows }>();

	get(name: string, version: string): Rows | undefined {
		const known = this.rows.get(name);
		return known?.version === version ? known.rows : undefined;
	}

	keep(name: string, version: string, rows: Rows): void {
		if (this.rows.size >= KEPT && !this.rows.has(name)) this.rows.clear();
		this.rows.set(name, { version, rows });
	}
}

const memories = new WeakMap<PoolClient, Memory>();

/** How the shop is set up, as one transaction sees it. */
export class ShopLook {
	private readonly memory: Memory;
	private readonly written = new Set<ShopTable>();
	private versions: Promise<Versions> | undefined;

	constructor(private readonly conversation: Conversation) {
		let memory = memories.get(conversation.client);
		if (!memory) memories.set(conversation.client, (memory = new Memory()));
		this.memory = memory;
	}

	look(): Promise<Versions> {
		this.versions ??= this.conversation.query(VERSIONS, []).then(({ rows }) => new Map(Object.entries(rows[0] as Record<ShopTable, string | null>).map(([table, version]) => [table as ShopTable, version ?? 'empty'])));
		// Whoever asks for rows hears of a failure.
		this.versions.catch(() => undefined);
		return this.versions;
	}

	/** Of a statement of this transaction that goes out now: what it writes nobody else may see yet, and after a lock others' work is seen. */
	hear({ writes, locks }: Positional): void {
		for (const table of writes) this.written.add(table);
		if (locks) this.versions = undefined;
	}

	async rows(table: ShopTable, text: Positional, values: unknown[]): Promise<Rows> {
		const read = async () => (await this.conversation.query(text, values)).rows as Row[];
		if (this.written.has(table)) return await read();
		const version = (await this.look()).get(table) as string;
		const name = `${text.name} ${JSON.stringify(values)}`;
		const known = this.memory.get(name, version);
		if (known) return known;
		const rows = (await read()).map((row) => Object.freeze(row));
		// Rows that are newer than the version are only read once more.
		if (!this.written.has(table)) this.memory.keep(name, version, rows);
		return rows;
	}
}
