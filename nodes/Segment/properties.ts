import type { INodeProperties } from 'n8n-workflow';
import { customerField } from '../../src/n8n/customerField';
import { conditionPaths } from './conditions/paths';
import { conditionProperties } from './conditions/properties';
import { rfmProperties } from './rfmProperties';

const ASKING = ['route', 'source'];

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Check Customers', value: 'route', description: 'Send each customer that comes in on by In or Out', action: 'Check whether customers are in a segment' },
			{ name: 'Control Runs', value: 'runs', description: 'See how far runs through the members are; pause, resume or stop one', action: 'Control runs through a segment' },
			{ name: 'Edit RFM Groups', value: 'editRfm', description: 'Change how customers get their scores, and which group each field of the map is', action: 'Edit the RFM groups' },
			{ name: 'Go Through All Members', value: 'source', description: 'Start a run that lets the members go on, page by page', action: 'Go through all members of a segment' },
			{ name: 'Save a Segment', value: 'save', description: 'Keep conditions under a name, for other nodes, journeys and reports', action: 'Save a segment' },
			{ name: 'Show RFM Groups', value: 'rfm', description: 'How many customers are in each RFM group, and the map of them as a picture', action: 'Show the RFM groups' },
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
		displayOptions: { show: { operation: ['route', 'source', 'save'] } },
		type: 'options',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getSize', loadOptionsDependsOn: ['operation', 'segmentFrom', 'segment', ...conditionPaths()] },
		default: '',
		// eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-options -- as above
		description: 'How many customers are in it right now',
	},
	...rfmProperties({ show: { operation: ['editRfm'] } }),
	customerField({ show: { operation: ['route'] } }),
	{
		displayName: 'Any item that comes in starts a run, and the members leave by this same node, page by page, as long as the workflow is published. Customers who come into the segment meanwhile are met too, if they come later in the order.',
		name: 'sourceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['source'] } },
	},
	{
		displayName: 'Action',
		name: 'runAction',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'List', value: 'list' },
			{ name: 'Pause', value: 'pause' },
			{ name: 'Resume', value: 'resume' },
			{ name: 'Stop', value: 'stop' },
		],
		default: 'list',
		displayOptions: { show: { operation: ['runs'] } },
	},
	{
		displayName: 'Run Name or ID',
		name: 'runId',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getRuns' },
		required: true,
		default: '',
		displayOptions: { show: { operation: ['runs'], runAction: ['pause', 'resume', 'stop'] } },
		description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['source'] } },
		options: [
			{
				displayName: 'If a Run Is Still Under Way',
				name: 'ifUnderWay',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Refuse the New One', value: 'refuse' },
					{ name: 'The New One Queues', value: 'queue' },
				],
				default: 'refuse',
				description: 'Two runs of one node never go side by side',
			},
			{
				displayName: 'Members per Page',
				name: 'pageSize',
				type: 'number',
				noDataExpression: true,
				typeOptions: { minValue: 1, maxValue: 1000 },
				default: 500,
				description: 'So many members go through the rest of the workflow in one execution; the next page comes when it has ended',
			},
			{
				displayName: 'Step Key',
				name: 'stepKey',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. monthly-offer',
				description: 'Under this name the store keeps how far a run is. Give one to keep that when the workflow is copied or deployed anew; empty: the ID of this node.',
			},
		],
	},
];
