import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decideFile } from '../../src/cli/decideFile';
import { progressBar } from '../../src/cli/progressBar';
import type { Store } from '../../src/store/Store';
import { freshFolder } from '../support/stores';

interface Call {
	requests: { key: string }[];
	[option: string]: unknown;
}

/** Answers with the key of each request, so that order shows. */
function fakeStore(answer: (key: string) => Record<string, unknown> = () => ({ decision: 'send' })): { store: Store; calls: Call[] } {
	const calls: Call[] = [];
	const run = async (name: string, input: Call) => {
		expect(name).toBe('policy.decide');
		calls.push(input);
		return input.requests.map(({ key }) => ({ key, ...answer(key) }));
	};
	return { store: { kind: 'sqlite', storeId: 'x', label: 'fake', run, close: async () => undefined } as unknown as Store, calls };
}

async function decide(store: Store, text: string, options: { policy?: unknown; at?: number; dryRun?: boolean } = {}, name = 'requests.jsonl') {
	const file = join(freshFolder(), name);
	writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
	let out = '';
	const counts = await decideFile(store, { file, dryRun: false, progress: progressBar('test', undefined), ...options, write: async (part) => void (out += part) });
	return { counts, lines: out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('a line that is nested without end is refused, and stops nobody else', async () => {
	const { store } = fakeStore();
	const { counts, lines } = await decide(store, [`{"key":"a","tags":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, '{"key":"b"}'].join('\n'));
	expect(lines).toEqual([{ key: null, line: 1, error: 'bad_input', message: 'Line 1 is nested deeper than 64 levels.' }, { key: 'b', decision: 'send' }]);
	expect(counts).toMatchObject({ decided: 1, failed: 1 });
});

test('one line out for each line in, in file order, across batches and around broken lines', async () => {
	const { store, calls } = fakeStore((key) => (key === 'r7' ? { error: 'idempotency_conflict', message: 'Another body.' } : { decision: key === 'r3' ? 'drop' : 'send' }));
	const lines = Array.from({ length: 2500 }, (_, index) => `{"key":"r${index}"}`);
	lines.splice(5, 0, '{"key":', '', '[1]');
	const { counts, lines: answers } = await decide(store, lines.join('\r\n'));
	expect(answers).toHaveLength(2502);
	expect(answers[5]).toEqual({ key: null, line: 6, error: 'bad_input', message: 'Line 6 is not JSON.' });
	expect(answers[6]).toEqual({ key: null, line: 8, error: 'bad_input', message: 'Line 8 is not a request: write one JSON object a line.' });
	expect(answers.filter(({ key }) => key !== null).map(({ key }) => key)).toEqual(Array.from({ length: 2500 }, (_, index) => `r${index}`));
	expect(counts).toEqual({ decided: 2499, send: 2498, delay: 0, drop: 1, failed: 3 });
	expect(calls.every(({ requests }) => requests.length <= 1000)).toBe(true);
});

test('policy, instant and dry run reach every batch; what was not given is left out', async () => {
	const { store, calls } = fakeStore();
	await decide(store, '{"key":"a"}\n', { policy: { rules: [] }, at: 5, dryRun: true });
	await decide(store, '\uFEFF{"key":"a"}\n', {}, 'requests.jsonl.gz');
	expect(calls).toEqual([{ policy: { rules: [] }, requests: [{ key: 'a' }], at: 5, dryRun: true }, { requests: [{ key: 'a' }], dryRun: false }]);
});

test('an empty file decides nothing', async () => {
	const { store, calls } = fakeStore();
	expect(await decide(store, '\n\n')).toEqual({ counts: { decided: 0, send: 0, delay: 0, drop: 0, failed: 0 }, lines: [] });
	expect(calls).toEqual([]);
});
