import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportKind, ImportOptions, ImportRow } from '../../../src/ingest/import/options';
import { readImport, type ImportRecords } from '../../../src/ingest/import/readImport';

const folders: string[] = [];

/** A file in a folder of its own, gone after the tests of the file. */
export function fileOf(content: string | Buffer, name = 'import.csv'): string {
	const folder = mkdtempSync(join(tmpdir(), 'import-'));
	folders.push(folder);
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

afterAll(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const options: ImportOptions = { source: 'shop', timeZone: 'Europe/London', currency: 'GBP' };

/** All rows of a file that is written for it. */
export async function rowsOf<K extends ImportKind>(kind: K, content: string | Buffer, more: Partial<ImportOptions> = {}): Promise<ImportRow<ImportRecords[K]>[]> {
	const rows: ImportRow<ImportRecords[K]>[] = [];
	for await (const batch of readImport(kind, fileOf(content), { ...options, ...more })) rows.push(...batch.rows);
	return rows;
}

export const recordsOf = <T>(rows: ImportRow<T>[]): T[] => rows.flatMap((row) => ('record' in row ? [row.record] : []));
/** 'line: reason' of every rejected row */
export const reasonsOf = (rows: ImportRow<unknown>[]): string[] => rows.flatMap((row) => ('reason' in row ? [`${row.lineNumber}: ${row.reason}`] : []));
