import type { INodeProperties } from 'n8n-workflow';
import { conditionProperties } from './conditionProperties';

const ASKING = ['route'];

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Check Customers', value: 'route', description: 'Send each customer that comes in on by In or Out', action: 'Check whether customers are in a segment' },
			{ name: 'Save a Segment', value: 'save', description: 'Keep conditions under a name, for other nodes, journeys and reports', action: 'Save a segment' },
		],
		default: 'route',
	},
	{
		displayName: 'Segment',
		name: 'segmentFrom',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Conditions of This Node', value: 'conditions' },
			{ name: 'A Saved Segment', value: 'saved' },
		],
		default: 'conditions',
		displayOptions: { show: { operation: ASKING } },
	},
	{
		displayName: 'Saved Segment Name or ID',
		name: 'segment',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getSegments' },
		required: true,
		default: '',
		displayOptions: { show: { operation: ASKING, segmentFrom: ['saved'] } },
		description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{
		displayName: 'Name of the Segment',
		name: 'segmentName',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. Coffee lovers who stopped reading',
		displayOptions: { show: { operation: ['save'] } },
		description: 'Saved under a name that is there already, the segment has these conditions from then on, wherever it is used',
	},
	...conditionProperties({ show: { operation: ['save'] } }),
	...conditionProperties({ show: { operation: ASKING, segmentFrom: ['conditions'] } }),
	{
		// eslint-disable-next-line n8n-nodes-base/node-param-display-name-wrong-for-dynamic-options -- it shows a number; there is nothing to choose
		displayName: 'Size',
		name: 'size',
		type: 'options',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getSize', loadOptionsDependsOn: ['operation', 'segmentFrom', 'segment', 'match', 'conditions', 'groups'] },
		default: '',
		// eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-options -- as above
		description: 'How many customers are in it right now',
	},
	{
		displayName: 'Customer',
		name: 'customer',
		type: 'string',
		required: true,
		default: '={{ $json.customer?.id ?? $json.customer_id ?? $json.email }}',
		placeholder: 'e.g. anna@example.com',
		displayOptions: { show: { operation: ['route'] } },
		description: 'ID, e-mail address or phone of the customer; on a journey it is filled in already',
	},
];
