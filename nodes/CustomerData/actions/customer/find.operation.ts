import type { INodeProperties } from 'n8n-workflow';
import type { CustomerView } from '../../../../src/journeys/item';
import type { CustomerDataRun } from '../../run';
import { limited, showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Search For',
		name: 'text',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane',
		description: 'Part of a name, email address, phone number or ID, at least 2 characters. Empty: every customer.',
	},
	...limited,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Stage',
				name: 'stage',
				type: 'string',
				default: '',
				placeholder: 'e.g. dormant',
				description: 'Only customers in this lifecycle stage',
			},
			{
				displayName: 'VIP',
				name: 'vip',
				type: 'boolean',
				default: true,
				description: 'Whether to return VIP customers only, or only the others',
			},
		],
	},
];

export const description = showFor('customer', 'find', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const filters = run.values(index).collection('filters');
		const text = run.text('text', index).trim() || undefined;
		const found = await run.pages<CustomerView>(index, (limit, last) => run.store.run('customers.find', { text, ...filters, limit, after: last?.id }));
		return found.map((customer) => ({ customer }));
	});
