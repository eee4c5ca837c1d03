import { CsvError, parse, type Options } from 'csv-parse/sync';
import type { LineBlock } from './lines';

/** A quoted field may run over so many lines; beyond, its quote counts as one that was never closed. */
const RECORD_LINE_LIMIT = 200;

export type Delimiter = ',' | ';' | '\t';

const DELIMITERS = [',', ';', '\t'] as const;

/** A record of a CSV file, or a line that is none. `line` is where it starts. */
export type CsvRecord = { line: number; fields: string[] } | { line: number; text: string; problem: string };

interface Framed {
	line: number;
	/** the physical lines of the record */
	lines: string[];
}

/**
 * Reads CSV so that one broken line costs one line. The grammar is csv-parse's; but a stream parser that meets a quote that
 * is never closed swallows everything behind it, so records are framed here first: a record ends where its quotes pair up,
 * and when that leads nowhere (too many lines, wrong grammar, wrong number of columns) only its first line is refused and
 * reading goes on with the second.
 */
export class CsvRecords {
	/** a record whose quotes do not pair up yet */
	private open: Framed | undefined;
	/** complete records that wait to be parsed together */
	private ready: Framed[] = [];
	private done: CsvRecord[] = [];
	private readonly options: Options;

	/** @param columns how many fields every record must have */
	constructor(delimiter: Delimiter, private readonly columns: number) {
		this.options = { delimiter, record_delimiter: '\n', relax_column_count: true };
	}

	/** @returns the records that are complete by now, in the order of the file */
	push(block: LineBlock): CsvRecord[] {
		for (let index = 0; index < block.lines.length; index++) {
			const problem = block.problems?.get(index);
			if (problem === undefined) this.frame(block.firstLine + index, block.lines[index]);
			else this.refuse(block.firstLine + index, block.lines[index], problem);
		}
		return this.taken();
	}

	/** @returns what the end of the file leaves */
	end(): CsvRecord[] {
		while (this.open !== undefined) this.giveUp(this.open);
		return this.taken();
	}

	private taken(): CsvRecord[] {
		this.flush();
		const records = this.done;
		this.done = [];
		return records;
	}

	private frame(line: number, text: string): void {
		const odd = hasOddQuotes(text);
		if (this.open === undefined) {
			if (odd) this.open = { line, lines: [text] };
			else if (text !== '') this.ready.push({ line, lines: [text] });
			return;
		}
		this.open.lines.push(text);
		if (odd) this.close(this.open);
		else if (this.open.lines.length > RECORD_LINE_LIMIT) this.giveUp(this.open);
	}

	/** A line that cannot be read ends the record before it. */
	private refuse(line: number, text: string, problem: string): void {
		while (this.open !== undefined) this.giveUp(this.open);
		this.flush();
		this.done.push({ line, text, problem });
	}

	/** A record of several lines is believed only when its grammar and its columns are right. */
	private close(framed: Framed): void {
		this.open = undefined;
		this.flush();
		const record = this.parseOne(framed);
		if ('fields' in record) this.done.push(record);
		else this.refuseFirstLine(framed, record.problem);
	}

	private giveUp(framed: Framed): void {
		this.open = undefined;
		this.flush();
		this.refuseFirstLine(framed, 'opens a quote that is never closed');
	}

	private refuseFirstLine({ line, lines }: Framed, problem: string): void {
		this.done.push({ line, text: lines[0], problem });
		for (let index = 1; index < lines.length; index++) this.frame(line + index, lines[index]);
	}

	private flush(): void {
		const framed = this.ready;
		if (framed.length === 0) return;
		this.ready = [];
		const rows = this.parseTogether(framed);
		for (let index = 0; index < framed.length; index++) {
			const fields = rows?.[index];
			this.done.push(fields?.length === this.columns ? { line: framed[index].line, fields } : this.parseOne(framed[index]));
		}
	}

	/** The quick way, for blocks in which every record is well formed. */
	private parseTogether(framed: Framed[]): string[][] | undefined {
		try {
			const rows: string[][] = parse(framed.map(({ lines }) => lines[0]).join('\n'), this.options);
			return rows.length === framed.length ? rows : undefined;
		} catch (error) {
			if (error instanceof CsvError) return undefined;
			throw error;
		}
	}

	private parseOne({ line, lines }: Framed): CsvRecord {
		const text = lines.join('\n');
		try {
			const rows: string[][] = parse(text, this.options);
			if (rows.length !== 1) return { line, text, problem: 'is not one record' };
			const fields = rows[0];
			if (fields.length === this.columns) return { line, fields };
			return { line, text, problem: `has ${fields.length} ${fields.length === 1 ? 'column' : 'columns'} where the header has ${this.columns}` };
		} catch (error) {
			if (error instanceof CsvError) return { line, text, problem: 'has a quote in the wrong place: quotes inside a field are doubled' };
			throw error;
		}
	}
}

/** The names of the columns. @throws CsvError when the line is no CSV */
export function parseHeader(line: string, delimiter: Delimiter): string[] {
	const rows: string[][] = parse(line, { delimiter, record_delimiter: '\n', relax_column_count: true, trim: true });
	return rows[0] ?? [];
}

/** What the header has most of, outside quotes; `,` when it has none. */
export function delimiterOf(header: string): Delimiter {
	const bare = header.replace(/"[^"]*"/g, '');
	const count = (sign: string) => bare.split(sign).length;
	return DELIMITERS.reduce((most, sign) => (count(sign) > count(most) ? sign : most));
}

function hasOddQuotes(text: string): boolean {
	let odd = false;
	for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
	return odd;
}
