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
			{ name: 'Check What the Score Tells', value: 'check', description: 'How many leads became customers by their points, and points that would tell better', action: 'Check what the score tells' },
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
		displayOptions: { show: { operation: ['route', 'check'] } },
		description: 'By which rules. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	customerField({ show: { operation: ['route'] } }),
	{
		displayName: 'Becomes a Customer Within (Days)',
		name: 'horizonDays',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 1, maxValue: 365 },
		default: 30,
		displayOptions: { show: { operation: ['check'] } },
		description: 'A lead of the past counts as won when the first order came within so many days',
	},
	{
		displayName: 'Take the Suggested Points',
		name: 'takeSuggestion',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		displayOptions: { show: { operation: ['check'] } },
		description: 'Whether the score has the suggested points and thresholds from now on, for the whole shop. Look at the report first. Changed rules start nobody by themselves.',
	},
	...rulesProperties({ show: { operation: ['editRules'] } }),
];
