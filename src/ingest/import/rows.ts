import { CsvError } from 'csv-parse/sync';
import { JourneyError } from '../../core/errors';
import { looseName, parseMap, planColumns, type ColumnSet } from './columns';
import { CsvRecords, delimiterOf, parseHeader, type Delimiter } from './csvRecords';
import { cellOf, jsonLines } from './jsonLines';
import type { LineBlock } from './lines';
import { DEFAULT_NULL_VALUES, type ImportOptions } from './options';
import type { Cells, Extra } from './rowDraft';

/** A row before its values are read: its cells by our columns, or why it is none. */
export type RawRow = { line: number; raw: readonly string[] } & ({ cells: Cells; extra: Extra } | { problem: string });

/** Turns blocks of lines into rows. One for a file. */
export interface RowSource {
	/** the columns of the file, for the rejects file */
	readonly header: readonly string[];
	push(block: LineBlock): RawRow[];
	end(): RawRow[];
}

/**
 * Looks at the first line that is not empty: an object makes it JSON lines, anything else is the header of a CSV file.
 * @throws JourneyError bad_file when that line is neither, or when required columns are missing
 */
export function rowSource(firstLine: string, set: ColumnSet, options: ImportOptions): RowSource {
	const start = firstLine.trimStart();
	if (start.startsWith('[')) throw new JourneyError('bad_file', 'The file is one JSON array: write one object a line, without brackets around them.', {});
	return start.startsWith('{') ? new JsonRows(set, options) : new CsvRows(firstLine, set, options);
}

/** Reads cells; texts that mean "no value" are left out. */
class CellReader {
	private readonly nulls: ReadonlySet<string>;

	constructor(private readonly columns: readonly string[], options: ImportOptions) {
		this.nulls = new Set(options.nullValues ?? DEFAULT_NULL_VALUES);
	}

	/** @param ours place in `values` -> place in our columns, or -1 */
	read(values: readonly (string | undefined)[], ours: readonly number[]): Cells {
		const cells: Record<string, string | undefined> = {};
		for (let index = 0; index < ours.length; index++) {
			if (ours[index] >= 0) cells[this.columns[ours[index]]] = this.value(values[index]);
		}
		return cells;
	}

	value(text: string | undefined): string | undefined {
		const trimmed = text?.trim();
		return trimmed === undefined || trimmed === '' || this.nulls.has(trimmed) ? undefined : trimmed;
	}
}

class CsvRows implements RowSource {
	readonly header: readonly string[];
	private readonly ours: number[];
	private readonly extra: { index: number; name: string }[];
	private readonly records: CsvRecords;
	private readonly cells: CellReader;
	private sawHeader = false;

	constructor(firstLine: string, private readonly set: ColumnSet, options: ImportOptions) {
		const delimiter = delimiterOf(firstLine);
		this.header = headerOf(firstLine, delimiter);
		const plan = planColumns(set, this.header, parseMap(options.map, set));
		this.ours = plan.ours;
		this.extra = plan.extra;
		this.records = new CsvRecords(delimiter, this.header.length);
		this.cells = new CellReader(set.columns, options);
		if (set.kind !== 'customers') noteIgnored(plan.extra.map(({ name }) => name), set, options);
	}

	push(block: LineBlock): RawRow[] {
		if (this.sawHeader) return this.rowsOf(this.records.push(block));
		const at = block.lines.findIndex((line) => line.trim() !== '');
		if (at < 0) return [];
		this.sawHeader = true;
		return this.rowsOf(this.records.push(withoutLines(block, at + 1)));
	}

	end(): RawRow[] {
		return this.rowsOf(this.records.end());
	}

	private rowsOf(records: ReturnType<CsvRecords['push']>): RawRow[] {
		return records.map((record) =>
			'fields' in record
				? { line: record.line, raw: record.fields, cells: this.cells.read(record.fields, this.ours), extra: this.extraOf(record.fields) }
				: { line: record.line, raw: [record.text], problem: record.problem },
		);
	}

	private extraOf(fields: readonly string[]): Extra {
		if (this.set.kind !== 'customers') return NOTHING;
		const extra = Object.create(null) as Extra;
		for (const { index, name } of this.extra) {
			const value = this.cells.value(fields[index]);
			if (value !== undefined) extra[name] = value;
		}
		return extra;
	}
}

/** Keys may differ from line to line, so what a file lacks shows row by row. */
class JsonRows implements RowSource {
	readonly header = ['line'] as const;
	private readonly placeOf = new Map<string, number>();
	private readonly ourOf: Map<string, number>;
	private readonly ignored = new Set<string>();
	private readonly cells: CellReader;

	constructor(private readonly set: ColumnSet, private readonly options: ImportOptions) {
		const map = parseMap(options.map, set);
		const mapped = new Set(map.keys());
		this.ourOf = new Map(set.columns.filter((column) => !mapped.has(column)).map((column) => [looseName(column), set.columns.indexOf(column)]));
		for (const [our, their] of map) this.placeOf.set(their, set.columns.indexOf(our));
		this.cells = new CellReader(set.columns, options);
	}

	push(block: LineBlock): RawRow[] {
		return jsonLines(block).map((line) => {
			const raw = [line.text];
			return 'problem' in line ? { line: line.line, raw, problem: line.problem } : { line: line.line, raw, ...this.split(line.object) };
		});
	}

	end(): RawRow[] {
		if (this.set.kind !== 'customers') noteIgnored([...this.ignored], this.set, this.options);
		return [];
	}

	private split(object: Extra): { cells: Cells; extra: Extra } {
		const values: (string | undefined)[] = [];
		const ours: number[] = [];
		const extra = Object.create(null) as Extra;
		for (const [key, value] of Object.entries(object)) {
			const our = this.place(key);
			if (our < 0) {
				if (value !== null) extra[key] = value;
				this.ignored.add(key);
			} else {
				ours.push(our);
				values.push(cellOf(value));
			}
		}
		return { cells: this.cells.read(values, ours), extra };
	}

	private place(key: string): number {
		const known = this.placeOf.get(key);
		if (known !== undefined) return known;
		const our = this.ourOf.get(looseName(key)) ?? -1;
		// Keys that are data (ids, dates) must not grow this without end.
		if (this.placeOf.size < 1_000) this.placeOf.set(key, our);
		return our;
	}
}

const NOTHING: Extra = {};

function headerOf(line: string, delimiter: Delimiter): string[] {
	try {
		return parseHeader(line, delimiter);
	} catch (error) {
		if (error instanceof CsvError) throw new JourneyError('bad_file', 'The first line is no CSV header: a quote in it is not closed or not doubled.', { line: 1 });
		throw error;
	}
}

function withoutLines({ firstLine, lines, problems }: LineBlock, count: number): LineBlock {
	const left = problems && new Map([...problems].map(([index, problem]) => [index - count, problem] as const).filter(([index]) => index >= 0));
	return { firstLine: firstLine + count, lines: lines.slice(count), ...(left && { problems: left }) };
}

function noteIgnored(names: readonly string[], set: ColumnSet, options: ImportOptions): void {
	if (names.length === 0) return;
	const some = names.slice(0, 20).join(', ');
	options.onNote?.(`Not used: ${names.length === 1 ? 'the column' : 'the columns'} ${some}${names.length > 20 ? ' ...' : ''}; ${set.kind} have ${set.columns.join(', ')}.`);
}
