import type { INodeType } from 'n8n-workflow';
import { ManualClock } from '../../src/core/clock';
import { loadEngine, type Engine } from '../../src/replay/engine';
import type { Execution } from '../../src/replay/execution';
import type { CapturedMessage } from '../../src/replay/standIns';
import { WorkflowRunner, type RunnerOptions } from '../../src/replay/workflowRunner';
import { cartReminder } from './fixtures/cartReminder';
import { itemsOf } from './itemsOf';
import { ToyStore, toyWait } from './toyWait';

const START = Date.parse('2026-11-21T10:00:00Z');
let engine: Engine;

beforeAll(async () => {
	engine = await loadEngine();
});

function set(options: Partial<RunnerOptions> = {}) {
	const clock = new ManualClock(START);
	const store = new ToyStore(clock);
	const messages: CapturedMessage[] = [];
	const executions: Execution[] = [];
	const runner = new WorkflowRunner(engine, {
		workflow: cartReminder(),
		nodeTypes: { 'toys.toyWait': toyWait(store) },
		clock,
		onMessage: (message) => messages.push(message),
		onExecution: (execution) => executions.push(execution),
		...options,
	});
	return { clock, store, messages, executions, runner };
}

test('runs n8n\'s own Set and If, gives the items of every node, and is fast', async () => {
	const { runner, store } = set();
	const carts = [
		{ json: { email: 'ann@example.com', total: 120 } },
		{ json: { email: 'bob@example.com', total: 20 } },
	];
	const execution = await runner.execute('Cart left', [carts]);
	expect(execution.status).toBe('success');
	expect(itemsOf(execution, 'Settings').map(({ json }) => [json.brand, json.email])).toEqual([
		['Tea House', 'ann@example.com'],
		['Tea House', 'bob@example.com'],
	]);
	expect(itemsOf(execution, 'Worth a letter?', 0).map(({ json }) => json.email)).toEqual(['ann@example.com']);
	expect(itemsOf(execution, 'Worth a letter?', 1).map(({ json }) => json.email)).toEqual(['bob@example.com']);
	expect(store.parked).toHaveLength(1);

	const before = performance.now();
	for (let index = 0; index < 20; index++) await runner.execute('Cart left', [carts]);
	const perExecution = (performance.now() - before) / 20;
	// The promise is 50 ms; ten times that is asserted, so that a busy machine does not fail it.
	expect(perExecution).toBeLessThan(500);
	console.info(`One execution: ${perExecution.toFixed(1)} ms`);
});

test('a captured letter has the real node\'s parameters, with expressions resolved at the virtual time', async () => {
	const { runner, messages, clock } = set();
	clock.set(Date.parse('2027-03-01T23:30:00Z'));
	await runner.execute('Remind', [[{ json: { customer: { id: 'c1' }, email: 'ann@example.com', brand: 'Tea House' } }]]);
	expect(messages).toEqual([
		expect.objectContaining({
			atMs: Date.parse('2027-03-01T23:30:00Z'),
			nodeName: 'Remind',
			channel: 'email',
			to: 'ann@example.com',
			subject: 'Your cart at Tea House',
			text: 'Still there on 2027-03-02',
			customer: 'c1',
			outcome: 'sent',
		}),
	]);
});

test('a captured letter gives what the real Send Email gives, not the item', async () => {
	const { runner } = set();
	const execution = await runner.execute('Remind', [[{ json: { email: 'ann@example.com' } }]]);
	expect(itemsOf(execution, 'Remind')[0]!.json).toMatchObject({ accepted: ['ann@example.com'], rejected: [] });
	expect(itemsOf(execution, 'Remind')[0]!.json).not.toHaveProperty('email');
});

test('a refused address leaves by the error output with the item it came with, the others go on', async () => {
	const { runner, messages } = set({ failFor: ['Bad@example.com'] });
	const items = ['ann@example.com', 'bad@example.com', 'cid@example.com'].map((email) => ({ json: { email, cart: `cart of ${email}` } }));
	const released = await runner.execute('Remind', [items]);
	expect(released.status).toBe('success');
	expect(messages.map(({ to, outcome }) => [to, outcome])).toEqual([
		['ann@example.com', 'sent'],
		['bad@example.com', 'failed'],
		['cid@example.com', 'sent'],
	]);
	expect(itemsOf(released, 'Remind', 0)).toHaveLength(2);
	expect(itemsOf(released, 'Remind', 1)[0]!.json.error).toContain('550');
	expect(itemsOf(released, 'Failed')).toHaveLength(1);
});

test('the error output carries the item that went in when the sender was reached from upstream', async () => {
	const workflow = cartReminder();
	workflow.connections.Settings = { main: [[{ node: 'Remind', type: 'main', index: 0 }]] };
	const { runner } = set({ workflow, failFor: ['bad@example.com'] });
	const execution = await runner.execute('Cart left', [[{ json: { email: 'bad@example.com', cart: 'k7' } }]]);
	expect(itemsOf(execution, 'Failed')[0]!.json).toMatchObject({ cart: 'k7', email: 'bad@example.com', error: expect.stringContaining('550') });
});

test('without "continue on error" a refused address fails the execution and names the node', async () => {
	const workflow = cartReminder();
	const remind = workflow.nodes.find(({ name }) => name === 'Remind')!;
	delete remind.onError;
	const { runner } = set({ workflow, failFor: ['bad@example.com'] });
	const execution = await runner.execute('Remind', [[{ json: { email: 'bad@example.com' } }]]);
	expect(execution.status).toBe('error');
	expect(execution.error).toMatchObject({ node: 'Remind' });
	expect(execution.nodes.get('Remind')![0]!.error).toBeTruthy();
});

test('"retry on fail" tries as often as in n8n, without its real pauses', async () => {
	const workflow = cartReminder();
	Object.assign(workflow.nodes.find(({ name }) => name === 'Remind')!, { onError: undefined, retryOnFail: true, maxTries: 4, waitBetweenTries: 5_000 });
	const { runner, messages } = set({ workflow, failFor: ['bad@example.com'] });
	const before = performance.now();
	expect((await runner.execute('Remind', [[{ json: { email: 'bad@example.com' } }]])).status).toBe('error');
	expect(messages.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
	expect(performance.now() - before).toBeLessThan(2_000);
});

test('static data that one execution changes is there for the next, and a test run changes none', async () => {
	const counting: INodeType = {
		description: { displayName: 'Counting', name: 'counting', group: ['transform'], version: 1, description: '', defaults: { name: 'Counting' }, inputs: ['main'], outputs: ['main'], properties: [] },
		async execute() {
			const data = this.getWorkflowStaticData('global');
			data.seen = [...((data.seen as number[] | undefined) ?? []), 1];
			return [[{ json: { count: (data.seen as number[]).length, mode: this.getMode() } }]];
		},
	};
	const { runner } = set({ workflow: { nodes: [{ name: 'Count', type: 'toys.counting' }] }, nodeTypes: { 'toys.counting': counting } });
	const counts: unknown[] = [];
	for (const run of [() => runner.execute('Count', [[{ json: {} }]]), () => runner.test('Count'), () => runner.execute('Count', [[{ json: {} }]])]) {
		counts.push(itemsOf(await run(), 'Count')[0]!.json);
	}
	expect(counts).toEqual([{ count: 1, mode: 'trigger' }, { count: 2, mode: 'manual' }, { count: 2, mode: 'trigger' }]);
});

test('an execution that cannot begin is a failed one, as in n8n', async () => {
	const workflow = cartReminder();
	workflow.nodes.find(({ name }) => name === 'Settings')!.type = 'toys.strict';
	const strict: INodeType = {
		description: {
			displayName: 'Strict', name: 'strict', group: ['transform'], version: 3.4, description: '', defaults: { name: 'Strict' }, inputs: ['main'], outputs: ['main'],
			properties: [{ displayName: 'Word', name: 'word', type: 'string', required: true, default: '' }],
		},
		execute: async () => [[]],
	};
	const store = new ToyStore(new ManualClock(START));
	const { runner } = set({ workflow, nodeTypes: { 'toys.toyWait': toyWait(store), 'toys.strict': strict } });
	const execution = await runner.execute('Cart left', [[{ json: {} }]]);
	expect(execution).toMatchObject({ status: 'error', error: { message: expect.stringContaining('issue') } });
});

test('a call over HTTP never leaves: it is recorded, and answers what the test says', async () => {
	const workflow = cartReminder();
	workflow.nodes.push({
		id: 'http', name: 'Coupon', type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, position: [0, 0],
		parameters: { url: '=http://127.0.0.1:9/{{ $json.email }}', method: 'POST' },
	});
	const { runner, messages } = set({ workflow, answers: { Coupon: { code: 'TEA10' } } });
	const execution = await runner.execute('Coupon', [[{ json: { email: 'ann@example.com' } }]]);
	expect(messages).toMatchObject([{ nodeName: 'Coupon', to: 'http://127.0.0.1:9/ann@example.com', channel: undefined }]);
	expect(itemsOf(execution, 'Coupon')[0]!.json).toEqual({ code: 'TEA10' });
});

test('a sender of an unknown package is captured too, on the channel that the policy allowed', async () => {
	const workflow = cartReminder();
	workflow.nodes.push({
		id: 'x', name: 'SMS gate', type: 'n8n-nodes-smsgate.smsGate', typeVersion: 2.1, position: [0, 0],
		parameters: { to: '={{ $json.phone }}', message: 'Hello {{ $json.name }}' },
	});
	const { runner, messages } = set({ workflow });
	await runner.execute('SMS gate', [[{ json: { phone: '+4915112345678', policy: { channel: 'sms' } } }]]);
	expect(messages).toMatchObject([{ nodeName: 'SMS gate', to: '+4915112345678', channel: 'sms' }]);
});

test('n8n\'s own Wait is refused with the node to use instead', () => {
	const workflow = cartReminder();
	workflow.nodes.push({ id: 'w', name: 'Pause', type: 'n8n-nodes-base.wait', typeVersion: 1.1, position: [0, 0], parameters: {} });
	expect(() => set({ workflow })).toThrow(/"Pause".*Use Journey Wait/);
	workflow.nodes.at(-1)!.disabled = true;
	expect(() => set({ workflow })).not.toThrow();
});

test('a node type that n8n does not have, and a version it does not have, are named', () => {
	const workflow = cartReminder();
	workflow.nodes.push({ id: 'w', name: 'Odd', type: 'n8n-nodes-base.sett', typeVersion: 1, position: [0, 0], parameters: {} });
	expect(() => set({ workflow })).toThrow(/"n8n-nodes-base.sett".*n8n 2\./);
});

test('a file that is no workflow is refused in one sentence', () => {
	expect(() => set({ workflow: { nodes: [] } })).toThrow(/not an n8n workflow: nodes has no nodes/);
	const twins = cartReminder();
	twins.nodes[1]!.name = twins.nodes[0]!.name;
	expect(() => set({ workflow: twins })).toThrow(/Two nodes of the workflow are called "Cart left"/);
});

test('starting from a node that is not there names those that are', async () => {
	await expect(set().runner.execute('Cart lost', [[]])).rejects.toThrow(/no node called "Cart lost".*"Cart left", "Settings"/);
});

test('starting from a node in the middle fills in the defaults of its parameters', async () => {
	const execution = await set().runner.execute('Settings', [[{ json: { email: 'ann@example.com', total: 1 } }]]);
	expect(execution.error).toBeUndefined();
	expect(itemsOf(execution, 'Settings')[0]!.json).toMatchObject({ brand: 'Tea House' });
});

test('a credential that a node asks for is the one the replay was given', async () => {
	const asking: INodeType = {
		description: {
			displayName: 'Asking', name: 'asking', group: ['transform'], version: 1, description: '', defaults: { name: 'Asking' }, inputs: ['main'], outputs: ['main'], properties: [],
			credentials: [{ name: 'customerStoreApi', required: false }],
		},
		async execute() {
			return [[{ json: { store: (await this.getCredentials('customerStoreApi')).storeName as string } }]];
		},
	};
	const workflow = {
		nodes: [{ name: 'Ask', type: 'toys.asking', credentials: { customerStoreApi: { id: '1', name: 'Client A' } } }],
	};
	const { runner } = set({ workflow, nodeTypes: { 'toys.asking': asking }, credentials: { customerStoreApi: { storeName: 'client-a' } } });
	expect(itemsOf(await runner.execute('Ask', [[{ json: {} }]]), 'Ask')[0]!.json).toEqual({ store: 'client-a' });
	const unchosen = set({ workflow: { nodes: [{ name: 'Ask', type: 'toys.asking' }] }, nodeTypes: { 'toys.asking': asking }, credentials: { customerStoreApi: { storeName: 'client-a' } } });
	expect(itemsOf(await unchosen.runner.execute('Ask', [[{ json: {} }]]), 'Ask')[0]!.json).toEqual({ store: 'client-a' });
	const without = set({ workflow, nodeTypes: { 'toys.asking': asking } });
	expect((await without.runner.execute('Ask', [[{ json: {} }]])).error?.message).toContain('no credential of the type "customerStoreApi"');
});
