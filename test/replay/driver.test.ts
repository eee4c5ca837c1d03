import type { INode } from 'n8n-workflow';
import { ManualClock } from '../../src/core/clock';
import { Activation } from '../../src/replay/activation';
import { ReplayDriver } from '../../src/replay/driver';
import { loadEngine, type Engine } from '../../src/replay/engine';
import type { Execution } from '../../src/replay/execution';
import type { CapturedMessage } from '../../src/replay/standIns';
import { WorkflowRunner } from '../../src/replay/workflowRunner';
import { cartReminder } from './fixtures/cartReminder';
import { ToyStore, toyWait } from './toyWait';
import { itemsOf } from './itemsOf';

const START = Date.parse('2026-11-21T10:00:00Z');
let engine: Engine;

beforeAll(async () => {
	engine = await loadEngine();
});

function set(workflow: object = cartReminder(), failFor: string[] = []) {
	const clock = new ManualClock(START);
	const store = new ToyStore(clock);
	const messages: CapturedMessage[] = [];
	const executions: Execution[] = [];
	const runner = new WorkflowRunner(engine, {
		workflow,
		nodeTypes: { 'toys.toyWait': toyWait(store) },
		clock,
		failFor,
		onMessage: (message) => messages.push(message),
		onExecution: (execution) => executions.push(execution),
	});
	const activation = new Activation(runner);
	const driver = new ReplayDriver({
		clock: { now: () => clock.now(), moveTo: async (instantMs) => clock.set(instantMs) },
		activations: [activation],
		loops: () => store.loops,
		nextDueAt: async (afterMs) => store.nextDueAt(afterMs),
	});
	return { clock, store, messages, executions, runner, activation, driver };
}

const at = (iso: string): number => Date.parse(`2026-11-21T${iso}Z`);
const told = (messages: CapturedMessage[]) => messages.map(({ to, atMs }) => `${new Date(atMs).toISOString().slice(11, 16)} ${to}`);

test('a two-sided node parks what comes from upstream and goes on from itself, at the exact instants', async () => {
	const { runner, activation, driver, messages, executions, clock, store } = set();
	await activation.activate();
	expect(store.modes).toEqual(['activate/trigger/cart/Let them think/60']);

	await runner.execute('Cart left', [[{ json: { email: 'ann@example.com', total: 120 } }, { json: { email: 'bob@example.com', total: 20 } }]]);
	await driver.advanceTo(at('10:20:00'));
	await runner.execute('Cart left', [[{ json: { email: 'cid@example.com', total: 60 } }]]);
	await driver.advanceTo(at('10:59:59'));
	expect(messages).toEqual([]);

	await driver.advanceTo(at('12:00:00'));
	expect(told(messages)).toEqual(['11:00 ann@example.com', '11:20 cid@example.com']);
	expect(clock.now()).toBe(at('12:00:00'));

	const release = executions.find(({ startNode }) => startNode === 'Let them think')!;
	expect(release).toMatchObject({ mode: 'trigger', status: 'success', atMs: at('11:00:00') });
	expect(release.nodes.has('Settings')).toBe(false);
	expect(itemsOf(release, 'Let them think')[0]!.json).toMatchObject({ email: 'ann@example.com', brand: 'Tea House' });
	expect(store.doneStatuses).toEqual(['success', 'success']);
	await activation.deactivate();
	expect([store.closed, store.loops.size]).toEqual([1, 0]);
});

test('a jump over several due instants stops at each of them, in order', async () => {
	const { runner, activation, driver, messages } = set();
	await activation.activate();
	for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) {
		await runner.execute('Cart left', [[{ json: { email, total: 99 } }]]);
		await driver.advanceTo(driver.now() + 5 * 60_000);
	}
	expect(await driver.runOut(at('23:00:00'))).toBe(true);
	expect(told(messages)).toEqual(['11:00 a@example.com', '11:05 b@example.com', '11:10 c@example.com']);
	expect(driver.now()).toBe(at('11:10:00'));
	await activation.deactivate();
});

test('running out stops at the limit and says that something is still to come', async () => {
	const { runner, activation, driver, messages } = set();
	await activation.activate();
	await runner.execute('Cart left', [[{ json: { email: 'a@example.com', total: 99 } }]]);
	expect(await driver.runOut(at('10:59:00'))).toBe(false);
	expect(messages).toEqual([]);
	await activation.deactivate();
});

test('the promise of a failed execution resolves with its error, as in n8n', async () => {
	const workflow = cartReminder();
	delete workflow.nodes.find(({ name }) => name === 'Remind')!.onError;
	const { runner, activation, driver, store, executions } = set(workflow, ['bad@example.com']);
	await activation.activate();
	await runner.execute('Cart left', [[{ json: { email: 'bad@example.com', total: 99 } }]]);
	await driver.advanceTo(at('12:00:00'));
	expect(store.doneStatuses).toEqual(['error']);
	expect(executions.at(-1)).toMatchObject({ status: 'error', error: { node: 'Remind' } });
	await activation.deactivate();
});

test('a repeated deduplication key starts nothing, and its promise resolves with undefined', async () => {
	const { runner, activation, driver, store, messages } = set();
	await activation.activate();
	store.repeatKey = true;
	for (const email of ['a@example.com', 'b@example.com']) {
		await runner.execute('Cart left', [[{ json: { email, total: 99 } }]]);
		await driver.advanceTo(driver.now() + 60_000);
	}
	await driver.advanceTo(at('12:00:00'));
	expect(store.doneStatuses).toEqual(['success', undefined]);
	expect(told(messages)).toEqual(['11:00 a@example.com']);
	await activation.deactivate();
});

test('a loop that finds nothing because another has not signed on yet is asked once more', async () => {
	let [now, signedOnAt, releases] = [START, START, 0];
	const waiting = { tick: async () => (now === START || signedOnAt !== now || releases > 0 ? 0 : ++releases) };
	const trigger = {
		tick: async () => {
			signedOnAt = now;
			return 0;
		},
	};
	const driver = new ReplayDriver({
		clock: { now: () => now, moveTo: async (instantMs) => void (now = instantMs) },
		activations: [],
		loops: () => [waiting, trigger],
		nextDueAt: async (afterMs) => (afterMs < at('11:00:00') ? at('11:00:00') : undefined),
	});
	await driver.advanceTo(at('11:00:00'));
	expect(releases).toBe(1);
});

test('time does not run backwards', async () => {
	const { driver } = set();
	await expect(driver.advanceTo(START - 1)).rejects.toThrow(/forward only: 2026-11-21T09:59:59.999Z lies before/);
});

test('a circle that takes no time is an error, not an endless replay', async () => {
	const workflow = cartReminder();
	workflow.nodes.find(({ name }) => name === 'Let them think')!.parameters.minutes = 0;
	workflow.connections['Let them think'] = { main: [[{ node: 'Settings', type: 'main', index: 0 }]] };
	const { runner, activation, driver } = set(workflow);
	await activation.activate();
	await runner.execute('Cart left', [[{ json: { email: 'a@example.com', total: 99 } }]]);
	await expect(driver.advanceTo(at('10:01:00'))).rejects.toThrow(/circle that takes no time.*Put a Journey Wait/);
	await activation.deactivate();
}, 60_000);

test('a circle with a wait in it goes round once per wait', async () => {
	const workflow = cartReminder();
	workflow.connections['Let them think'] = { main: [[{ node: 'Settings', type: 'main', index: 0 }, { node: 'Remind', type: 'main', index: 0 }]] };
	const { runner, activation, driver, messages } = set(workflow);
	await activation.activate();
	await runner.execute('Cart left', [[{ json: { email: 'a@example.com', total: 99 } }]]);
	await driver.advanceTo(at('13:30:00'));
	expect(told(messages)).toEqual(['11:00 a@example.com', '12:00 a@example.com', '13:00 a@example.com']);
	await activation.deactivate();
});

test('n8n\'s Schedule Trigger fires in virtual time, in the workflow\'s zone and across its change to winter time', async () => {
	const schedule: INode = {
		id: 's', name: 'Every morning', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, position: [0, 0],
		parameters: { rule: { interval: [{ field: 'cronExpression', expression: '0 9 * * *' }] } },
	};
	const workflow = { id: 'w', settings: { timezone: 'Europe/Berlin' }, nodes: [schedule], connections: {} };
	const { activation, driver, executions, clock } = set(workflow);
	clock.set(Date.parse('2026-10-24T05:00:00Z'));
	await activation.activate();
	await driver.advanceTo(Date.parse('2026-10-26T12:00:00Z'));
	expect(executions.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(['2026-10-24T07:00:00.000Z', '2026-10-25T08:00:00.000Z', '2026-10-26T08:00:00.000Z']);
	expect(itemsOf(executions[1]!, 'Every morning')[0]!.json).toMatchObject({ timestamp: '2026-10-25T09:00:00.000+01:00', 'Day of week': 'Sunday' });
	await activation.deactivate();
	expect(activation.schedule.nextDueAt(clock.now())).toBeUndefined();
});

test('a trigger that throws stops the activation with n8n\'s own error, and what started before it is closed', async () => {
	const { runner, store } = set();
	const workflow = cartReminder();
	workflow.nodes.push({ id: 'b', name: 'Broken', type: 'toys.broken', typeVersion: 1, position: [0, 0], parameters: {} });
	const broken = new WorkflowRunner(engine, {
		...runner.options,
		workflow,
		nodeTypes: {
			...runner.options.nodeTypes,
			'toys.broken': {
				description: { displayName: 'B', name: 'broken', group: ['trigger'], version: 1, description: '', defaults: {}, inputs: [], outputs: ['main'], properties: [] },
				trigger: async () => {
					throw new Error('the store is on fire');
				},
			},
		},
	});
	await expect(new Activation(broken).activate()).rejects.toThrow(/problem activating the workflow: "the store is on fire"/);
	expect([store.closed, store.loops.size]).toEqual([1, 0]);
});

test('two activations of the same workflow in one process do not disturb each other', async () => {
	const one = set();
	const two = set();
	await one.activation.activate();
	await two.activation.activate('init');
	expect(two.store.modes[0]).toMatch(/^init\//);
	await one.activation.deactivate();
	expect([one.store.closed, two.store.closed]).toEqual([1, 0]);
	await two.runner.execute('Cart left', [[{ json: { email: 'a@example.com', total: 99 } }]]);
	await two.driver.advanceTo(at('11:00:00'));
	expect(told(two.messages)).toEqual(['11:00 a@example.com']);
	await two.activation.deactivate();
});
