import type { INodeProperties } from 'n8n-workflow';
import * as checkAgain from './checkAgain.operation';
import * as recordResult from './recordResult.operation';
import * as takeIn from './takeIn.operation';

export { checkAgain, recordResult, takeIn };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['message'] } },
		options: [
			{
				name: 'Check Again',
				value: 'checkAgain',
				description: 'Look once more, right before sending, whether a message that Contact Policy let out may still go',
				action: 'Check a message again',
			},
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
	...checkAgain.description,
	...recordResult.description,
	...takeIn.description,
];
