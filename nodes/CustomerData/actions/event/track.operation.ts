import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, customer, historyOnly, options, pairs, showFor, source, takeFrom } from '../fields';

const properties: INodeProperties[] = [
	takeFrom('fields'),
	byFields(customer),
	byFields({
		displayName: 'Event Type',
		name: 'eventType',
		type: 'string',
		default: '={{ $json.type }}',
		required: true,
		placeholder: 'e.g. cart_updated',
		description: 'What happened, in a word of yours. Journeys start, wait and end by it.',
	}),
	byFields({
		displayName: 'Occurred At',
		name: 'occurredAt',
		type: 'string',
		default: '={{ $json.occurred_at }}',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Empty: now. Without an offset it is read in the time zone of the store.',
	}),
	byFields({
		displayName: 'Event ID',
		name: 'eventId',
		type: 'string',
		default: '={{ $json.event_id }}',
		description: 'The same ID twice is one event. Empty: events that are alike in everything, time included, are one event.',
	}),
	byFields({
		displayName: 'Properties',
		name: 'propertiesFrom',
		type: 'options',
		options: [
			{ name: 'Fields Below', value: 'fields', description: 'The ones you list' },
			{ name: 'Everything in the Item', value: 'item', description: 'The item\'s own fields; its field "properties" alone, where it has one' },
		],
		default: 'item',
		description: 'What else is known about the event, for filters and message texts',
	}),
	{
		...pairs('Property List', 'properties', 'One line per property', { singular: 'Property', nameLabel: 'Name', example: 'e.g. cart_id' }),
		displayOptions: { show: { takeFrom: ['fields'], propertiesFrom: ['fields'] } },
	},
	options([actInTestRuns, historyOnly, source]),
];

export const description = showFor('event', 'track', properties);

const FIELDS = { Customer: 'customer', 'Event Type': 'eventType', 'Occurred At': 'occurredAt', 'Event ID': 'eventId' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('events', (index) => {
		const item = run.values(index);
		const everything = run.text('propertiesFrom', index) === 'item';
		return { ...item.fields(FIELDS), Properties: everything ? item.ownProperties() : item.pairs('properties') };
	});
