import type { INodeType, IRun, ITriggerFunctions } from 'n8n-workflow';
import { ManualClock } from '../../src/core/clock';
import { ReleaseLoop, runningLoops } from '../../src/n8n/releaseLoop';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { Activation } from '../../src/replay/activation';
import { ReplayDriver } from '../../src/replay/driver';
import { loadEngine } from '../../src/replay/engine';
import type { Execution } from '../../src/replay/execution';
import { WorkflowRunner } from '../../src/replay/workflowRunner';

const START = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;

/** A store of due instants only, answering what a release loop asks. */
function dueInstants(clock: ManualClock, dueAt: number[]) {
	const asked: string[] = [];
	const settled: string[] = [];
	let lastId = 0;
	const run = async (name: string, input: { outcome?: string }) => {
		asked.push(name);
		if (name === 'journeys.settleBatch') settled.push(`${input.outcome} ${new Date(clock.now()).toISOString().slice(11, 16)}`);
		if (name !== 'journeys.takeBatch') return {};
		const due = dueAt.findIndex((at) => at <= clock.now());
		if (due < 0) return { now: clock.now(), batch: null, nextDueAt: dueAt.length > 0 ? Math.min(...dueAt) : null };
		dueAt.splice(due, 1);
		const id = ++lastId;
		return { now: clock.now(), batch: { id, epoch: 1, size: 1, key: `toy:${id}:1` }, nextDueAt: null };
	};
	const handle = { run, store: async () => ({ storeId: 'toy' }), release: () => asked.push('released') };
	return { handle: handle as unknown as StoreHandle, asked, settled };
}

function looping(store: StoreHandle, fail: () => boolean): INodeType {
	return {
		description: { displayName: 'Looping', name: 'looping', group: ['transform'], version: 1, description: '', defaults: { name: 'Looping' }, inputs: ['main'], outputs: ['main'], properties: [] },
		async execute() {
			if (fail()) throw new Error('the step failed');
			return [this.getInputData()];
		},
		async trigger(this: ITriggerFunctions) {
			const loop = new ReleaseLoop(
				{
					sign: { workflowId: 'w', nodeId: 'n', stepKey: 's' },
					register: async () => undefined,
					emit: async (batch) => {
						const done = this.helpers.createDeferredPromise<IRun>();
						this.emit([[{ json: { batch: batch.id } }]], undefined, done, batch.key);
						return { outcome: (await done.promise).status === 'success' ? 'success' : 'failed' };
					},
				},
				store,
				this.logger,
			);
			await loop.start();
			return { closeFunction: async () => await loop.close() };
		},
	};
}

test('the project\'s own release loop is driven by hand: no timer, exact instants, signs of life, settled batches', async () => {
	const clock = new ManualClock(START);
	const store = dueInstants(clock, [START + 90 * MINUTE, START + 30 * MINUTE, START + 90 * MINUTE]);
	const executions: Execution[] = [];
	let runs = 0;
	const runner = new WorkflowRunner(await loadEngine(), {
		workflow: { id: 'w', nodes: [{ name: 'Step', type: 'toys.looping' }] },
		nodeTypes: { 'toys.looping': looping(store.handle, () => ++runs === 2) },
		clock,
		onExecution: (execution) => executions.push(execution),
	});
	const activation = new Activation(runner);
	await activation.activate();
	expect(activation.loops).toHaveLength(1);
	const instants = [30, 90, 90].map((minutes) => START + minutes * MINUTE);
	const driver = new ReplayDriver({
		clock: { now: () => clock.now(), moveTo: async (instantMs) => clock.set(instantMs) },
		activations: [activation],
		loops: () => activation.loops,
		nextDueAt: async (afterMs) => instants.find((at) => at > afterMs),
	});
	// Real time passes: a loop with a timer of its own would look at its store by now.
	const askedBefore = store.asked.length;
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(store.asked.length).toBe(askedBefore);

	await driver.advanceTo(START + 120 * MINUTE);
	expect(executions.map(({ atMs, status }) => `${(atMs - START) / MINUTE} ${status}`).sort()).toEqual(['30 success', '90 error', '90 success']);
	expect(store.settled.sort()).toEqual(['failed 11:30', 'success 10:30', 'success 11:30']);
	expect(store.asked).toContain('journeys.heartbeat');
	await activation.deactivate();
	expect(store.asked.slice(-2)).toEqual(['journeys.close', 'released']);
	expect([activation.loops, runningLoops().size]).toEqual([[], 0]);
});
