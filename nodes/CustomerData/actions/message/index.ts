import type { INodeProperties } from 'n8n-workflow';
import * as recordResult from './recordResult.operation';
import * as takeIn from './takeIn.operation';

export { recordResult, takeIn };

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
			{
				name: 'Take In Mail Events',
				value: 'takeIn',
				description: 'Recognize what SendGrid, Mailgun, Postmark, Amazon SES, Unisender Go or SendPulse reports and record all of it',
				action: 'Take in mail events',
			},
		],
		default: 'recordResult',
	},
	...recordResult.description,
	...takeIn.description,
];
