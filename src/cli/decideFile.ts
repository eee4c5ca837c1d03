import { fileBytes } from '../ingest/import/fileBytes';
import { lineBlocks } from '../ingest/import/lines';
import type { Store } from '../store/Store';
import { traceJson } from './decisionText';
import { parseJson } from './json';
import type { Progress } from './progressBar';

export interface DecideFile {
	/** JSON lines, plain or .gz */
	file: string;
	/** a policy file's content; absent: the store's company policy */
	policy?: unknown;
	/** default instant, UTC milliseconds */
	at?: number;
	dryRun: boolean;
	progress: Progress;
	write(text: string): Promise<void>;
}

export interface DecideCounts {
	decided: number;
	send: number;
	delay: number;
	drop: number;
	failed: number;
}

type Answer = Record<string, unknown>;
/** A line of the file: a request, or why it is none. */
type Line = { number: number } & ({ request: unknown } | { failure: Answer });

/** A batch is one transaction of the store. */
const BATCH = 1000;

/**
 * Decides every line of a file in file order and writes one JSON line for each, in the same order.
 * A line that cannot be decided answers `{ key, error, message }` and does not stop the rest.
 * @throws JourneyError `bad_file` when the file cannot be read; what was decided before stays decided
 */
export async function decideFile(store: Store, options: DecideFile): Promise<DecideCounts> {
	const counts: DecideCounts = { decided: 0, send: 0, delay: 0, drop: 0, failed: 0 };
	const decideBatch = async (lines: readonly Line[]) => {
		const answers = await answersOf(store, options, lines);
		for (const answer of answers) countAnswer(counts, answer);
		options.progress.lines(counts.decided + counts.failed);
		await options.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
	};
	let batch: Line[] = [];
	try {
		for await (const line of linesOf(options)) {
			batch.push(line);
			if (batch.length < BATCH) continue;
			await decideBatch(batch);
			batch = [];
		}
		if (batch.length > 0) await decideBatch(batch);
		return counts;
	} finally {
		options.progress.stop();
	}
}

async function answersOf(store: Store, { policy, at, dryRun }: DecideFile, lines: readonly Line[]): Promise<Answer[]> {
	const requests = lines.flatMap((line) => ('request' in line ? [line.request] : []));
	const decided = await store.run('policy.decide', { ...(policy !== undefined && { policy }), requests, ...(at !== undefined && { at }), dryRun });
	let next = 0;
	return lines.map((line) => ('failure' in line ? line.failure : shown(decided[next++] as Answer, line.number)));
}

/** A request with wrong fields is found by its line; a key that came before is found by its key. */
function shown(answer: Answer, number: number): Answer {
	if (answer.error === 'bad_input') return { key: answer.key, line: number, error: answer.error, message: answer.message };
	return 'trace' in answer ? { ...answer, trace: traceJson(answer.trace) } : answer;
}

function countAnswer(counts: DecideCounts, answer: Answer): void {
	if ('error' in answer) {
		counts.failed++;
		return;
	}
	counts.decided++;
	counts[answer.decision as 'send' | 'delay' | 'drop']++;
}

async function* linesOf({ file, progress }: DecideFile): AsyncGenerator<Line> {
	for await (const block of lineBlocks(fileBytes(file, progress.bytes), file)) {
		for (const [index, text] of block.lines.entries()) {
			const number = block.firstLine + index;
			const problem = block.problems?.get(index);
			if (problem !== undefined) yield refused(number, problem);
			else if (text.trim() !== '') yield readLine(text, number);
		}
	}
}

function readLine(text: string, number: number): Line {
	const read = parseJson(text);
	if ('problem' in read) return refused(number, read.problem);
	const request = read.value;
	if (typeof request !== 'object' || request === null || Array.isArray(request)) return refused(number, 'is not a request: write one JSON object a line');
	return { number, request };
}

function refused(number: number, problem: string): Line {
	return { number, failure: { key: null, line: number, error: 'bad_input', message: `Line ${number} ${problem}.` } };
}
