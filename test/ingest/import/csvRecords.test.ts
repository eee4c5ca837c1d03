import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { CsvRecords, delimiterOf, parseHeader, type CsvRecord, type Delimiter } from '../../../src/ingest/import/csvRecords';

function read(text: string, columns: number, delimiter: Delimiter = ',', linesABlock = 1_000): CsvRecord[] {
	const reader = new CsvRecords(delimiter, columns);
	const lines = text.split('\n');
	const records: CsvRecord[] = [];
	for (let from = 0; from < lines.length; from += linesABlock) records.push(...reader.push({ firstLine: from + 1, lines: lines.slice(from, from + linesABlock) }));
	return [...records, ...reader.end()];
}
const short = (records: CsvRecord[]) => records.map((record) => ('fields' in record ? `${record.line} ${record.fields.join('|')}` : `${record.line} ! ${record.problem}`));

describe('CSV records', () => {
	test('quotes, doubled quotes, delimiters and line ends inside a field; empty lines are no records', () => {
		expect(short(read('1,"a, ""b"" c"\n2,"two\nlines"\n\n3,\n', 2))).toEqual(['1 1|a, "b" c', '2 2|two\nlines', '5 3|']);
	});

	test('what was written is read, whatever the fields and wherever the blocks are cut', () => {
		const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\n', 'a', ' ', "'") }));
		const table = fc.integer({ min: 2, max: 5 }).chain((columns) => fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 30 }));
		fc.assert(
			fc.property(table, fc.constantFrom<Delimiter>(',', ';', '\t'), fc.boolean(), fc.integer({ min: 1, max: 50 }), (rows, delimiter, quoted, linesABlock) => {
				const text = stringify(rows, { delimiter, quoted, quoted_empty: quoted });
				const records = read(text, rows[0].length, delimiter, linesABlock);
				expect(records.map((record) => ('fields' in record ? record.fields : record))).toEqual(rows);
			}),
			{ seed: 9, numRuns: 500 },
		);
	});

	test('a quote that is never closed costs its line, not the file', () => {
		expect(short(read('1,"x\n2,b\n3,c', 2))).toEqual(['1 ! opens a quote that is never closed', '2 2|b', '3 3|c']);
		expect(short(read('"1","x\n"2","b"\n"3","c"', 2))).toEqual(['1 ! opens a quote that is never closed', '2 2|b', '3 3|c']);
	});

	test('it is found again even when a quote further down seems to close it', () => {
		expect(short(read('1,"x\n2,b\n3,"c"\n4,y"\n5,d', 2))).toEqual([
			'1 ! has a quote in the wrong place: quotes inside a field are doubled',
			'2 2|b',
			'3 3|c',
			'4 ! opens a quote that is never closed',
			'5 5|d',
		]);
		// closed with the right grammar but the wrong number of columns
		expect(short(read('1,"x\n2,b\n3,c"', 3))).toEqual(['1 ! has 2 columns where the header has 3', '2 ! has 2 columns where the header has 3', '3 ! opens a quote that is never closed']);
	});

	test('a field may have many lines, but not the rest of the file', () => {
		const long = `1,"${'line\n'.repeat(150)}"`;
		expect(read(long, 2)).toHaveLength(1);
		const rest = Array.from({ length: 5_000 }, (_, index) => `${index + 2},b`);
		const reader = new CsvRecords(',', 2);
		const records = reader.push({ firstLine: 1, lines: ['1,"open', ...rest] });
		expect(records).toHaveLength(5_001);
		expect(reader.end()).toEqual([]);
		expect(records.filter((record) => 'problem' in record)).toHaveLength(1);
	});

	test('a stray quote costs its line only', () => {
		expect(short(read('1,5" nail "x"\n2,"a"b"c"\n3,ok', 2))).toEqual([
			'1 ! opens a quote that is never closed',
			'2 ! has a quote in the wrong place: quotes inside a field are doubled',
			'3 3|ok',
		]);
	});

	test('too few and too many columns', () => {
		expect(short(read('1\n1,2\n1,2,3', 2))).toEqual(['1 ! has 1 column where the header has 2', '2 1|2', '3 ! has 3 columns where the header has 2']);
	});

	test('one broken line among good ones is one rejected line, wherever it stands', () => {
		const good = fc.array(fc.tuple(fc.stringMatching(/^[a-z ,"]{0,8}$/), fc.stringMatching(/^[a-z]{0,8}$/)), { minLength: 0, maxLength: 40 });
		const broken = fc.constantFrom('"', 'x,"', '"x,y', 'a"b,c', '"a"b,c', 'only', 'a,b,c', ',"""');
		fc.assert(
			fc.property(good, broken, good, fc.integer({ min: 1, max: 10 }), (before, line, after, linesABlock) => {
				const text = (rows: string[][]) => stringify(rows, { quoted: true });
				const records = read(`${text(before)}${line}\n${text(after)}`, 2, ',', linesABlock);
				expect(records.map((record) => ('fields' in record ? record.fields : record.text))).toEqual([...before, line, ...after]);
			}),
			{ seed: 10, numRuns: 1_000 },
		);
	});

	test('a line that cannot be decoded ends the record before it', () => {
		const reader = new CsvRecords(',', 2);
		const records = reader.push({ firstLine: 1, lines: ['1,a', '2,"b', '?', '3,c'], problems: new Map([[2, 'is not UTF-8 text']]) });
		expect(short([...records, ...reader.end()])).toEqual(['1 1|a', '2 ! opens a quote that is never closed', '3 ! is not UTF-8 text', '4 3|c']);
	});

	test('the delimiter is found in the header, outside quotes', () => {
		expect(['a,b', 'a;b', '"a;b;c",d', 'a', 'a;b,c;d', 'a\tb', 'a\tb,c\td', '"a\tb\tc";d'].map(delimiterOf)).toEqual([',', ';', ',', ',', ';', '\t', '\t', ';']);
		expect(parseHeader(' a ; "b;c" ', ';')).toEqual(['a', 'b;c']);
		expect(parseHeader(' a \t\t"b\tc" \t', '\t')).toEqual(['a', '', 'b\tc', '']);
	});
});
