import { DatabaseSync } from 'node:sqlite';
import { alikeOf } from '../../src/store/alikeRows';
import { insertAlike } from '../../src/store/plan';
import { ROWS_TOGETHER, type AlikeRows, type BulkPlan } from '../../src/store/port';
import { positional } from '../../src/store/postgres/positional';

interface Row {
	id: number;
	kind: string;
	at: number | null;
}

const columnTypes = { id: 'bigint', kind: 'text', at: 'bigint' } as const;
const waysOf = (...own: ('id' | 'kind')[][]) => insertAlike<Row>('t', columnTypes, own, 'ON CONFLICT (id) DO NOTHING').alike as readonly AlikeRows[];
const [alike] = waysOf(['id']);
const groupsOf = (asked: readonly Row[], as: AlikeRows) => alikeOf(asked, [as])?.groups;
const rows = (...kinds: string[]): Row[] => kinds.map((kind, id) => ({ id, kind, at: null }));
const many = (count: number, kindOf: (place: number) => string): Row[] => rows(...Array.from({ length: count }, (_, place) => kindOf(place)));
const kinds = (groups: Row[][] | undefined) => groups?.map((group) => `${group[0].kind} ${group.length}`);

describe('Rows that are alike', () => {
	test('come together, wherever they stand', () => {
		expect(kinds(groupsOf(many(40, (place) => ['a', 'b', 'a'][place % 3]), alike))).toEqual(['a 27', 'b 13']);
	});

	test('where the order matters, come together as long as nothing else comes between', () => {
		expect(kinds(groupsOf(many(40, (place) => (place === 20 ? 'b' : 'a')), { ...alike, inOrder: true }))).toEqual(['a 20', 'b 1', 'a 19']);
		expect(groupsOf(many(40, (place) => ['a', 'b'][place % 2]), { ...alike, inOrder: true })).toBeUndefined();
	});

	test('few rows, and rows with little in common, are left as they are', () => {
		expect(groupsOf(many(19, () => 'a'), alike)).toBeUndefined();
		expect(groupsOf(many(40, (place) => `k${place % 9}`), alike)).toBeUndefined();
		expect(groupsOf(many(40, (place) => `k${place % 8}`), alike)).toHaveLength(8);
	});

	test('are told with as much in common as they have', () => {
		const ways = waysOf(['id'], ['id', 'kind']);
		const ownOf = (asked: readonly Row[]) => alikeOf(asked, ways)?.as.own;
		expect(ownOf(many(40, (place) => `k${place % 8}`))).toEqual(['id']);
		expect(ownOf(many(40, (place) => `k${place % 9}`))).toEqual(['id', 'kind']);
		expect(ownOf(many(40, () => 'a').map((row, at) => ({ ...row, at })))).toBeUndefined();
	});

	test('every shared column tells them apart, and nothing is not the same as a number', () => {
		expect(groupsOf([...many(20, () => 'a'), { id: 20, kind: 'a', at: 0 }], alike)).toHaveLength(2);
	});
});

describe('A statement for rows that are alike', () => {
	test('writes in SQLite what single statements write', () => {
		const database = new DatabaseSync(':memory:');
		database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER)');
		database.prepare(alike.sqlite).run('a', 7, ...Array.from({ length: ROWS_TOGETHER }, (_, id) => id));
		// A second time nothing happens: the end of the statement holds as well.
		database.prepare(alike.sqlite).run('b', 8, ...Array.from({ length: ROWS_TOGETHER }, (_, id) => id));
		expect(database.prepare('SELECT min(id) AS first, max(id) AS last, count(*) AS count, min(kind) AS kind, max(at) AS at FROM t').get()).toEqual({ first: 0, last: ROWS_TOGETHER - 1, count: ROWS_TOGETHER, kind: 'a', at: 7 });
		database.close();
	});

	test('is handed to PostgreSQL with each shared value once and an array of the others', () => {
		const { sql, columns } = positional(alike.postgres, 'n');
		expect(sql).toContain('INSERT INTO t (kind, at, id) SELECT $2::text, $3::bigint, r.id FROM rows r ON CONFLICT (id) DO NOTHING');
		expect(columns(rows('a', 'a'), alike.shared)).toEqual(['{0,1}', 'a', null]);
	});

	test('of new rows says nothing about those that may be there', () => {
		const { asNew, ...plan } = insertAlike<Row>('t', columnTypes, [['id']], 'ON CONFLICT (id) DO NOTHING');
		const texts = ({ postgres, postgresOne, alike: ways }: Pick<BulkPlan<Row>, 'postgres' | 'postgresOne' | 'alike'>) => [postgres, postgresOne, ...(ways ?? []).map((way) => way.postgres)];
		expect(asNew && texts(asNew).map((text) => `${text}ON CONFLICT (id) DO NOTHING`)).toEqual(texts(plan));
	});
});
