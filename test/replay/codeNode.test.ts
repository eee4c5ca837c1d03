import type { INodeParameters } from 'n8n-workflow';
import { ManualClock } from '../../src/core/clock';
import { loadEngine } from '../../src/replay/engine';
import type { Execution } from '../../src/replay/execution';
import { WorkflowRunner } from '../../src/replay/workflowRunner';
import { itemsOf } from './itemsOf';

const NOW = '2026-11-21T10:00:00.000Z';

async function run(parameters: INodeParameters, items: object[], more: object = {}): Promise<Execution> {
	const runner = new WorkflowRunner(await loadEngine(), {
		clock: new ManualClock(Date.parse(NOW)),
		nodeTypes: {},
		workflow: {
			nodes: [
				{ name: 'Before', type: 'n8n-nodes-base.noOp' },
				{ name: 'Code', type: 'n8n-nodes-base.code', typeVersion: 2, parameters, ...more },
			],
			connections: { Before: { main: [[{ node: 'Code', type: 'main', index: 0 }]] } },
		},
	});
	return await runner.execute('Before', [items.map((json) => ({ json: json as Record<string, string> }))]);
}

const json = (execution: Execution) => itemsOf(execution, 'Code').map((item) => item.json);

test('once for all items: items, $input, earlier nodes, and the virtual time', async () => {
	const execution = await run(
		{
			jsCode: `
				const first = $('Before').first().json.name;
				return $input.all().map((item, index) => ({
					json: { name: item.json.name, first, count: items.length, at: new Date().toISOString(), now: Date.now() === $now.toMillis(), year: new Date(2020, 0, 2).getFullYear(), is: new Date() instanceof Date },
				}));`,
		},
		[{ name: 'Ann' }, { name: 'Bob' }],
	);
	expect(execution.error).toBeUndefined();
	expect(json(execution)).toEqual([
		{ name: 'Ann', first: 'Ann', count: 2, at: NOW, now: true, year: 2020, is: true },
		{ name: 'Bob', first: 'Ann', count: 2, at: NOW, now: true, year: 2020, is: true },
	]);
});

test('once for each item: $json, dropped items, linked items', async () => {
	const execution = await run({ mode: 'runOnceForEachItem', jsCode: 'if ($json.age < 18) return null; return { json: { ...item.json, adult: true } };' }, [{ age: 30 }, { age: 10 }, { age: 44 }]);
	expect(json(execution)).toEqual([{ age: 30, adult: true }, { age: 44, adult: true }]);
	expect(itemsOf(execution, 'Code').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
});

test('an error fails the execution with its own words, or leaves as an item', async () => {
	const parameters = { jsCode: 'throw new Error("no stock");' };
	expect(await run(parameters, [{}])).toMatchObject({ status: 'error', error: { message: expect.stringContaining('no stock'), node: 'Code' } });
	expect(json(await run(parameters, [{}], { onError: 'continueRegularOutput' }))).toEqual([{ error: 'no stock' }]);
});

test('what is no item is refused as in n8n; nothing of the machine is at hand; Python is refused', async () => {
	expect((await run({ jsCode: 'return 7;' }, [{}])).error?.message).toMatch(/return/i);
	expect((await run({ jsCode: 'return [{ json: { require: typeof require, process: typeof process } }];' }, [{}])).nodes.get('Code')![0]!.outputs[0]![0]!.json).toEqual({ require: 'undefined', process: 'undefined' });
	expect((await run({ language: 'pythonNative', pythonCode: 'return []' }, [{}])).status).toBe('error');
});
