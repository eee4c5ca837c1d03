import { stringify } from 'csv-stringify/sync';
import { writeFile } from 'node:fs/promises';
import { plainCell } from '../core/plainCell';

/** Writes rows about customers to a file; a new one can be read by its owner alone. @param rows the heading first */
export async function writeCsv(path: string, rows: readonly (readonly unknown[])[]): Promise<void> {
	await writeFile(path, stringify(rows as unknown[][], { cast: { string: plainCell } }), { mode: 0o600 });
}
