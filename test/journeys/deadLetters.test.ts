import fc from 'fast-check';
import { afterFailure, DEAD_AFTER, othersSucceeded, untilProbeMs } from '../../src/journeys/failures';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS, type TestStore } from '../support/eachStore';
import { customersOf, enterAndWait, fail, journeysOf, lineOf, park, register, registerStep, releaseAll, succeed, take, track } from './support/steps';

interface Run {
	at: number;
	customers: string[];
	failed: boolean;
}

/**
 * Runs the step until nothing is left to do: an execution fails when its time or one of its customers says so.
 * @returns every execution that had customers
 */
async function play({ store, advance }: TestStore, fails: (at: number, customers: readonly string[]) => boolean, { limit = 1000, until = 7 * DAY } = {}): Promise<Run[]> {
	const runs: Run[] = [];
	for (;;) {
		const { now, batch, nextDueAt } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait', limit });
		if (!batch) {
			if (nextDueAt === null || nextDueAt - START_MS > until) return runs;
			await advance(Math.max(1, nextDueAt - now));
			continue;
		}
		const { items } = await store.run('journeys.claimBatch', { id: batch.id, epoch: batch.epoch, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		const failed = items.length > 0 && fails(now, customersOf(items));
		if (items.length > 0) runs.push({ at: now, customers: customersOf(items), failed });
		await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: failed ? 'failed' : 'success', error: failed ? 'Send Email: refused' : undefined });
	}
}

const people = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
const released = (runs: readonly Run[]) => runs.filter(({ failed }) => !failed).flatMap(({ customers }) => customers);
const deadIn = async (store: Store) => (await store.run('journeys.deadLetters', {})).deadLetters.map(({ customer }) => customer);

/** A customer for whom the step fails while it works for another: a dead letter. */
async function deadLetter(opened: TestStore, customer = 'bad'): Promise<void> {
	await register(opened.store);
	await registerStep(opened.store);
	await enterAndWait(opened.store, [customer, 'good']);
	await play(opened, (_at, customers) => customers.includes(customer), { limit: 1 });
}

describe('What becomes of a run that fails', () => {
	test('it rests longer and longer while nobody gets through', () => {
		const rests = [1, 2, 3, 9, 10, 50].map((failures) => afterFailure({ size: 1000, failures, proven: false }));
		expect(rests).toEqual([1, 2, 4, 256, 360, 360].map((minutes) => ({ do: 'rest', restMs: minutes * MINUTE })));
	});

	test('it is split where others get through, and set aside when one customer is left and has failed often', () => {
		expect(afterFailure({ size: 2, failures: 50, proven: true })).toEqual({ do: 'split', restMs: MINUTE });
		expect(afterFailure({ size: 1, failures: DEAD_AFTER - 1, proven: true })).toMatchObject({ do: 'rest' });
		expect(afterFailure({ size: 1, failures: DEAD_AFTER, proven: true })).toEqual({ do: 'deadLetter' });
		expect(afterFailure({ size: 1, failures: 1000, proven: false })).toMatchObject({ do: 'rest' });
	});

	test('others prove that the step works when they got through since, or more of them did than fail now', () => {
		expect(othersSucceeded({ failed_from: null, failed_after: null }, 9, 1)).toBe(false);
		expect([2, 3].map((successes) => othersSucceeded({ failed_from: 2, failed_after: 2 }, successes, 9))).toEqual([false, true]);
		expect([1, 2, 3].map((failing) => othersSucceeded({ failed_from: 2, failed_after: 4 }, 4, failing))).toEqual([true, true, false]);
	});

	test('a paused step is tried every quarter of an hour at the latest', () => {
		expect([3, 4, 5, 40].map(untilProbeMs)).toEqual([4, 8, 15, 15].map((minutes) => minutes * MINUTE));
	});
});

onEachStore('Dead letters', (open) => {
	test('J52 of a thousand, two fail every time: they end alone as dead letters, everybody else goes on once', async () => {
		const opened = await open();
		const { store } = opened;
		await register(store);
		await registerStep(store);
		const everybody = people(1000);
		await enterAndWait(store, everybody);
		const bad = new Set(['c17', 'c801']);
		const runs = await play(opened, (_at, customers) => customers.some((id) => bad.has(id)));
		expect(released(runs).sort()).toEqual(everybody.filter((id) => !bad.has(id)).sort());
		expect((await deadIn(store)).sort()).toEqual([...bad]);
		expect(runs.length).toBeLessThan(80);
		expect(runs[runs.length - 1].at - START_MS).toBeLessThan(8 * HOUR);
		expect(await journeysOf(store, 'c17')).toMatchObject([{ status: 'failed', endReason: 'step_failed' }]);
		expect(await journeysOf(store, 'c18')).toMatchObject([{ status: 'completed' }]);
		expect(await lineOf(store, 'wait')).toMatchObject({ deadLetters: 2, waiting: 0, inRelease: 0, paused: false });
		const { total, deadLetters } = await store.run('journeys.deadLetters', { journey: 'j' });
		expect(total).toBe(2);
		expect(deadLetters[0]).toMatchObject({ journey: 'j', step: 'wait', nodeName: 'Node wait', visit: 1, error: 'Send Email: refused' });
		expect(deadLetters[0].failures).toBeGreaterThanOrEqual(DEAD_AFTER);
	});

	test('a mail server that is down for an hour: the step is paused and reported, nobody is set aside, and all go on afterwards', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		const everybody = people(600);
		await enterAndWait(store, everybody);
		await advance(HOUR);
		const down = (at: number) => at < START_MS + 2 * HOUR;
		for (let run = 1; run <= 3; run++) {
			const settled = await fail(store, (await take(store, 'wait', 100))!);
			expect(settled.paused).toEqual(run < 3 ? null : expect.stringContaining('Paused: run after run failed, the last with: mail server down.'));
		}
		expect(await take(store, 'wait', 100)).toBeNull();
		expect(await lineOf(store, 'wait')).toMatchObject({ paused: true, waiting: 300, inRelease: 300, held: expect.stringContaining('mail server down') });
		const runs = await play(opened, down, { limit: 100 });
		const tried = runs.filter(({ failed }) => failed);
		expect(tried.length).toBeLessThan(8);
		expect(new Set(tried.flatMap(({ customers }) => customers)).size).toBe(tried.length);
		expect(released(runs).sort()).toEqual([...everybody].sort());
		const [recovery] = runs.filter(({ failed }) => !failed);
		expect(recovery).toMatchObject({ customers: [expect.any(String)] });
		expect(recovery.at - (START_MS + 2 * HOUR)).toBeLessThan(15 * MINUTE);
		expect(runs[runs.length - 1].at).toBe(recovery.at);
		expect(await deadIn(store)).toEqual([]);
		expect(await lineOf(store, 'wait')).toMatchObject({ paused: false, held: null });
	});

	test('one customer alone at a step fails for ever: never a dead letter, for nobody proves that the step works', async () => {
		const opened = await open();
		await register(opened.store);
		await registerStep(opened.store);
		await enterAndWait(opened.store, ['only']);
		const runs = await play(opened, () => true, { until: DAY });
		expect(runs.length).toBeGreaterThan(90);
		expect(await deadIn(opened.store)).toEqual([]);
		expect(await lineOf(opened.store, 'wait')).toMatchObject({ paused: true, inRelease: 1 });
	});

	test('a run that nobody was left in does not wake a paused step', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a', 'b']);
		await advance(HOUR);
		await fail(store, (await take(store, 'wait'))!);
		await advance(MINUTE);
		await fail(store, (await take(store, 'wait'))!);
		await advance(2 * MINUTE);
		await fail(store, (await take(store, 'wait'))!);
		await track(store, 'leave', 'a');
		await track(store, 'leave', 'b');
		await advance(4 * MINUTE);
		const empty = (await take(store, 'wait'))!;
		expect(empty.items).toEqual([]);
		expect(await succeed(store, empty)).toMatchObject({ settled: true, resumed: false });
		expect(await lineOf(store, 'wait')).toMatchObject({ paused: true });
	});

	test('a trial that was cut off does not leave the step paused for ever', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['only']);
		await advance(HOUR);
		for (const rest of [1, 2, 4]) {
			await fail(store, (await take(store, 'wait'))!);
			await advance(rest * MINUTE);
		}
		expect(await take(store, 'wait')).toMatchObject({ items: [{ customer: { id: 'only' } }] });
		expect(await take(store, 'wait')).toBeNull();
		await advance(2 * MINUTE);
		const again = (await take(store, 'wait'))!;
		expect(again.items).toHaveLength(1);
		expect(await succeed(store, again)).toMatchObject({ resumed: true });
	});

	test('J52 put back after the cause is mended: due now, under the same visit, once, though two ask at the same time', async () => {
		const opened = await open();
		const { store, again } = opened;
		await deadLetter(opened);
		const other = await again();
		const answers = await Promise.all([store, other].map((one) => one.run('journeys.redrive', {})));
		expect(answers.map(({ redriven }) => redriven).sort()).toEqual([0, 1]);
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'waiting', endedAt: null, endReason: null }]);
		const items = await releaseAll(store, 'wait');
		expect(items).toMatchObject([{ customer: { id: 'bad' }, journey: { visit: 1 }, outcome: { by: 'time' } }]);
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'completed' }]);
		expect(await store.run('journeys.redrive', {})).toEqual({ redriven: 0, refused: [], left: 0 });
	});

	test('whoever was parked further down before is not released again when put back', async () => {
		const opened = await open();
		const { store } = opened;
		await deadLetter(opened);
		const [place] = (await dumpStore(opened.location)).dead_letter;
		await store.run('journeys.redrive', { enrolment: `${store.storeId}-${Number(place.enrolment_id)}` });
		const first = (await take(store, 'wait'))!;
		expect(await park(store, first.items, 'wait2')).toMatchObject([{ result: 'parked' }]);
		await fail(store, first);
		await opened.advance(MINUTE);
		expect(await releaseAll(store, 'wait')).toEqual([]);
		expect(await lineOf(store, 'wait2')).toMatchObject({ waiting: 1 });
	});

	test('which ones are put back: by journey, by step, by enrolment', async () => {
		const opened = await open();
		const { store } = opened;
		await deadLetter(opened);
		for (const other of [{ journey: 'other' }, { step: 'other' }, { enrolment: `${store.storeId}-999999` }]) expect(await store.run('journeys.redrive', other)).toMatchObject({ redriven: 0 });
		await expect(store.run('journeys.redrive', { enrolment: 'ffffffff-1' })).rejects.toThrow(/ffffffff/);
		expect(await store.run('journeys.redrive', { journey: 'j', step: 'wait' })).toMatchObject({ redriven: 1 });
	});

	test('an exit while set aside keeps the customer out, a goal is still noted', async () => {
		const opened = await open();
		const { store } = opened;
		await register(store, { goal: { rule: { eventType: 'bought' }, windowMs: DAY } });
		await registerStep(store);
		await enterAndWait(store, ['bad', 'late', 'good', 'fine']);
		await play(opened, (_at, customers) => customers.includes('bad') || customers.includes('late'), { limit: 1 });
		expect((await deadIn(store)).sort()).toEqual(['bad', 'late']);
		expect((await track(store, 'leave', 'bad')).exited).toEqual(['j']);
		await track(store, 'bought', 'late');
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'exited', endReason: 'event:leave' }]);
		expect(await journeysOf(store, 'late')).toMatchObject([{ status: 'failed', goalAt: expect.any(Number) }]);
		expect(await store.run('journeys.redrive', {})).toMatchObject({ redriven: 1 });
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['late']);
	});

	test('whoever came in again meanwhile is not put back', async () => {
		const opened = await open();
		const { store } = opened;
		await deadLetter(opened);
		expect((await track(store, 'start', 'bad')).entered).toEqual(['j']);
		expect(await store.run('journeys.redrive', {})).toMatchObject({ redriven: 0, refused: [{ customer: 'bad', reason: 'entered_again' }], left: 0 });
		expect((await journeysOf(store, 'bad')).map(({ status, endReason }) => endReason ?? status).sort()).toEqual(['entered_again', 'entering']);
	});

	test('erasure takes dead letters with it', async () => {
		const opened = await open();
		const { store } = opened;
		await deadLetter(opened);
		await store.run('customers.erase', { ref: { customerId: 'bad' } });
		expect((await dumpStore(opened.location)).dead_letter).toEqual([]);
		expect(await store.run('journeys.redrive', {})).toMatchObject({ redriven: 0 });
	});

	test('a customer who still waits on another branch stays on the journey, and has failed when that is over', async () => {
		const opened = await open();
		const { store } = opened;
		await register(store);
		await registerStep(store);
		await track(store, 'start', 'bad');
		const entered = (await take(store, 'entry'))!;
		await park(store, entered.items);
		await park(store, entered.items, 'branch', { kind: 'delay', length: { amount: 2, unit: 'days' } });
		await succeed(store, entered);
		await enterAndWait(store, ['good']);
		await play(opened, (_at, customers) => customers.includes('bad'), { limit: 1 });
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'waiting', endedAt: null }]);
		await opened.advance(2 * DAY);
		expect(await releaseAll(store, 'branch')).toHaveLength(1);
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'failed', endReason: 'step_failed' }]);
	});

	test('a lost epoch neither fails nor buries anybody', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await advance(HOUR);
		const zombie = (await take(store, 'wait'))!;
		await advance(2 * MINUTE);
		const heir = (await take(store, 'wait'))!;
		expect(await fail(store, zombie)).toEqual({ settled: false, completed: 0, deadLetters: 0, paused: null, resumed: false });
		expect(await succeed(store, heir)).toMatchObject({ settled: true, completed: 1 });
	});
});

test('whoever fails and whenever the outage is: everybody leaves once or, failing every time, is set aside, and nobody else', async () => {
	const { openStore } = await import('../../src/store/open');
	const { freshSqliteFile } = await import('../support/stores');
	const scenario = fc.record({
		size: fc.integer({ min: 3, max: 60 }),
		limit: fc.integer({ min: 1, max: 60 }),
		bad: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 4 }),
		outages: fc.array(fc.record({ from: fc.integer({ min: 0, max: 600 }), minutes: fc.integer({ min: 1, max: 120 }) }), { maxLength: 3 }),
	});
	await fc.assert(
		fc.asyncProperty(scenario, async ({ size, limit, bad, outages }) => {
			const location = { kind: 'file' as const, file: freshSqliteFile() };
			const store = await openStore(location, { thread: false, testClock: { mode: 'frozen', atMs: START_MS } });
			try {
				const opened: TestStore = { store, location, again: () => Promise.reject(new Error('one is enough')), advance: async (byMs) => (await store.run('clock.advance', { byMs })).now };
				await register(store);
				await registerStep(store);
				await enterAndWait(store, people(size));
				const poison = new Set(bad.filter((index) => index < size - 1).map((index) => `c${index}`));
				const down = (at: number) => outages.some(({ from, minutes }) => at >= START_MS + HOUR + from * MINUTE && at < START_MS + HOUR + (from + minutes) * MINUTE);
				const runs = await play(opened, (at, customers) => down(at) || customers.some((id) => poison.has(id)), { limit, until: 3 * DAY });
				expect(released(runs).sort()).toEqual(people(size).filter((id) => !poison.has(id)).sort());
				const left = [...(await deadIn(store)), ...(await dumpStore(location)).release_batch.flatMap((row) => (JSON.parse(row.items as string) as unknown[]).map(() => 'in release'))];
				expect(left).toHaveLength(poison.size);
				expect((await deadIn(store)).every((id) => poison.has(id))).toBe(true);
			} finally {
				await store.close();
			}
		}),
		{ numRuns: 25, seed: 20261122 },
	);
});
