import type { INodeProperties } from 'n8n-workflow';
import * as cancel from './cancel.operation';
import * as record from './record.operation';
import * as refund from './refund.operation';

export { cancel, record, refund };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['order'] } },
		options: [
			{
				name: 'Cancel',
				value: 'cancel',
				description: 'Mark an order as canceled, so that it counts no more',
				action: 'Cancel an order',
			},
			{
				name: 'Record',
				value: 'record',
				description: 'Record an order with its lines, or a newer version of it',
				action: 'Record an order',
			},
			{
				name: 'Refund',
				value: 'refund',
				description: 'Record that an order was paid back, whole or in part',
				action: 'Refund an order',
			},
		],
		default: 'record',
	},
	...record.description,
	...cancel.description,
	...refund.description,
];
