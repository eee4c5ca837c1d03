import { ROWS_TOGETHER, type AlikeRows, type BulkPlan, type GroupedRows, type ListPlan, type ListType, type Plan, type Row, type ShopPlan, type ShopTable } from './port';

/** One text that both databases understand. */
export function both<P extends object = Row, R extends object = Row>(sql: string): Plan<P, R> {
	return { sqlite: sql, postgres: sql };
}

/** A statement whose best form differs. */
export function per<P extends object = Row, R extends object = Row>(sql: { sqlite: string; sqliteThen?: string; postgres: string }): Plan<P, R> {
	return sql;
}

/** A statement that goes through a list kept in a row. */
export function ofList<P extends object = Row, R extends object = Row>(sql: ListPlan<P, R>): ListPlan<P, R> {
	return sql;
}

/** A statement that reads how the shop is set up. */
export function ofShop<P extends object = Row, R extends object = Row>(reads: ShopTable, { sqlite, postgres }: Plan<P, R>): ShopPlan<P, R> {
	return { sqlite, postgres, reads };
}

/** PostgreSQL types of the columns of a bulk statement's rows; SQLite needs none. */
export type ColumnTypes<P> = { readonly [K in keyof P & string]: 'bigint' | 'text' | 'integer' | 'double precision' };

/**
 * A bulk statement written by hand; in the PostgreSQL text, `rows` is a table of the parameter rows.
 * @param sql.one the same for one row, in PostgreSQL
 */
export function bulk<P extends object, R extends object = Row>(
	columns: ColumnTypes<P>,
	{ sqlite, postgres, one }: { sqlite: string; postgres: string; one?: string },
): BulkPlan<P, R> {
	return { bulk: true, sqlite, postgres: `${rowsTable(columns)} ${postgres}`, ...(one !== undefined && { postgresOne: one }) };
}

/** One whose text for a single row both databases understand. */
function plain<P extends object, R extends object>(columns: ColumnTypes<P>, { one, postgres }: { one: string; postgres: string }): BulkPlan<P, R> {
	return bulk<P, R>(columns, { sqlite: one, postgres, one });
}

/** INSERT of many rows. @param tail `ON CONFLICT ...` and `RETURNING ...`, the same in both dialects */
export function insertMany<P extends object, R extends object = Row>(
	table: string,
	columns: ColumnTypes<P>,
	tail = '',
): BulkPlan<P, R> {
	const names = Object.keys(columns);
	return plain(columns, {
		one: `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')}) ${tail}`,
		postgres: `INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM rows ${tail}`,
	});
}

/**
 * INSERT of many rows that have most of their values in common, as those of a mailing have: these are sent, read and bound
 * once. Rows that differ in more are written as `insertMany` writes them, and rows that are new without the tail.
 * @param own the columns that differ from row to row; several such lists: the shortest first that may do
 * @param tail `ON CONFLICT ...`, the same in both dialects @param options `inOrder`: rows are numbered in the order given
 */
export function insertAlike<P extends object>(table: string, columns: ColumnTypes<P>, own: readonly (readonly (keyof P & string)[])[], tail: string, options: Partial<Pick<AlikeRows, 'inOrder'>> = {}): BulkPlan<P> {
	const insert = (end: string) => ({ ...insertMany<P>(table, columns, end), alike: own.map((names) => alikeInsert(table, columns, names, end, options)) });
	return { ...insert(tail), asNew: insert('') };
}

function alikeInsert<P extends object>(table: string, columns: ColumnTypes<P>, own: readonly (keyof P & string)[], tail: string, options: Partial<Pick<AlikeRows, 'inOrder'>>): AlikeRows {
	const shared = (Object.keys(columns) as (keyof P & string)[]).filter((name) => !own.includes(name));
	const into = `INSERT INTO ${table} (${[...shared, ...own].join(', ')})`;
	const oneRow = `(${own.map(() => '?').join(', ')})`;
	const types: Readonly<Record<string, string>> = columns;
	return {
		shared,
		own,
		inOrder: options.inOrder === true,
		sqlite: `${into} SELECT ${shared.map((name) => `s.${name}`).join(', ')}, ${own.map((_name, place) => `r.column${place + 1}`).join(', ')} FROM (SELECT ${shared.map((name) => `? AS ${name}`).join(', ')}) s CROSS JOIN (VALUES ${Array.from({ length: ROWS_TOGETHER }, () => oneRow).join(', ')}) r WHERE true ${tail}`,
		postgres: `${rowsTable(Object.fromEntries(own.map((name) => [name, types[name]])))} ${into} SELECT ${shared.map((name) => `:${name}::${types[name]}`).join(', ')}, ${own.map((name) => `r.${name}`).join(', ')} FROM rows r ${tail}`,
	};
}

/** SELECT by key for many keys: point look-ups in SQLite, a join in PostgreSQL. */
export function selectMany<P extends object, R extends object>(select: string, table: string, keys: ColumnTypes<P>): BulkPlan<P, R> {
	const names = Object.keys(keys);
	return plain(keys, {
		one: `SELECT ${select} FROM ${table} AS t WHERE ${names.map((name) => `t.${name} = :${name}`).join(' AND ')}`,
		postgres: `SELECT ${select} FROM rows r JOIN ${table} AS t ON ${names.map((name) => `t.${name} = r.${name}`).join(' AND ')}`,
	});
}

/**
 * SELECT by one column for a list of its values, each named once (`t` is the table): in SQLite a fifth of the time of as
 * many look-ups one by one, and in PostgreSQL, which goes through the index once for all, a third. There the list's length
 * is not seen when the plan is made (rowsTable).
 * @param list the parameter that holds the values: `ids` numbers, `keys` texts
 * @param rest further conditions and the order
 */
export function selectByList<P extends { ids: number[] } | { keys: string[] }, R extends object>(list: (keyof P & string) & ('ids' | 'keys'), select: string, table: string, column: string, rest = ''): Plan<P, R> {
	return {
		sqlite: `SELECT ${select} FROM json_each(:${list}) j CROSS JOIN ${table} t ON t.${column} = j.value ${rest}`,
		postgres: `SELECT ${select} FROM ${table} t WHERE t.${column} = ${ANY_OF[list]} ${rest}`,
	};
}

/**
 * A SELECT whose rows have most of their values in common, or are many and short, for as many as a mailing has.
 * @param own the columns that differ from row to row, with their types; those that may be NULL end with `?`, the first never is
 */
export function inGroups<P extends object, R extends object>(plan: Plan<P, R>, list: GroupedRows['list'], shared: readonly (keyof R & string)[], own: Readonly<Partial<Record<keyof R & string, ListType | `${ListType}?`>>>): Plan<P, R> {
	const columns = Object.entries(own).map(([name, type]) => ({ name, type: (type as string).replace('?', '') as ListType, mayBeNull: (type as string).endsWith('?') }));
	const lists = columns.map(({ name, type, mayBeNull }) => `${type === 'bigint' ? 'array_agg' : 'json_agg'}(t.${name})${mayBeNull ? ` FILTER (WHERE t.${name} IS NOT NULL)` : ''}::text`);
	// Where nothing is shared all rows are one group; without rows there is none.
	const groups = [...shared.map((name) => `t.${name}`), ...columns.flatMap(({ name, mayBeNull }, place) => (mayBeNull || place === 0 ? [`t.${name} IS NULL`] : []))];
	const postgres = `SELECT ${[...shared.map((name) => `t.${name}`), ...lists].join(', ')} FROM (${plan.postgres}) t GROUP BY ${groups.join(', ')}`;
	return { ...plan, grouped: { postgres, list, shared, own: columns.map(({ name, type }) => ({ name, type })) } };
}

/** The list of numbers `:ids`, where PostgreSQL is to look each up by an index whatever it thinks of a table. */
export const ANY_OF_IDS = 'ANY((SELECT :ids::bigint[])::bigint[])';

const ANY_OF = { ids: ANY_OF_IDS, keys: 'ANY((SELECT :keys::text[])::text[])' };

/** UPDATE of many rows by key; a compare-and-swap puts the expected `row_version` among the keys. */
export function updateMany<P extends object, R extends object = Row>(
	table: string,
	columns: ColumnTypes<P>,
	keys: readonly (keyof P & string)[],
	tail = '',
): BulkPlan<P, R> {
	const set = Object.keys(columns).filter((name) => !keys.includes(name as keyof P & string));
	return plain(columns, {
		one: `UPDATE ${table} AS t SET ${set.map((name) => `${name} = :${name}`).join(', ')} WHERE ${keys.map((key) => `t.${key} = :${key}`).join(' AND ')} ${tail}`,
		postgres: `UPDATE ${table} AS t SET ${set.map((name) => `${name} = r.${name}`).join(', ')} FROM rows r WHERE ${keys.map((key) => `t.${key} = r.${key}`).join(' AND ')} ${tail}`,
	});
}

/** DELETE of many rows by key. */
export function deleteMany<P extends object>(table: string, keys: ColumnTypes<P>): BulkPlan<P> {
	return plain(keys, deletion(table, Object.keys(keys)));
}

/** DELETE of many rows by key; gives the keys of those that were there: whoever deletes a row has won it. */
export function takeMany<P extends object>(table: string, keys: ColumnTypes<P>): BulkPlan<P, P> {
	const names = Object.keys(keys);
	const { one, postgres } = deletion(table, names);
	return plain(keys, { one: `${one} RETURNING ${names.join(', ')}`, postgres: `${postgres} RETURNING ${names.map((name) => `t.${name}`).join(', ')}` });
}

function deletion(table: string, names: readonly string[]): { one: string; postgres: string } {
	return {
		one: `DELETE FROM ${table} WHERE ${names.map((name) => `${name} = :${name}`).join(' AND ')}`,
		postgres: `DELETE FROM ${table} AS t USING rows r WHERE ${names.map((name) => `t.${name} = r.${name}`).join(' AND ')}`,
	};
}

/**
 * One array a column: PostgreSQL reads them several times as fast as an array of JSON objects. Each stands in a query of its
 * own, so that its length is not seen when the plan is made: for a thousand rows, reading a whole table of a hundred
 * thousand seems cheaper than a thousand look-ups, and is not.
 */
function rowsTable(columns: Readonly<Record<string, string>>): string {
	const names = Object.keys(columns);
	return `WITH rows AS (SELECT * FROM unnest(${names.map((name) => `(SELECT :${name}::${columns[name]}[])`).join(', ')}) AS r(${names.join(', ')}))`;
}
