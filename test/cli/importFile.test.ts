import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { importFile, ImportStopped, type ImportPlan, type ImportSummary } from '../../src/cli/importing/importFile';
import type { BatchAnswer, Destination } from '../../src/cli/importing/storeBatches';
import type { EventInput } from '../../src/ingest/records';
import { freshFolder } from '../support/stores';

const BATCH = 10;

/** A file of events; line 1 is the header, so event n stands on line n + 1. */
function eventsFile(lines: number, broken: readonly number[] = [], name = 'events.csv'): string {
	const rows = Array.from({ length: lines }, (_, index) => (broken.includes(index + 2) ? `c${index},visit,yesterday` : `c${index},visit,2026-11-21T10:00:00Z`));
	const file = join(freshFolder(), name);
	const text = ['customer_id,type,occurred_at', ...rows, ''].join('\n');
	writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
	return file;
}

type Take = (records: EventInput[], call: number) => Promise<BatchAnswer>;
const allTaken: Take = async (records) => ({ accepted: records.length, duplicates: 0, rejected: [] });

interface Watch {
	taken: string[][];
	finished: number;
	lines: number[];
	bytes: [number, number][];
	stopped: number;
}

function start(file: string, take: Take = allTaken, changes: Partial<ImportPlan<'events'>> = {}): { summary: Promise<ImportSummary>; watch: Watch } {
	const watch: Watch = { taken: [], finished: 0, lines: [], bytes: [], stopped: 0 };
	const destination: Destination<'events'> = {
		take: (records) => {
			watch.taken.push(records.map((record) => record.ref.customerId!));
			return take(records, watch.taken.length);
		},
		finish: async () => {
			watch.finished++;
			return undefined;
		},
	};
	const progress = { bytes: (done: number, total: number) => void watch.bytes.push([done, total]), lines: (done: number) => void watch.lines.push(done), stop: () => void watch.stopped++ };
	const options = { source: 'test', timeZone: 'UTC', currency: 'EUR', batchRows: BATCH };
	return { summary: importFile({ kind: 'events', file, options, destination, progress, interrupted: () => false, ...changes }), watch };
}

const rejectsOf = (file: string) => file.replace(/\.csv(\.gz)?$/, '.rejected.csv');

test('every line is read once and accounted for', async () => {
	const { summary, watch } = start(eventsFile(25), async (records, call) => ({ accepted: records.length - 1, duplicates: 1, rejected: call > 3 ? [{ index: 0, reason: 'no' }] : [] }));
	expect(await summary).toEqual({ read: 25, accepted: 22, duplicates: 3, rejected: 0, complete: true, refunds: undefined, rejectsFile: undefined });
	expect(watch.taken.map((records) => records.length)).toEqual([10, 10, 5]);
	expect(watch.lines).toEqual([10, 20, 25]);
	expect([watch.finished, watch.stopped]).toEqual([1, 1]);
});

test('progress counts the bytes of the file, packed ones for .gz, and ends at all of them', async () => {
	for (const name of ['events.csv', 'events.csv.gz']) {
		const file = eventsFile(5000, [], name);
		const { summary, watch } = start(file);
		await summary;
		const size = readFileSync(file).length;
		expect(watch.bytes.at(-1)).toEqual([size, size]);
	}
});

test('what the reader and what the store refuse stand in one rejects file, in the order of the lines', async () => {
	const file = eventsFile(22, [3, 14]);
	const { summary } = start(file, async (records, call) => {
		const rejected = call === 1 ? [{ index: 0, reason: 'erased' }, { index: 8, reason: 'unknown' }] : [];
		return { accepted: records.length - rejected.length, duplicates: 0, rejected };
	});
	expect(await summary).toMatchObject({ read: 22, accepted: 18, rejected: 4, rejectsFile: rejectsOf(file) });
	const rejected: string[][] = parse(readFileSync(rejectsOf(file)));
	// Line 3 never reached the store, so its index 8 is the tenth line of data.
	expect(rejected.map(([line]) => line)).toEqual(['line_number', '2', '3', '11', '14']);
	expect(rejected.map(([, , customer]) => customer)).toEqual(['customer_id', 'c0', 'c1', 'c9', 'c12']);
	expect(rejected[1]![1]).toBe('erased');
	expect(rejected[2]![1]).toContain('occurred_at');
});

test('a batch of rejected lines alone does not bother the store', async () => {
	const { summary, watch } = start(eventsFile(3, [2, 3, 4]));
	expect(await summary).toMatchObject({ read: 3, accepted: 0, rejected: 3 });
	expect(watch.taken).toEqual([]);
});

test('at most three batches are under way, whatever the size of the file', async () => {
	let underWay = 0;
	let most = 0;
	const { summary } = start(eventsFile(500), async (records) => {
		most = Math.max(most, ++underWay);
		await nextTurn();
		underWay--;
		return { accepted: records.length, duplicates: 0, rejected: [] };
	});
	expect((await summary).accepted).toBe(500);
	expect(most).toBe(3);
});

test('Ctrl-C: what is under way gets in, refunds wait for the rest, and the summary says so', async () => {
	let asked = 0;
	const { summary, watch } = start(eventsFile(500, [4]), allTaken, { interrupted: () => ++asked > 5 });
	expect(await summary).toMatchObject({ read: 50, accepted: 49, rejected: 1, complete: false });
	expect(watch.taken.flat()).toHaveLength(49);
	expect([watch.finished, watch.stopped]).toEqual([0, 1]);
});

test('a store that fails in the middle: the summary counts what is in, nothing is left behind', async () => {
	const file = eventsFile(100, [2]);
	const { summary, watch } = start(file, async (records, call) => {
		if (call === 4) throw new Error('gone');
		return { accepted: records.length, duplicates: 0, rejected: [] };
	});
	const error = await summary.catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(ImportStopped);
	expect((error as ImportStopped).summary).toMatchObject({ read: 30, accepted: 29, rejected: 1, complete: false });
	expect((error as ImportStopped).reason).toEqual(new Error('gone'));
	expect([watch.finished, watch.stopped]).toEqual([0, 1]);
	expect(existsSync(rejectsOf(file))).toBe(false);
	expect(existsSync(`${rejectsOf(file)}.part`)).toBe(false);
});

test('a store that fails at once: the failure itself, for nothing went in', async () => {
	const { summary } = start(eventsFile(5), async () => {
		throw new Error('never there');
	});
	await expect(summary).rejects.toThrow('never there');
});

test('an old rejects file goes when the corrected file has nothing to reject', async () => {
	const file = eventsFile(5);
	writeFileSync(rejectsOf(file), 'old');
	const { summary } = start(file);
	expect((await summary).rejectsFile).toBeUndefined();
	expect(existsSync(rejectsOf(file))).toBe(false);
});
