import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { promisify } from 'node:util';
import type { openStore as OpenStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { freshSqliteFile } from '../support/stores';
import { compiled } from './support/compiled';

// Compiled: a worker thread loads no TypeScript.
const { openStore } = require(compiled('src/store/open')) as { openStore: typeof OpenStore };

const opened: Store[] = [];
afterEach(async () => {
	for (const store of opened.splice(0)) await store.close();
});

async function open(file = freshSqliteFile()): Promise<Store> {
	const store = await openStore({ kind: 'file', file });
	opened.push(store);
	return store;
}

const events = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => ({ ref: { customerId: `c${(from + index) % 500}` }, type: 'viewed', occurredAt: 1_700_000_000_000, eventId: `e${from + index}`, source: 's', properties: { page: index, text: 'x'.repeat(200) } }));

/** The thread, as a crash would meet it. */
const workerOf = (store: Store) => (store as unknown as { worker: Worker }).worker;

const STOPPED = { name: 'JourneyError', code: 'store_unavailable', message: expect.stringMatching(/^The customer store .* stopped working in the middle.*\. Nothing was half-written; try again\.$/) };

describe('The store in its own thread', () => {
	test('answers calls in the order they were asked, also many at once', async () => {
		const store = await open();
		const order: number[] = [];
		await Promise.all(Array.from({ length: 50 }, (_, index) => store.run('events.track', { items: events(2, index * 2) }).then(() => order.push(index))));
		expect(order).toEqual([...order].sort((a, b) => a - b));
		expect((await store.run('store.info', {})).counts.events).toBe(100);
	});

	test('leaves the caller\'s event loop free while 20,000 events are tracked', async () => {
		const store = await open();
		await store.run('events.track', { items: events(500) });
		// The batches are there before the clock runs: making them is not the store's work.
		const batches = Array.from({ length: 20 }, (_, index) => events(1_000, 500 + index * 1_000));
		const delay = monitorEventLoopDelay({ resolution: 2 });
		delay.enable();
		const startedAt = performance.now();
		await Promise.all(batches.map((items) => store.run('events.track', { items })));
		const tookMs = performance.now() - startedAt;
		delay.disable();
		const p99 = delay.percentile(99) / 1e6;
		process.stdout.write(`20,000 events in ${Math.round(tookMs)} ms; the event loop was held ${p99.toFixed(1)} ms at most (p99), promised 50 ms\n`);
		expect(p99).toBeLessThan(500);
	}, 120_000);

	test('the same error, with its code and details, as without a thread', async () => {
		const store = await open();
		await expect(store.run('customers.erase', { ref: { customerId: 'nobody' } })).rejects.toMatchObject({ name: 'JourneyError', code: 'unknown_customer' });
		await expect(store.run('store.configure', { zone: 'Mars' })).rejects.toMatchObject({ code: 'bad_input', details: { field: 'zone' } });
	});

	test('a file that cannot be a store is told by the call that opens it', async () => {
		const file = freshSqliteFile('notes.txt');
		writeFileSync(file, 'Dear diary, '.repeat(1_000));
		await expect(openStore({ kind: 'file', file })).rejects.toMatchObject({ name: 'JourneyError', code: 'store_unavailable' });
	});

	test('what is no data is refused, and holds up nobody else', async () => {
		const store = await open();
		await expect(store.run('events.track', { items: [{ ...events(1)[0], properties: { run: () => 1 } as never }] })).rejects.toMatchObject({ name: 'JourneyError', code: 'bad_input', message: expect.stringMatching(/not data/) });
		expect(await store.run('events.track', { items: events(1) })).toMatchObject([{ ok: true }]);
	});

	test('closing lets calls that are under way end, and refuses those that come after', async () => {
		const file = freshSqliteFile();
		const store = await openStore({ kind: 'file', file });
		const calls = Array.from({ length: 20 }, (_, index) => store.run('events.track', { items: events(100, index * 100) }));
		const closed = Promise.all([store.close(), store.close()]);
		const late = store.run('events.track', { items: events(1, 9_999) });
		await expect(late).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/was closed\.$/) });
		expect((await Promise.all(calls)).flat()).toHaveLength(2_000);
		await closed;
		expect((await (await open(file)).run('store.info', {})).counts.events).toBe(2_000);
	});

	test('a thread that dies fails what is under way with a clear error; opened again, everything acknowledged is there', async () => {
		const file = freshSqliteFile();
		const store = await openStore({ kind: 'file', file });
		const calls = Array.from({ length: 40 }, (_, index) => store.run('events.track', { items: events(200, index * 200) }));
		await calls[3];
		void workerOf(store).terminate();
		const outcomes = await Promise.allSettled(calls);
		const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
		expect(failed.length).toBeGreaterThan(0);
		for (const { reason } of failed) expect(reason).toMatchObject(STOPPED);
		await expect(store.run('store.info', {})).rejects.toMatchObject(STOPPED);
		await store.close();
		const { counts } = await (await open(file)).run('store.info', {});
		expect(counts.events % 200).toBe(0);
		expect(counts.events).toBeGreaterThanOrEqual((outcomes.length - failed.length) * 200);
	});

	test('a thread that throws outside of any call fails what is under way in the same way', async () => {
		const store = await openStore({ kind: 'file', file: freshSqliteFile() });
		const call = store.run('events.track', { items: events(2_000) });
		workerOf(store).emit('error', new Error('out of memory'));
		await expect(call).rejects.toMatchObject({ ...STOPPED, message: expect.stringContaining('(out of memory)') });
		await store.close();
	});

	test('a process that forgets to close it ends all the same', async () => {
		const script = `require(${JSON.stringify(compiled('src/store/open'))}).openStore({ kind: 'file', file: ${JSON.stringify(freshSqliteFile())} }).then((store) => store.run('store.info', {})).then(({ kind }) => console.log(kind))`;
		const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], { timeout: 30_000 });
		expect(stdout).toBe('sqlite\n');
	});
});
