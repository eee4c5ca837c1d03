import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { StoreLocation } from '../../src/store/open';

export type Dump = Record<string, Record<string, unknown>[]>;

/** All rows of all tables, in the order of their content, so that two stores can be compared. */
export async function dumpStore(location: StoreLocation): Promise<Dump> {
	const { tables, rows } = await readAll(location);
	// SQLite's rows have no prototype.
	return Object.fromEntries(tables.map((table, index) => [table, rows[index].map((row) => ({ ...row })).sort(byContent)]));
}

/**
 * The content of a store without what differs from one making to the next: its own id and secret, what is kept beside the rows
 * to find and compute them quicker, the names of import runs, and the numbers of rows (PostgreSQL skips some), in whose place stands what they lead to.
 */
export async function contentOf(location: StoreLocation): Promise<Dump> {
	const { meta: _meta, schema_migration: _migrations, customer_change: _changes, column_segment: _columns, ...tables } = await dumpStore(location);
	const customers = new Map(tables.customer.map((row) => [String(row.id), row.key]));
	const orders = new Map(tables.orders.map((row) => [String(row.id), `${row.kind as string} ${row.source as string}/${row.order_id as string}`]));
	const leadsTo: Record<string, Map<string, unknown>> = { customer_id: customers, order_ref: orders, refund_of: orders };
	const numbers = new Set(['id', 'seq', 'import_run']);
	const named = (row: Record<string, unknown>) =>
		Object.fromEntries(Object.entries(row).flatMap(([column, value]) => (numbers.has(column) ? [] : [[column, value === null ? null : (leadsTo[column]?.get(String(value)) ?? value)]])));
	return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.map(named).sort(byContent)]));
}

/** Every value that a person could read in the store, one text. */
export async function everyText(location: StoreLocation): Promise<string> {
	return JSON.stringify(await dumpStore(location));
}

async function readAll(location: StoreLocation): Promise<{ tables: string[]; rows: Record<string, unknown>[][] }> {
	return location.kind === 'postgres' ? await readPostgres(location.url, location.schema as string) : readSqlite((location as { file: string }).file);
}

function readSqlite(file: string) {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").all().map((row) => String(row.name));
		return { tables, rows: tables.map((table) => database.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]) };
	} finally {
		database.close();
	}
}

async function readPostgres(url: string, schema: string) {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		const tables = (await client.query<{ name: string }>('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY tablename', [schema])).rows.map(({ name }) => name);
		const rows: Record<string, unknown>[][] = [];
		for (const table of tables) rows.push((await client.query(`SELECT ${table === 'release_batch' ? '*, array_to_json(items)::text AS items' : '*'} FROM ${schema}."${table}"`)).rows);
		return { tables, rows };
	} finally {
		await client.end();
	}
}

function byContent(a: object, b: object): number {
	const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
	return x < y ? -1 : x > y ? 1 : 0;
}
