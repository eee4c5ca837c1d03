import type { INodeProperties } from 'n8n-workflow';
import * as add from './add.operation';

export { add };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['note'] } },
		options: [
			{
				name: 'Add',
				value: 'add',
				description: 'Write something down about a customer, for your colleagues',
				action: 'Add a note',
			},
		],
		default: 'add',
	},
	...add.description,
];
