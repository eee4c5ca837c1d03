import fc from 'fast-check';
import { LINE_LIMIT_BYTES, lineBlocks, type LineBlock } from '../../../src/ingest/import/lines';

async function read(bytes: Buffer, chunkBytes = 1_000): Promise<LineBlock[]> {
	async function* chunks() {
		for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
	}
	const blocks: LineBlock[] = [];
	for await (const block of lineBlocks(chunks(), 'file.csv')) blocks.push(block);
	return blocks;
}
const linesOf = (blocks: LineBlock[]) => blocks.flatMap(({ lines }) => lines);
const problemsOf = (blocks: LineBlock[]) => blocks.flatMap(({ firstLine, problems }) => [...(problems ?? [])].map(([index, problem]) => [firstLine + index, problem]));

describe('lines of a file', () => {
	test.each(['\n', '\r\n', '\r'])('end with %j', async (end) => {
		expect(linesOf(await read(Buffer.from(`a${end}b${end}${end}c`), 4))).toEqual(['a', 'b', '', 'c']);
	});

	test('are the same wherever the chunks are cut, in the middle of a letter too', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n\uFEFF]/g, '')), { minLength: 1 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), async (lines, chunkBytes, isCrLf) => {
				const blocks = await read(Buffer.from(lines.join(isCrLf ? '\r\n' : '\n').replace(/\p{Cs}/gu, '?')), chunkBytes);
				const read_ = linesOf(blocks);
				expect(read_).toEqual(lines.at(-1) === '' ? lines.slice(0, read_.length) : lines.map((line) => line.replace(/\p{Cs}/gu, '?')));
				expect(blocks.map(({ firstLine }) => firstLine)).toEqual(blocks.map((_, index) => 1 + linesOf(blocks.slice(0, index)).length));
			}),
			{ seed: 11, numRuns: 500 },
		);
	});

	test('a byte order mark is no part of the first line, of any file', async () => {
		expect(linesOf(await read(Buffer.from('\uFEFFa\nb')))).toEqual(['a', 'b']);
		expect(linesOf(await read(Buffer.from('\uFEFFa')))).toEqual(['a']);
	});

	test('bytes that are not UTF-8 cost their line', async () => {
		const blocks = await read(Buffer.concat([Buffer.from('a\n'), Buffer.from([0xcf, 0xf0, 0xe8]), Buffer.from('\nü\n')]));
		expect(linesOf(blocks)[2]).toBe('ü');
		expect(problemsOf(blocks)).toEqual([[2, 'is not UTF-8 text: save the file as UTF-8']]);
	});

	test('UTF-16 is refused at once', async () => {
		await expect(read(Buffer.from('\uFEFFa\nb', 'utf16le'))).rejects.toMatchObject({ code: 'bad_file', message: 'file.csv is UTF-16 text: save it as UTF-8.' });
	});

	test('a line without end costs itself and not the memory', async () => {
		const huge = Buffer.alloc(LINE_LIMIT_BYTES * 3, 'x');
		const more = Array.from({ length: 50_000 }, (_, index) => `b${index}`);
		const blocks = await read(Buffer.concat([Buffer.from('a\n'), huge, Buffer.from(`\n${more.join('\n')}`)]), 64 * 1024);
		expect(linesOf(blocks)).toEqual(['a', '', ...more]);
		expect(problemsOf(blocks)).toEqual([[2, 'is longer than 4 MiB']]);
		expect(problemsOf(await read(huge, 64 * 1024))).toEqual([[1, 'is longer than 4 MiB']]);
	});

	test('an empty file has no lines', async () => {
		expect(await read(Buffer.alloc(0))).toEqual([]);
	});
});
