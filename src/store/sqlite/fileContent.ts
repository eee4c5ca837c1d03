import { DatabaseSync } from 'node:sqlite';
import { explain } from './explain';
import { MOVED_TO, type SqliteOptions } from './openDatabase';

/** Rows of a table, column by column, each as long as the others. */
export type Columns = unknown[][];

export interface FileTable {
	name: string;
	columns: string[];
}

/** Rows of a page at most, and characters or bytes: a row may hold a column of a hundred thousand customers. */
const PAGE_ROWS = 2_000;
const PAGE_SIZE = 8 * 2 ** 20;

/** Everything in a store's file, table by table, while nobody else can write to it. */
export class FileContent {
	private constructor(private readonly database: DatabaseSync) {}

	/**
	 * @param options of a file that is there, with the tables of this version
	 * @throws JourneyError `store_unavailable` where somebody else writes to it, `store_read_only`
	 */
	static hold(options: Pick<SqliteOptions, 'file' | 'label'>): FileContent {
		let database: DatabaseSync | undefined;
		try {
			database = new DatabaseSync(options.file, { timeout: 5_000 });
			database.exec('BEGIN IMMEDIATE');
			return new FileContent(database);
		} catch (error) {
			database?.close();
			throw explain(error, options);
		}
	}

	tables(): FileTable[] {
		const names = this.database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name").all().map(({ name }) => String(name));
		const columns = this.database.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid');
		return names.map((name) => ({ name, columns: columns.all(name).map((column) => String(column.name)) }));
	}

	/** The rows of a table, some at a time. Whole numbers are bigint. */
	*pages({ name, columns }: FileTable): Generator<Columns> {
		const all = this.database.prepare(`SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM "${name}"`);
		all.setReadBigInts(true);
		const empty = () => columns.map((): unknown[] => []);
		let page = empty();
		let size = 0;
		for (const row of all.iterate()) {
			columns.forEach((column, place) => {
				const value = row[column];
				page[place].push(value);
				size += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
			});
			if (page[0].length < PAGE_ROWS && size < PAGE_SIZE) continue;
			yield page;
			page = empty();
			size = 0;
		}
		if (page[0].length > 0) yield page;
	}

	/** The highest number that rows of a table ever had, so that none is given twice; 0: it has no such numbers. */
	lastNumber(table: string): bigint {
		const statement = this.database.prepare('SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = ?');
		statement.setReadBigInts(true);
		return statement.get(table)?.last as bigint;
	}

	/** From now on the file is opened as a store by nobody. @param to what messages call the place */
	markMoved(to: string): void {
		this.database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(MOVED_TO, to);
		this.database.exec('COMMIT');
	}

	close(): void {
		this.database.close();
	}
}
