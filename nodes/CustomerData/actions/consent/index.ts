import type { INodeProperties } from 'n8n-workflow';
import * as get from './get.operation';
import * as prove from './prove.operation';
import * as set from './set.operation';
import * as useLink from './useLink.operation';

export { get, prove, set, useLink };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['consent'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				description: 'Get what a customer agreed to, per channel and purpose',
				action: 'Get consents',
			},
			{
				name: 'Prove',
				value: 'prove',
				description: 'Get the proof of what a customer agreed to and was sent, or of an erasure, as files',
				action: 'Get the proof of consents',
			},
			{
				name: 'Set',
				value: 'set',
				description: 'Record that a customer agreed, refused or unsubscribed; withdrawing stops waiting messages at once',
				action: 'Set a consent',
			},
			{
				name: 'Use Unsubscribe Link',
				value: 'useLink',
				description: 'Find out whose unsubscribe link it is, and withdraw the consent',
				action: 'Use an unsubscribe link',
			},
		],
		default: 'set',
	},
	...set.description,
	...get.description,
	...prove.description,
	...useLink.description,
];
