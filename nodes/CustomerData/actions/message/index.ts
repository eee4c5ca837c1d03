import type { INodeProperties } from 'n8n-workflow';
import * as recordResult from './recordResult.operation';

export { recordResult };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['message'] } },
		options: [
			{
				name: 'Record Result',
				value: 'recordResult',
				description: 'Record that a message was sent, failed, bounced, was opened, clicked or complained about',
				action: 'Record a message result',
			},
		],
		default: 'recordResult',
	},
	...recordResult.description,
];
