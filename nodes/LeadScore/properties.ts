import type { INodeProperties } from 'n8n-workflow';
import { customerField } from '../../src/n8n/customerField';
import { rulesProperties } from './rulesProperties';

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Edit Scoring Rules', value: 'editRules', description: 'Say what gives points, how fast they fade, and from where on a lead is warm or hot', action: 'Edit scoring rules' },
			{ name: 'Score Customers', value: 'route', description: 'Send each customer that comes in on by Hot, Warm or Cold', action: 'Score customers' },
		],
		default: 'route',
	},
	{
		displayName: 'Lead Score Name or ID',
		name: 'score',
		type: 'options',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getLeadScores' },
		default: 'default',
		displayOptions: { show: { operation: ['route'] } },
		description: 'By which rules. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	customerField({ show: { operation: ['route'] } }),
	...rulesProperties({ show: { operation: ['editRules'] } }),
];
