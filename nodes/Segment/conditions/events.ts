import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { conditionFields } from '../../../src/n8n/eventFields';
import { COMPARE, nearOrFar, when, which } from './parts';

const theEvent: INodeProperties[] = [
	{
		displayName: 'Event Name or ID',
		name: 'eventType',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getEventTypes' },
		default: 'message_opened',
		description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{ displayName: 'Type of the Event', name: 'otherEvent', type: 'string', default: '', placeholder: 'e.g. webinar_joined', displayOptions: { show: { eventType: ['__other'] } }, description: 'As it comes in through a Customer Data node' },
];
const filter = conditionFields({ displayName: 'Only When', name: 'filter', description: 'Conditions on the fields of the event; all must hold', field: 'page' });

export const did: INodePropertyCollection = {
	displayName: 'Did or Did Not Do',
	name: 'did',
	values: [
		{
			displayName: 'The Customer',
			name: 'whether',
			type: 'options',
			options: [
				{ name: 'Did', value: 'did' },
				{ name: 'Did Not', value: 'didNot' },
			],
			default: 'did',
		},
		...theEvent,
		{ displayName: 'How Often', name: 'compare', type: 'options', options: COMPARE, default: 'atLeast', displayOptions: { show: { whether: ['did'] } } },
		{ displayName: 'Times', name: 'value', type: 'number', typeOptions: { minValue: 0 }, default: 1, displayOptions: { show: { whether: ['did'] } } },
		...when,
		filter,
	],
};

export const event: INodePropertyCollection = { displayName: 'First or Last Event', name: 'event', values: [...theEvent, which, ...nearOrFar, filter] };
