import type { PoolClient } from 'pg';
import { JourneyError } from '../../core/errors';
import type { Columns, FileContent, FileTable } from '../sqlite/fileContent';

export interface TakenOver {
	table: string;
	rows: number;
}

/** What a new store has of its own: the schema stays, the rest gives way to that of the file. */
const SCHEMA_TABLE = 'schema_migration';
const OWN_TABLE = 'meta';

/**
 * Fills a new store with everything from a file, in the caller's transaction: rows keep their numbers, the store its id and its secret,
 * so that customers keep their places and links in mails that were sent go on working.
 * @throws JourneyError `bad_input` where the store is not empty
 */
export async function takeOver(client: PoolClient, schema: string, label: string, content: FileContent): Promise<TakenOver[]> {
	const tables = content.tables().filter(({ name }) => name !== SCHEMA_TABLE);
	await client.query(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} IN ACCESS EXCLUSIVE MODE`);
	for (const { name } of tables) {
		if (name === OWN_TABLE) continue;
		const { rows } = await client.query(`SELECT EXISTS (SELECT 1 FROM ${quoted(name)}) AS used`);
		if (rows[0].used) throw new JourneyError('bad_input', `The store ${label} is in use already (table ${name}): a move needs a new store. Name another database, or another schema by adding ?schema=name to its address. Nothing was changed.`, { table: name });
	}
	await client.query(`DELETE FROM ${OWN_TABLE}`);
	const types = await columnTypes(client, schema);
	const taken: TakenOver[] = [];
	for (const table of tables) {
		const insert = insertOf(table, types);
		let rows = 0;
		for (const page of content.pages(table)) rows += (await client.query(insert, page.map(asArray))).rowCount ?? 0;
		taken.push({ table: table.name, rows });
	}
	await continueNumbers(client, schema, content);
	return taken;
}

/** Type of each column by `table.column`, in PostgreSQL's own words. */
async function columnTypes(client: PoolClient, schema: string): Promise<Map<string, string>> {
	const { rows } = await client.query('SELECT table_name, column_name, udt_name FROM information_schema.columns WHERE table_schema = $1', [schema]);
	return new Map(rows.map((row: Record<string, string>) => [`${row.table_name}.${row.column_name}`, row.udt_name]));
}

/** One list a column: a page of rows is one value a column, whatever their number. */
function insertOf({ name, columns }: FileTable, types: ReadonlyMap<string, string>): string {
	const typed = columns.map((column) => ({ column: quoted(column), type: types.get(`${name}.${column}`) as string }));
	// Customers of a batch are rows here and the same as JSON in a file.
	const isRows = (type: string) => type === '_released_wait';
	const values = typed.map(({ column, type }) => (isRows(type) ? `ARRAY(SELECT w FROM json_populate_recordset(NULL::released_wait, ${column}::json) AS w)` : column));
	const lists = typed.map(({ type }, place) => `$${place + 1}::${isRows(type) ? 'text' : type}[]`);
	const names = typed.map(({ column }) => column).join(', ');
	return `INSERT INTO ${quoted(name)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')} FROM unnest(${lists.join(', ')}) AS page(${names})`;
}

function asArray(column: Columns[number]): unknown[] {
	return column.map((value) => (value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value));
}

/** New rows get numbers after those that were ever given, also to rows that are gone since. */
async function continueNumbers(client: PoolClient, schema: string, content: FileContent): Promise<void> {
	const { rows } = await client.query("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = $1 AND is_identity = 'YES'", [schema]);
	for (const { table_name: table, column_name: column } of rows as Record<string, string>[]) {
		const highest = await client.query(`SELECT greatest(max(${quoted(column)}), $1::bigint) AS last FROM ${quoted(table)}`, [content.lastNumber(table)]);
		if (highest.rows[0].last > 0) await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', [`${quoted(schema)}.${quoted(table)}`, column, highest.rows[0].last]);
	}
}

const quoted = (name: string) => `"${name}"`;
