import type { INodeProperties } from 'n8n-workflow';
import * as editValue from './editValue.operation';
import * as erase from './erase.operation';
import * as explain from './explain.operation';
import * as exportAll from './export.operation';
import * as find from './find.operation';
import * as get from './get.operation';
import * as merge from './merge.operation';
import * as refreshFigures from './refreshFigures.operation';
import * as unmerge from './unmerge.operation';
import * as upsert from './upsert.operation';

export { editValue, erase, explain, exportAll, find, get, merge, refreshFigures, unmerge, upsert };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['customer'] } },
		options: [
			{
				name: 'Create or Update',
				value: 'upsert',
				description: 'Create a new record, or update the current one if it already exists (upsert)',
				action: 'Create or update a customer',
			},
			{
				name: 'Edit Value Settings',
				value: 'editValue',
				description: 'Say what the margin is, how far ahead lifetime value looks, and what later money is worth',
				action: 'Edit the value settings of the shop',
			},
			{
				name: 'Erase',
				value: 'erase',
				description: 'Remove a customer\'s personal data for good',
				action: 'Erase a customer',
			},
			{
				name: 'Explain',
				value: 'explain',
				description: 'Say why each message was sent, held or not sent, and what would have sent it',
				action: 'Explain the messages of a customer',
			},
			{
				name: 'Export',
				value: 'exportAll',
				description: 'Get everything that is kept about a customer, for a customer who asks for it',
				action: 'Export everything about a customer',
			},
			{
				name: 'Find',
				value: 'find',
				description: 'Search customers by name, email, phone, ID, stage or VIP',
				action: 'Find customers',
			},
			{
				name: 'Get',
				value: 'get',
				description: 'Get what is known about a customer',
				action: 'Get a customer',
			},
			{
				name: 'Merge',
				value: 'merge',
				description: 'Make one customer of two who are the same person',
				action: 'Merge two customers',
			},
			{
				name: 'Refresh Figures',
				value: 'refreshFigures',
				description: 'Recompute RFM groups, rhythm, next purchase, stage and value of all customers now',
				action: 'Refresh the figures of all customers',
			},
			{
				name: 'Unmerge',
				value: 'unmerge',
				description: 'Take a merge back',
				action: 'Unmerge a customer',
			},
		],
		default: 'upsert',
	},
	...upsert.description,
	...editValue.description,
	...erase.description,
	...explain.description,
	...exportAll.description,
	...find.description,
	...get.description,
	...merge.description,
	...refreshFigures.description,
	...unmerge.description,
];
