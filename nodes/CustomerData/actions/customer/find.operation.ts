import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Search For',
		name: 'text',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane',
		description: 'Part of a name, email address, phone number or ID, at least 2 characters. Empty: every customer.',
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
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

const PAGE = 500;

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const wanted = run.flag('returnAll', index) ? Number.POSITIVE_INFINITY : run.number('limit', index);
		const filters = run.values(index).collection('filters');
		const text = run.text('text', index).trim() || undefined;
		const found = [];
		for (let after: string | undefined; found.length < wanted; ) {
			const limit = Math.min(PAGE, wanted - found.length);
			const page = await run.store.run('customers.find', { text, ...filters, limit, after });
			found.push(...page.map((customer) => ({ customer })));
			if (page.length < limit) break;
			after = page[page.length - 1].id;
		}
		return found;
	});
