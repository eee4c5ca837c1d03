/**
 * The anchor of the import bench: the least that anyone does with a CSV file and SQLite. csv-parse, then a bare INSERT
 * of the texts into a table without index, synchronous FULL, WAL, batches of the same size as the import's.
 * Usage: node bareInsert.mjs FILE.csv[.gz] STORE.sqlite BATCH
 */
import { createReadStream } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

const [file, target, batchText] = process.argv.slice(2);
const batchRows = Number(batchText);
const raw = createReadStream(file);
const rows = (file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw).pipe(parse({ from_line: 2, relax_column_count: true }));

const database = new DatabaseSync(target);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
let insert;
let inBatch = 0;
for await (const row of rows) {
	if (!insert) {
		database.exec(`CREATE TABLE line (${row.map((_, index) => `c${index} TEXT`).join(', ')})`);
		insert = database.prepare(`INSERT INTO line VALUES (${row.map(() => '?').join(', ')})`);
	}
	if (inBatch === 0) database.exec('BEGIN IMMEDIATE');
	insert.run(...row);
	if (++inBatch < batchRows) continue;
	database.exec('COMMIT');
	inBatch = 0;
}
if (inBatch > 0) database.exec('COMMIT');
database.close();
