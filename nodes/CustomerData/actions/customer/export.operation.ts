import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'Give It As',
		name: 'giveAs',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'File', value: 'file', description: 'A JSON file, to be sent to the customer or stored' },
			{ name: 'Item', value: 'item', description: 'Fields of the item, under "export"' },
		],
		default: 'file',
	},
];

export const description = showFor('customer', 'exportAll', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItemWithFiles(async (index) => {
		const document = await run.store.run('customers.export', { ref: run.values(index).customer() });
		const result = 'Everything that is kept about this customer';
		if (run.text('giveAs', index) === 'item') return { json: { export: document, result }, files: [] };
		return { json: { result }, files: [{ name: 'customer-data.json', mimeType: 'application/json', content: `${JSON.stringify(document, null, 2)}\n` }] };
	});
