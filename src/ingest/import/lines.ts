import { isUtf8 } from 'node:buffer';
import { JourneyError } from '../../core/errors';

/** Longer lines are refused one by one; a file without line ends never fills the memory. */
export const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const BOM = '\uFEFF';

/** Some lines of a file, numbered from 1, without their line ends (LF, CRLF, or CR alone). */
export interface LineBlock {
	firstLine: number;
	lines: string[];
	/** lines that cannot be read: place in `lines` -> why */
	problems?: Map<number, string>;
}

/**
 * Cuts bytes into lines, a block for each chunk. Memory holds one chunk and one unfinished line.
 * @throws JourneyError bad_file for UTF-16, whose bytes are no lines at all
 */
export async function* lineBlocks(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<LineBlock> {
	let rest: Buffer[] = [];
	let restBytes = 0;
	let overlong = false;
	let lineEnd: number | undefined;
	let nextLine = 1;
	let first = true;

	for await (const chunk of chunks) {
		if (first) refuseUtf16(chunk, path);
		lineEnd ??= lineEndOf(chunk);
		const cut = chunk.lastIndexOf(lineEnd ?? LF);
		if (cut >= 0) {
			const bytes = Buffer.concat([...rest, chunk.subarray(0, cut)]);
			const block = decode(bytes, lineEnd ?? LF, nextLine, overlong);
			if (first) withoutBom(block);
			first = false;
			nextLine += block.lines.length;
			yield block;
			rest = [];
			restBytes = 0;
			overlong = false;
		}
		const tail = chunk.subarray(cut + 1);
		if (restBytes + tail.length > LINE_LIMIT_BYTES) {
			overlong = true;
			rest = [];
		} else if (!overlong && tail.length > 0) rest.push(tail);
		restBytes += tail.length;
	}
	if (restBytes > 0) {
		const block = decode(Buffer.concat(rest), lineEnd ?? LF, nextLine, overlong);
		if (first) withoutBom(block);
		yield block;
	}
}

/** Old spreadsheets end lines with CR alone. Undecided while no line end was seen. */
function lineEndOf(chunk: Buffer): number | undefined {
	if (chunk.includes(LF)) return LF;
	const cr = chunk.indexOf(CR);
	// A CR at the very end may be the first half of CRLF.
	return cr >= 0 && cr < chunk.length - 1 ? CR : undefined;
}

function decode(bytes: Buffer, lineEnd: number, firstLine: number, firstIsOverlong: boolean): LineBlock {
	const problems = new Map<number, string>();
	let lines: string[];
	if (isUtf8(bytes)) lines = bytes.toString('utf8').split(lineEnd === LF ? '\n' : '\r');
	else lines = decodeEach(bytes, lineEnd, problems);
	for (let index = 0; index < lines.length; index++) {
		if (lines[index].endsWith('\r')) lines[index] = lines[index].slice(0, -1);
	}
	if (firstIsOverlong) {
		lines[0] = '';
		problems.set(0, `is longer than ${LINE_LIMIT_BYTES / 1024 / 1024} MiB`);
	}
	return problems.size === 0 ? { firstLine, lines } : { firstLine, lines, problems };
}

function decodeEach(bytes: Buffer, lineEnd: number, problems: Map<number, string>): string[] {
	const lines: string[] = [];
	let start = 0;
	while (start <= bytes.length) {
		const found = bytes.indexOf(lineEnd, start);
		const end = found < 0 ? bytes.length : found;
		const line = bytes.subarray(start, end);
		if (!isUtf8(line)) problems.set(lines.length, 'is not UTF-8 text: save the file as UTF-8');
		lines.push(line.toString('utf8'));
		start = end + 1;
	}
	return lines;
}

function withoutBom(block: LineBlock): void {
	if (block.lines[0].startsWith(BOM)) block.lines[0] = block.lines[0].slice(1);
}

function refuseUtf16(chunk: Buffer, path: string): void {
	const mark = chunk.length >= 2 ? chunk.readUInt16BE(0) : 0;
	if (mark === 0xfffe || mark === 0xfeff) throw new JourneyError('bad_file', `${path} is UTF-16 text: save it as UTF-8.`, { path });
}
