import { dumpStore } from '../support/dumpStore';
import { HOUR, MINUTE, onEachStore, START_MS, type TestStore } from '../support/eachStore';
import { storeChild } from '../store/support/storeChild';
import { customersOf, enterAndWait, fail, journeysOf, lineOf, park, register, registerStep, releaseAll, succeed, take, track, WORKFLOW_ID } from './support/steps';

const LEASE = 2 * MINUTE;
const batchesOf = async ({ location }: TestStore) => (await dumpStore(location)).release_batch.map(({ failures, expiries, state, size }) => ({ failures: Number(failures), expiries: Number(expiries), state, size: Number(size) }));
const signOff = { workflowId: WORKFLOW_ID, stepKey: 'wait', nodeId: 'n-wait' };

async function waitingAt(opened: TestStore, customers: readonly string[]): Promise<void> {
	await register(opened.store);
	await registerStep(opened.store);
	await enterAndWait(opened.store, customers);
	await opened.advance(HOUR);
}

/** A run that ends without a word: the process is gone, and the lease runs out. */
async function cutOff({ store, advance }: TestStore, limit?: number): Promise<string[]> {
	const taken = await take(store, 'wait', limit);
	await advance(LEASE);
	return taken ? customersOf(taken.items) : [];
}

onEachStore('Runs that are cut off', (open) => {
	test('J52 a customer who kills the process each time is set aside; everybody else goes on once, those beside them too', async () => {
		const opened = await open();
		const { store, location } = opened;
		await register(store);
		for (const step of ['wait', 'beside']) await registerStep(store, step);
		const people = Array.from({ length: 300 }, (_, index) => `c${index}`);
		const beside = Array.from({ length: 40 }, (_, index) => `b${index}`);
		await enterAndWait(store, people);
		await enterAndWait(store, beside, 'beside');
		await opened.advance(HOUR);
		const released: string[] = [];
		let crashes = 0;
		for (let done = false; !done; ) {
			const child = storeChild(location, 'crash', { workflowId: WORKFLOW_ID, steps: ['beside', 'wait'], poison: 'c137', testClock: { mode: 'frozen', atMs: START_MS } });
			await child.end();
			expect(child.lines.filter((line) => line.error !== undefined)).toEqual([]);
			released.push(...child.lines.flatMap((line) => (line.released as string[] | undefined) ?? []));
			done = child.lines.some((line) => line.done === true);
			if (!done) crashes++;
			expect(crashes).toBeLessThan(40);
		}
		expect(released.sort()).toEqual([...people.filter((id) => id !== 'c137'), ...beside].sort());
		const { deadLetters } = await store.run('journeys.deadLetters', {});
		expect(deadLetters).toMatchObject([{ customer: 'c137', step: 'wait', error: expect.stringMatching(/^n8n stopped before this run had ended, \d+ times in a row$/) }]);
		expect(await journeysOf(store, 'c137')).toMatchObject([{ status: 'failed', endReason: 'step_failed' }]);
		expect(crashes).toBeGreaterThan(5);
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 0, inRelease: 0, deadLetters: 1, paused: false });
	}, 120_000);

	test('once says nothing about the customers: restart after restart, each in the middle of a run, counts for nothing', async () => {
		const opened = await open();
		await waitingAt(opened, ['a']);
		for (let restart = 0; restart < 20; restart++) {
			expect(await cutOff(opened)).toEqual(['a']);
			const again = (await take(opened.store, 'wait'))!;
			expect(await batchesOf(opened)).toMatchObject([{ failures: 0, expiries: 1 }]);
			await park(opened.store, again.items, 'wait', { kind: 'delay', length: { amount: 1, unit: 'minutes' } });
			await succeed(opened.store, again);
			await opened.advance(MINUTE);
		}
	});

	test('a node that signs off first was stopped in order: what it had under way is not suspected, however often', async () => {
		const opened = await open();
		const { store } = opened;
		await waitingAt(opened, ['a', 'b']);
		for (let restart = 0; restart < 10; restart++) {
			const taken = (await take(store, 'wait'))!;
			expect(customersOf(taken.items)).toEqual(['a', 'b']);
			await store.run('journeys.close', signOff);
			await opened.advance(LEASE);
			await registerStep(store);
		}
		expect(await batchesOf(opened)).toEqual([{ failures: 0, expiries: -1, state: 'passed', size: 2 }]);
	});

	test('cut off twice in a row is a failed run: it rests, and the list says why', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await waitingAt(opened, ['a', 'b']);
		await cutOff(opened);
		await cutOff(opened);
		const { batch, cutOff: counted, nextDueAt, now } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' });
		expect([batch, nextDueAt, counted]).toEqual([null, now, { settled: true, completed: 0, deadLetters: 0, paused: null, resumed: false }]);
		expect(await take(store, 'wait')).toBeNull();
		expect(await batchesOf(opened)).toEqual([{ failures: 1, expiries: 2, state: 'resting', size: 2 }]);
		expect(await lineOf(store, 'wait')).toMatchObject({ held: 'The last run failed and is tried again: n8n stopped before this run had ended, 2 times in a row' });
		await advance(MINUTE);
		expect(await releaseAll(store, 'wait')).toHaveLength(2);
	});

	test('a run that ends as failed is no crash: what came before it is forgotten', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await waitingAt(opened, ['a']);
		await cutOff(opened);
		await fail(store, (await take(store, 'wait'))!);
		await advance(MINUTE);
		expect(await cutOff(opened)).toEqual(['a']);
		expect(await take(store, 'wait')).not.toBeNull();
		expect(await batchesOf(opened)).toMatchObject([{ failures: 1, expiries: 1 }]);
	});

	test('what a run that was counted says afterwards, being alive after all, counts no more', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await waitingAt(opened, ['a']);
		await cutOff(opened);
		const zombie = (await take(store, 'wait'))!;
		await advance(LEASE);
		expect(await take(store, 'wait')).toBeNull();
		expect(await succeed(store, zombie)).toMatchObject({ settled: false });
		await advance(MINUTE);
		expect(await releaseAll(store, 'wait')).toHaveLength(1);
	});

	test('a run whose lease is renewed while it is looked at is left alone', async () => {
		const opened = await open();
		const { store, advance, again } = opened;
		await waitingAt(opened, ['a']);
		await cutOff(opened);
		const slow = (await take(store, 'wait'))!;
		await advance(LEASE);
		const other = await again();
		await Promise.all([store.run('journeys.renewBatch', slow.ref), other.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' })]);
		const [{ failures }] = await batchesOf(opened);
		expect(await succeed(store, slow)).toMatchObject({ settled: failures === 0 });
	});

	test('those under suspicion are tried one at a time, also at several steps', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await waitingAt(opened, ['a']);
		await registerStep(store, 'beside');
		await enterAndWait(store, ['b'], 'beside');
		await advance(HOUR);
		for (let crash = 0; crash < 2; crash++) {
			for (const step of ['wait', 'beside']) await take(store, step);
			await advance(LEASE);
		}
		for (const step of ['wait', 'beside']) expect(await take(store, step)).toBeNull();
		await advance(MINUTE);
		const first = (await take(store, 'wait'))!;
		expect(await take(store, 'beside')).toBeNull();
		expect(await succeed(store, first)).toMatchObject({ completed: 1 });
		await advance(30_000);
		expect(customersOf(await releaseAll(store, 'beside'))).toEqual(['b']);
	});

	test('a message is in doubt, not sent again, however often its run is cut off', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await store.run('policy.save', { name: 'default', body: { requireConsent: false, quietHours: [], rules: [] } });
		await store.run('journeys.registerStep', { workflowId: WORKFLOW_ID, stepKey: 'policy', nodeId: 'n-policy', nodeName: 'Policy', kind: 'policy' });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'a', email: 'a@example.com' } }] });
		await track(store, 'start', 'a');
		const [item] = (await take(store, 'entry'))!.items;
		const pass = async (batch: { id: number; epoch: number } | null, released: boolean) =>
			await store.run('policy.pass', {
				workflowId: WORKFLOW_ID, stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 10, onSecondHandOff: 'block', batch, dryRun: false,
				items: [{ index: 0, customer: { customerId: 'a' }, journey: item.journey, released, channel: 'email', category: 'x', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} }],
			});
		expect(await pass(null, false)).toMatchObject([{ result: 'held' }]);
		const results: string[] = [];
		for (let crash = 0; crash < 4; crash++) {
			const taken = await take(store, 'policy');
			if (taken && taken.items.length > 0) results.push((await pass(taken.ref, true))[0].result);
			await advance(LEASE);
		}
		expect(results[0]).toBe('send');
		expect(results.slice(1).filter((result) => result !== 'blocked')).toEqual([]);
		expect(await store.run('policy.unknown', { limit: 10 })).toHaveLength(1);
	});
});
