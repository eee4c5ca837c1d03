import { rename, rm, open, type FileHandle } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { JourneyError } from '../../core/errors';
import { REJECT_COLUMNS } from './columns';

const BUFFER_CHARACTERS = 64 * 1024;

/** orders.csv, orders.csv.gz and orders.jsonl all have orders.rejected.csv. */
export function rejectsPath(importPath: string): string {
	return `${importPath.replace(/\.gz$/i, '').replace(/\.(csv|tsv|txt|jsonl|ndjson|json)$/i, '')}.rejected.csv`;
}

/**
 * The rows that were not taken, with line number and reason before their own columns; a corrected one can be imported as
 * it is. It appears whole or not at all: written under another name first, renamed by `finish`.
 */
export class RejectsFile {
	readonly path: string;
	/** rows added so far */
	count = 0;
	private readonly partPath: string;
	private file: FileHandle | undefined;
	private text = '';

	/** @param importPath the file that is being imported */
	constructor(importPath: string) {
		this.path = rejectsPath(importPath);
		this.partPath = `${this.path}.part`;
	}

	/**
	 * @param header the columns of the import file
	 * @throws JourneyError bad_file when the folder cannot be written to
	 */
	async add(header: readonly string[], row: { lineNumber: number; raw: readonly string[]; reason: string }): Promise<void> {
		if (this.count === 0) this.text = stringify([[...REJECT_COLUMNS, ...header]]);
		this.count++;
		this.text += stringify([[String(row.lineNumber), row.reason, ...row.raw]]);
		if (this.text.length >= BUFFER_CHARACTERS) await this.flush();
	}

	/** @returns the path when there is something in it; an old rejects file of the same import is gone either way */
	async finish(): Promise<string | undefined> {
		if (this.count === 0) {
			await rm(this.path, { force: true });
			return undefined;
		}
		await this.flush();
		await this.file?.sync();
		await this.file?.close();
		await rename(this.partPath, this.path);
		return this.path;
	}

	/** After a failure: leaves nothing behind, and an old rejects file as it was. */
	async discard(): Promise<void> {
		await this.file?.close();
		await rm(this.partPath, { force: true });
	}

	private async flush(): Promise<void> {
		this.file ??= await this.create();
		await this.file.appendFile(this.text);
		this.text = '';
	}

	private async create(): Promise<FileHandle> {
		try {
			return await open(this.partPath, 'w');
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
			throw new JourneyError('bad_file', `The rejected rows cannot be written to ${this.path} (${code}): make its folder writable.`, { path: this.path });
		}
	}
}
