import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { systemClock } from '../../src/core/clock';
import { customerField } from '../../src/n8n/customerField';
import { itemField } from '../../src/n8n/itemField';
import { loadEngine } from '../../src/replay/engine';
import { WorkflowRunner } from '../../src/replay/workflowRunner';

const TYPE = 'n8n-nodes-customer-journeys.reader';

function told(work: () => unknown): unknown {
	try {
		return work();
	} catch (error) {
		return `error: ${(error as Error).message}`;
	}
}

/** What the field *Customer* holds for each item, as n8n's own engine says and as we read it, and how often we had to ask the engine. */
async function read(field: string | undefined, given: IDataObject[]): Promise<{ byN8n: unknown[]; byUs: unknown[]; asked: number }> {
	const seen = { byN8n: [] as unknown[], byUs: [] as unknown[], asked: 0 };
	const reader: INodeType = {
		description: { displayName: 'Reader', name: 'reader', group: ['transform'], version: 1, description: '', defaults: { name: 'Reader' }, inputs: ['main'], outputs: ['main'], properties: [customerField()] },
		execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			const items = this.getInputData();
			const parameter = (index: number) => this.getNodeParameter('customer', index) as unknown;
			const counted = ((_name: string, index: number) => (seen.asked++, parameter(index))) as IExecuteFunctions['getNodeParameter'];
			const ours = itemField({ getNode: () => this.getNode(), getNodeParameter: counted }, items, 'customer');
			seen.byN8n.push(...items.map((_, index) => told(() => parameter(index))));
			seen.byUs.push(...items.map((_, index) => told(() => ours(index))));
			return Promise.resolve([items]);
		},
	};
	const workflow = {
		id: 'w',
		name: 'W',
		nodes: [
			{ id: '1', name: 'Items', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0], parameters: {} },
			{ id: '2', name: 'Reader', type: TYPE, typeVersion: 1, position: [200, 0], parameters: field === undefined ? {} : { customer: field } },
		],
		connections: { Items: { main: [[{ node: 'Reader', type: 'main', index: 0 }]] } },
		settings: {},
	};
	const runner = new WorkflowRunner(await loadEngine(), { workflow, nodeTypes: { [TYPE]: reader }, clock: systemClock });
	const { run } = await runner.execute('Items', [given.map((json) => ({ json }))], 'trigger');
	expect(run.data.resultData.error).toBeUndefined();
	expect(seen.byN8n).toHaveLength(given.length);
	return seen;
}

const PLAIN: IDataObject[] = [{ customer: { id: 'c1' }, email: 'a@example.com' }, { customer_id: 7 }, { email: 'b@example.com' }, { customer: null, customer_id: '' }, { customer: { id: null }, email: ' c@example.com ' }, { customer: {}, customer_id: 0 }];
const ODD: IDataObject[] = [{}, { customer: 'c9' }, { customer: { id: { deep: 1 } } }, { customer: ['x'] }, { customer: { id: true } }, { email: null }, { customer: 12 }, { customer: { id: ['a'] }, email: 'd@example.com' }];

describe('A field of an item', () => {
	test('is read without asking n8n where the item has it', async () => {
		const { byN8n, byUs, asked } = await read(undefined, PLAIN);
		expect(byUs).toEqual(byN8n);
		expect(byUs).toEqual(['c1', 7, 'b@example.com', '', ' c@example.com ', 0]);
		expect(asked).toBe(0);
	});

	test.each([
		undefined, '={{ $json.customer_id }}', '={{$json.email}}', "={{ $json['customer'].id }}", '={{ $json["customer"]["id"] ?? $json?.email }}', '={{ $json.customer.id }}', '={{ $json.customer?.id.deep ?? $json.email }}',
		'={{ $json.customer?.length }}', '={{ $json.customer.toString }}', '={{ $json.customer.constructor }}', '={{ $json.customer?.__proto__ }}', '={{ $json["?? $json.email"] }}', "={{ $json['$json'] ?? $json.email }}", "={{ $json['a.b'] ?? $json.email }}",
		'= {{ $json.email }}', '={{ $json.email }} ', '={{ $json.email || $json.customer_id }}', '={{ $json.email.trim() }}', '={{ $json.email }}{{ $json.customer_id }}', '={{ $itemIndex }}', '=c1', 'c1', '{{ $json.email }}', '={{ $json . email }}', '={{ $json.email ?? "nobody" }}',
	])('is what n8n says it is: %s', async (field) => {
		const { byN8n, byUs } = await read(field, [...PLAIN, ...ODD, { 'a.b': 'x', $json: 'y', '?? $json.email': 'z' }]);
		expect(byUs).toEqual(byN8n);
	});

	test('that is a field beneath one that is not there is n8n\'s to refuse', async () => {
		const { byN8n, asked } = await read('={{ $json.customer.id }}', [{ customer: { id: 'c1' } }, {}]);
		expect(byN8n[0]).toBe('c1');
		expect(asked).toBe(1);
	});
});
