import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ImportKind, ImportOptions } from '../../src/ingest/import/options';
import { readImport } from '../../src/ingest/import/readImport';
import type { Store } from '../../src/store/Store';
import { freshFolder } from '../support/stores';

export interface Imported {
	accepted: number;
	duplicates: number;
	/** of the reader and of the store, as `line: reason` */
	rejected: string[];
	refunds?: { refundsMatched: number; refundsUnmatched: number };
}

const OPERATION = { customers: 'import.customers', products: 'import.products', subscriptions: 'import.subscriptions', events: 'import.events', consents: 'import.consents', messages: 'import.messages' } as const;
let runs = 0;

/** @returns the path of a file with this text */
export function importFileOf(text: string, name = 'file.csv'): string {
	const file = path.join(freshFolder(), name);
	writeFileSync(file, text);
	return file;
}

/**
 * Brings a file into a store batch by batch, as the command line does.
 * @param stopAfter batches after which the import breaks off
 */
export async function bringIn(store: Store, kind: ImportKind, file: string, more: Partial<ImportOptions> & { stopAfter?: number; run?: string } = {}): Promise<Imported> {
	const { stopAfter = Number.POSITIVE_INFINITY, run = `run-${(runs += 1)}`, ...options } = more;
	const reading: ImportOptions = { source: 'shop', timeZone: 'UTC', currency: 'GBP', ...options };
	const result: Imported = { accepted: 0, duplicates: 0, rejected: [] };
	let batches = 0;
	for await (const { rows } of readImport(kind, file, reading)) {
		if (batches++ >= stopAfter) return result;
		const read = rows.filter((row) => 'record' in row);
		const records = read.map((row) => row.record);
		for (const row of rows) if ('reason' in row) result.rejected.push(`${row.lineNumber}: ${row.reason}`);
		const answer = kind === 'orders' ? await store.run('import.orderLines', { run, source: reading.source, rows: records as never }) : await store.run(OPERATION[kind], { items: records as never });
		result.accepted += answer.accepted;
		result.duplicates += answer.duplicates;
		result.rejected.push(...answer.rejected.map(({ index, reason }) => `${read[index].lineNumber}: ${reason}`));
	}
	if (kind === 'orders') result.refunds = await store.run('import.finish', { run });
	return result;
}
