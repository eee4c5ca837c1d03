import { DatabaseSync } from 'node:sqlite';
import { JourneyError } from '../../src/core/errors';
import { loadMigrations, pendingMigrations, type Migration } from '../../src/store/migrate';
import { deleteMany, insertMany, selectMany, updateMany } from '../../src/store/plan';
import { positional } from '../../src/store/postgres/positional';
import { Slots } from '../../src/store/postgres/slots';
import { Prepared } from '../../src/store/sqlite/prepared';

describe('Named parameters', () => {
	test('become numbers for PostgreSQL, the same name the same number; casts and quoted texts stay', () => {
		const { sql, values } = positional("SELECT :b::bigint, ':x', 'it''s :y', :a, :b", 'n');
		expect(sql).toBe("SELECT $1::bigint, ':x', 'it''s :y', $2, $1");
		expect(values({ a: 1, b: 2, c: 3 })).toEqual([2, 1]);
		expect(values({ b: undefined })).toEqual([null, null]);
	});

	test('of many rows become an array for each column, and lists become arrays, whatever stands in them', () => {
		const { columns, values } = positional('SELECT :a::bigint[], :b::text[]', 'n');
		const texts = ['plain', '', 'NULL', '{"x":"y\\\\z"}', 'a,b', "it's", ' ', null, undefined];
		expect(columns(texts.map((b, a) => ({ a, b })))).toEqual(['{0,1,2,3,4,5,6,7,8}', String.raw`{"plain","","NULL","{\"x\":\"y\\\\z\"}","a,b","it's"," ",NULL,NULL}`]);
		expect(values({ a: [1, -2.5], b: ['x"y'] })).toEqual(['{1,-2.5}', String.raw`{"x\"y"}`]);
	});

	test('hold no NUL character for PostgreSQL, which would refuse the whole statement', () => {
		const { columns, values } = positional('SELECT :a, :b::text[]', 'n');
		expect(values({ a: 'x\0y', b: ['\0', '{"z":"\\u0000"}'] })).toEqual(['x\uFFFDy', String.raw`{"\uFFFD","{\"z\":\"\\u0000\"}"}`.replace('\\uFFFD', '\uFFFD')]);
		expect(columns([{ a: 'p\0', b: 'q' }])).toEqual(['{"p\uFFFD"}', '{"q"}']);
	});

	test('of one row are values', () => {
		const { row } = positional('SELECT :a, :b, :c, :d', 'n');
		expect(row({ a: 1, b: "it's", c: undefined, d: ['x'] })).toEqual([1, "it's", null, '["x"]']);
	});

	test('tell which tables of the set-up a statement writes to, and whether it waits for a lock', () => {
		const told = (sql: string) => { const { writes, locks } = positional(sql, 'n'); return { writes, locks }; };
		expect(told('INSERT INTO journey (key) VALUES (:key) ON CONFLICT (key) DO UPDATE SET key = excluded.key')).toEqual({ writes: ['journey'], locks: false });
		expect(told('WITH rows AS (SELECT 1) UPDATE date_watch SET zone = :zone')).toEqual({ writes: ['date_watch'], locks: false });
		expect(told('DELETE FROM model WHERE name = :name')).toEqual({ writes: ['model'], locks: false });
		expect(told('INSERT INTO journey_step (key) SELECT key FROM journey')).toEqual({ writes: [], locks: false });
		expect(told('SELECT value FROM meta WHERE key = :key FOR UPDATE')).toEqual({ writes: [], locks: true });
	});

	test('are bound by place for SQLite: numbers, texts, lists as JSON, nothing as NULL', () => {
		const database = new DatabaseSync(':memory:');
		const statement = new Prepared(database, "SELECT :b AS b, ':b' AS text, :a AS a, :b AS again, :list AS list, :none AS none");
		expect({ ...(statement.get({ a: 'x', b: 2, list: [1, 'y'], none: undefined, more: 1 }) as object) }).toEqual({ b: 2, text: ':b', a: 'x', again: 2, list: '[1,"y"]', none: null });
		database.close();
	});

	test('rows have the columns of the table as it is, also once somebody else has given it more', () => {
		const database = new DatabaseSync(':memory:');
		database.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x')");
		const statement = new Prepared(database, 'SELECT t.*, 7 AS last FROM t');
		expect(statement.all({})).toEqual([{ a: 1, b: 'x', last: 7 }]);
		database.exec('ALTER TABLE t ADD COLUMN c TEXT');
		statement.get({});
		expect(statement.all({})).toEqual([{ a: 1, b: 'x', c: null, last: 7 }]);
		database.close();
	});

	test('which statements give rows', () => {
		const database = new DatabaseSync(':memory:');
		database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
		const gives = (sql: string) => new Prepared(database, sql).returnsRows;
		expect(['SELECT a FROM t', 'WITH x AS (SELECT 1) SELECT * FROM x', 'INSERT INTO t VALUES (:a, :b) RETURNING a', 'UPDATE t SET b = :b', 'DELETE FROM t'].map(gives)).toEqual([true, true, true, false, false]);
		database.close();
	});
});

test('bulk plans read the same in both dialects', () => {
	const columns = { a: 'bigint', b: 'text' } as const;
	expect(insertMany<{ a: number; b: string }>('t', columns, 'RETURNING a')).toMatchObject({
		sqlite: 'INSERT INTO t (a, b) VALUES (:a, :b) RETURNING a',
		postgres: 'WITH rows AS (SELECT * FROM unnest((SELECT :a::bigint[]), (SELECT :b::text[])) AS r(a, b)) INSERT INTO t (a, b) SELECT a, b FROM rows RETURNING a',
		postgresOne: 'INSERT INTO t (a, b) VALUES (:a, :b) RETURNING a',
	});
	expect(updateMany<{ a: number; b: string }>('t', columns, ['a']).sqlite.trim()).toBe('UPDATE t AS t SET b = :b WHERE t.a = :a');
	expect(selectMany<{ a: number }, { b: string }>('t.b', 't', { a: 'bigint' }).postgres).toContain('SELECT t.b FROM rows r JOIN t AS t ON t.a = r.a');
	expect(deleteMany<{ a: number }>('t', { a: 'bigint' }).sqlite).toBe('DELETE FROM t WHERE a = :a');
});

describe('Migrations', () => {
	const migration = (version: number): Migration => ({ version, name: `00${version}-x`, sql: '', checksum: `sum${version}` });
	const known = [1, 2, 3].map(migration);

	test('those still to run, in order', () => {
		expect(pendingMigrations(known, [], 's').map(({ version }) => version)).toEqual([1, 2, 3]);
		expect(pendingMigrations(known, [migration(1), migration(2)], 's').map(({ version }) => version)).toEqual([3]);
		expect(pendingMigrations(known, known, 's')).toEqual([]);
	});

	test('a newer store and a changed step are refused by name', () => {
		expect(() => pendingMigrations(known, [...known, migration(4)], 'embedded "x"')).toThrow(/embedded "x" has schema 4, newer .* understands \(3\)/);
		expect(() => pendingMigrations(known, [{ ...migration(2), checksum: 'other' }], 's')).toThrow(JourneyError);
	});

	test('both databases have the same steps and the same tables and columns', () => {
		const [sqlite, postgres] = [loadMigrations('sqlite'), loadMigrations('postgres')];
		expect(sqlite.map(({ name }) => name)).toEqual(postgres.map(({ name }) => name));
		// What an index holds beside its key is a matter of PostgreSQL: to SQLite it would be a part of the key.
		const shapeOf = (steps: Migration[]) => [...lastOfEach(steps)].map(([text, what, name]) => `${what} ${name} ${text.replace(/ INCLUDE \([^)]*\)/, '').replace(/\bWITHOUT ROWID|COLLATE "C"|GENERATED ALWAYS AS IDENTITY| AUTOINCREMENT/g, '').replace(/BYTEA/g, 'BLOB').replace(/BIGINT|DOUBLE PRECISION|INTEGER|REAL/g, 'N').replace(/\s+/g, ' ').trim()}`);
		expect(shapeOf(sqlite).sort()).toEqual(shapeOf(postgres).sort());
	});

	/** As they are in the end: an index may have been made anew. */
	function lastOfEach(steps: Migration[]): RegExpExecArray[] {
		const made = new Map<string, RegExpExecArray>();
		const text = steps.map(({ sql }) => sql).join('\n').replace(/--.*$/gm, '');
		for (const found of text.matchAll(/(?:CREATE (?:UNIQUE )?|DROP )(TABLE|INDEX) (\w+)[^;]*/g)) {
			if (found[0].startsWith('DROP')) made.delete(`${found[1]} ${found[2]}`);
			else made.set(`${found[1]} ${found[2]}`, found);
		}
		return [...made.values()];
	}
});

describe('Slots', () => {
	test('give as many places as there are, in the order of asking', async () => {
		const slots = new Slots(2);
		const order: number[] = [];
		const asked = [1, 2, 3, 4].map((one) => slots.take().then(() => order.push(one)));
		await Promise.all(asked.slice(0, 2));
		expect(order).toEqual([1, 2]);
		slots.give();
		await asked[2];
		expect(order).toEqual([1, 2, 3]);
		slots.give();
		await asked[3];
	});

	test('those who wait share the fate of the one before them; later ones ask anew', async () => {
		const slots = new Slots(1);
		await slots.take();
		const waiting = slots.take();
		slots.refuseWaiting(new Error('away'));
		await expect(waiting).rejects.toThrow('away');
		slots.give();
		await slots.take();
	});
});
