import { parse } from 'csv-parse/sync';
import { JourneyError } from '../../core/errors';

/** The columns of one kind of import file, in our names (import.md). */
export interface ColumnSet {
	/** customers, orders ... */
	kind: string;
	columns: readonly string[];
	/** at least one column of each group must be in the file, and filled in every row */
	required: readonly (readonly string[])[];
}

/** Which of our columns stands where. */
export interface ColumnPlan {
	/** place in a row -> place in `ColumnSet.columns`, or -1 */
	ours: number[];
	/** columns of the file that are none of ours: place in a row, and name */
	extra: { index: number; name: string }[];
}

/** The first two columns of a rejects file, so that a corrected one can be imported as it is. */
export const REJECT_COLUMNS = ['line_number', 'reason'] as const;

/**
 * @param header the file's columns
 * @param map our column -> the file's column
 * @throws JourneyError bad_file when a required column or a mapped one is missing, or a name occurs twice; it names the columns found
 */
export function planColumns(set: ColumnSet, header: readonly string[], map: ReadonlyMap<string, string>): ColumnPlan {
	const names = header.map((name) => name.trim());
	refuseRepeated(names);
	const ours = new Array<number>(names.length).fill(-1);
	for (const [our, their] of map) {
		const at = findName(names, their);
		if (at < 0) throw new JourneyError('bad_file', `--map ${our}=${their}: the file has no column "${their}"; it has ${listed(names)}.`, { column: their });
		ours[at] = set.columns.indexOf(our);
	}
	names.forEach((name, index) => {
		const our = set.columns.findIndex((column) => looseName(column) === looseName(name));
		if (our >= 0 && ours[index] < 0 && !map.has(set.columns[our])) ours[index] = our;
	});
	for (const group of set.required) {
		if (group.some((column) => ours.includes(set.columns.indexOf(column)))) continue;
		throw new JourneyError(
			'bad_file',
			`A file of ${set.kind} needs the column ${group.join(' or ')}; this one has ${listed(names)}: ${wayOut(names, group[0])}`,
			{ column: group[0] },
		);
	}
	const isReject = REJECT_COLUMNS.every((name, index) => names[index] === name);
	const extra = names
		.map((name, index) => ({ index, name }))
		.filter(({ index, name }) => ours[index] < 0 && name !== '' && !(isReject && index < REJECT_COLUMNS.length));
	return { ours, extra };
}

/**
 * `customer_id=CustomerID,order_id=InvoiceNo`; a column with a comma in its name is written in quotes, pair and all.
 * @returns our column -> the file's column
 * @throws JourneyError bad_input when a pair is malformed or names a column that the kind does not have
 */
export function parseMap(text: string | undefined, set: ColumnSet): Map<string, string> {
	const map = new Map<string, string>();
	if (text === undefined || text.trim() === '') return map;
	for (const pair of mapPairs(text)) {
		const cut = pair.indexOf('=');
		const our = pair.slice(0, cut).trim().toLowerCase();
		const their = pair.slice(cut + 1).trim();
		if (cut < 1 || their === '') throw new JourneyError('bad_input', `--map "${pair}" is not of the form our_column=their_column.`, { pair });
		if (!set.columns.includes(our)) {
			throw new JourneyError('bad_input', `--map ${pair}: ${set.kind} have no column "${our}"; they have ${set.columns.join(', ')}.`, { column: our });
		}
		if (map.has(our)) throw new JourneyError('bad_input', `--map names the column ${our} twice.`, { column: our });
		map.set(our, their);
	}
	return map;
}

/** `Customer ID`, `customerId` and `customer_id` are one name. */
export function looseName(name: string): string {
	return name.toLowerCase().replace(/[\s_-]+/g, '');
}

function mapPairs(text: string): string[] {
	try {
		const rows: string[][] = parse(text, { trim: true });
		return rows.flat().filter((pair) => pair !== '');
	} catch {
		throw new JourneyError('bad_input', `--map ${text} cannot be read: write our_column=their_column,our_column=their_column.`, {});
	}
}

function findName(names: readonly string[], wanted: string): number {
	const exact = names.indexOf(wanted);
	return exact >= 0 ? exact : names.findIndex((name) => looseName(name) === looseName(wanted));
}

function refuseRepeated(names: readonly string[]): void {
	const repeated = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
	if (repeated !== undefined) throw new JourneyError('bad_file', `The file has two columns named "${repeated}": rename one of them.`, { column: repeated });
}

/** A file whose columns are separated by a sign that is not known has one column. */
function wayOut(names: readonly string[], missing: string): string {
	const sign = names.length === 1 ? ['|', ':', ' '].find((one) => names[0].includes(one)) : undefined;
	if (sign === undefined) return `rename the column or use --map ${missing}=....`;
	return `its columns seem to be separated by ${sign === ' ' ? 'blanks' : `"${sign}"`}; save it with commas, semicolons or tabs between them.`;
}

function listed(names: readonly string[]): string {
	return names.length === 0 ? 'none' : names.map((name) => name || '(no name)').join(', ');
}
