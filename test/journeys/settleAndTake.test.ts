import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, type TestStore } from '../support/eachStore';
import { customersOf, enterAndWait, fail, journeysOf, register, registerStep, succeed, take, WORKFLOW_ID, type Taken } from './support/steps';

const LEASE = 2 * MINUTE;
const NEXT = { workflowId: WORKFLOW_ID, stepKey: 'wait', limit: 2 };

/** A batch ends well, and the next two are asked for with it. */
const settleAndTake = (store: Store, { ref }: Pick<Taken, 'ref'>, next: typeof NEXT & { leaseMs?: number } = NEXT) => store.run('journeys.settleBatch', { ...ref, outcome: 'success', next });
const claim = async (store: Store, ref: { id: number; epoch: number }) => customersOf((await store.run('journeys.claimBatch', { ...ref, workflowId: WORKFLOW_ID, stepKey: 'wait', skipMovedOn: true })).items);
const takeTwo = async (store: Store) => (await take(store, 'wait', 2)) as Taken;

async function due({ store, advance }: TestStore, customers: readonly string[]): Promise<void> {
	await register(store);
	await registerStep(store);
	await enterAndWait(store, customers);
	await advance(HOUR);
}

onEachStore('Settling a batch and taking the next in one', (open) => {
	test('ends the one, and gives out the next under a lease of its own, until nobody is due', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await due(opened, ['a', 'b', 'c', 'd', 'e']);
		await enterAndWait(store, ['later'], 'wait', { kind: 'delay', length: { amount: 3, unit: 'hours' } });
		const { now } = await store.run('store.settings', {});
		const first = await takeTwo(store);
		const settled = await settleAndTake(store, first);
		expect(settled).toMatchObject({ settled: true, completed: 2, taken: { now, batch: { epoch: 1, size: 2 } } });
		const second = settled.taken!.batch!;
		expect(second.key).toBe(`${store.storeId}:${second.id}:1`);
		expect(second.id).not.toBe(first.ref.id);
		expect([customersOf(first.items), await claim(store, second)]).toEqual([['a', 'b'], ['c', 'd']]);
		const third = (await settleAndTake(store, { ref: second }, { ...NEXT, leaseMs: 10 * MINUTE })).taken!.batch!;
		expect(third).toMatchObject({ size: 1 });
		await advance(9 * MINUTE);
		expect(await take(store, 'wait')).toBeNull();
		expect(await claim(store, third)).toEqual(['e']);
		expect(await settleAndTake(store, { ref: third })).toMatchObject({ settled: true, completed: 1, taken: { batch: null } });
		for (const customer of ['a', 'b', 'c', 'd', 'e']) expect(await journeysOf(store, customer)).toMatchObject([{ status: 'completed' }]);
	});

	test('a lost epoch is not settled, and the next batch is taken all the same; nothing is taken unless it is asked for', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await due(opened, ['a', 'b', 'c', 'd']);
		const zombie = await takeTwo(store);
		await advance(LEASE);
		const again = (await take(store, 'wait', 2))!;
		expect([again.ref.id, again.ref.epoch]).toEqual([zombie.ref.id, 2]);
		expect(await settleAndTake(store, zombie)).toMatchObject({ settled: false, completed: 0, taken: { batch: { epoch: 1, size: 2 } } });
		expect(await journeysOf(store, 'a')).toMatchObject([{ status: 'waiting' }]);
		expect((await succeed(store, again)).taken).toBeUndefined();
	});

	test('after a failure nothing is taken: the step may be in trouble', async () => {
		const opened = await open();
		const { store } = opened;
		await due(opened, ['a', 'b', 'c', 'd']);
		const first = await takeTwo(store);
		expect(await store.run('journeys.settleBatch', { ...first.ref, outcome: 'failed', error: 'no', next: NEXT })).toMatchObject({ settled: true, completed: 0 });
		const { batch: unclaimed } = await store.run('journeys.takeBatch', NEXT);
		const settled = await settleAndTake(store, { ref: unclaimed! });
		expect([settled.settled, settled.completed, settled.taken]).toEqual([true, 0, undefined]);
	});

	describe('what needs more than taking those who are due is left to the next look', () => {
		test('a batch whose lease ran out', async () => {
			const opened = await open();
			const { store, advance } = opened;
			await due(opened, ['a', 'b', 'c', 'd', 'e']);
			const [expired, running] = [await takeTwo(store), await takeTwo(store)];
			await advance(LEASE - 1);
			await store.run('journeys.renewBatch', running.ref);
			await advance(1);
			expect((await settleAndTake(store, running)).taken).toMatchObject({ batch: null });
			expect((await take(store, 'wait'))!.ref).toEqual({ id: expired.ref.id, epoch: 2 });
		});

		test('a step that is paused because it fails for everybody', async () => {
			const opened = await open();
			const { store, advance } = opened;
			await due(opened, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
			const running = await takeTwo(store);
			let paused: string | null = null;
			for (let runs = 0; paused === null && runs < 5; runs++) {
				const { batch } = await store.run('journeys.takeBatch', { ...NEXT, limit: 1 });
				paused = (await fail(store, { ref: batch!, items: [] })).paused;
			}
			expect(paused).toMatch(/^Paused/);
			await advance(1);
			expect(await settleAndTake(store, running)).toMatchObject({ resumed: true, taken: { batch: null } });
			expect(await take(store, 'wait')).not.toBeNull();
		});

		test('waits that a pause of the workflow made longer', async () => {
			const opened = await open();
			const { store, advance } = opened;
			await due(opened, ['a', 'b', 'c', 'd']);
			const first = await takeTwo(store);
			await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
			await advance(DAY);
			await register(store, { whenResumed: { mode: 'shift' } });
			await store.run('journeys.renewBatch', first.ref);
			expect(await settleAndTake(store, first)).toMatchObject({ settled: true, completed: 2, taken: { batch: null } });
		});
	});
});
