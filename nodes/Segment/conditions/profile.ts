import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../../src/n8n/channelFields';
import { MOST_DAYS } from './parts';

const PROFILE_FIELDS: INodePropertyOptions[] = [
	{ name: 'Another Field', value: 'attribute' },
	{ name: 'Country', value: 'country', description: 'Two letters, such as DE' },
	{ name: 'Email', value: 'email' },
	{ name: 'First Name', value: 'firstName' },
	{ name: 'ID', value: 'id' },
	{ name: 'Language', value: 'locale', description: 'Such as en-GB' },
	{ name: 'Last Name', value: 'lastName' },
	{ name: 'Phone', value: 'phone' },
	{ name: 'Time Zone', value: 'timeZone' },
];

const attribute: INodeProperties = { displayName: 'Name of the Field', name: 'attribute', type: 'string', default: '', placeholder: 'e.g. loyalty_level', displayOptions: { show: { field: ['attribute'] } }, description: 'An attribute of the customer' };

export const profile: INodePropertyCollection = {
	displayName: 'Profile',
	name: 'profile',
	values: [
		{ displayName: 'Field', name: 'field', type: 'options', options: PROFILE_FIELDS, default: 'country' },
		attribute,
		{
			displayName: 'Operator',
			name: 'operator',
			type: 'options',
			options: [
				{ name: 'Contains', value: 'contains' },
				{ name: 'Does Not Contain', value: 'notContains' },
				{ name: 'Is', value: 'equals' },
				{ name: 'Is Greater Than', value: 'greaterThan' },
				{ name: 'Is Known', value: 'exists' },
				{ name: 'Is Less Than', value: 'lessThan' },
				{ name: 'Is Not', value: 'notEquals' },
				{ name: 'Is Not Known', value: 'notExists' },
			],
			default: 'equals',
		},
		{ displayName: 'Value', name: 'value', type: 'string', default: '', displayOptions: { hide: { operator: ['exists', 'notExists'] } } },
	],
};

export const date: INodePropertyCollection = {
	displayName: 'Date in the Profile',
	name: 'date',
	values: [
		{
			displayName: 'Date',
			name: 'field',
			type: 'options',
			options: [
				{ name: 'Another Field', value: 'attribute' },
				{ name: 'Birth Date', value: 'birthDate' },
				{ name: 'Customer Since', value: 'createdAt' },
			],
			default: 'createdAt',
		},
		attribute,
		{
			displayName: 'Is',
			name: 'is',
			type: 'options',
			options: [
				{ name: 'Coming Round Within (Every Year)', value: 'anniversary', description: 'Such as a birthday' },
				{ name: 'In the Last …', value: 'inTheLast' },
				{ name: 'In the Next …', value: 'inTheNext' },
				{ name: 'Longer Ago Than …', value: 'longerAgo' },
			],
			default: 'inTheLast',
		},
		{ displayName: 'Days', name: 'days', type: 'number', typeOptions: { minValue: 1, maxValue: MOST_DAYS }, default: 30 },
	],
};

export const consent: INodePropertyCollection = {
	displayName: 'Consent',
	name: 'consent',
	values: [
		{ displayName: 'Channel', name: 'channel', type: 'options', options: CHANNEL_OPTIONS, default: 'email' },
		{ displayName: 'Agreed', name: 'given', type: 'boolean', default: true, description: 'Whether those are meant who agreed to messages on this channel, and have not withdrawn it since' },
		{
			displayName: 'Purpose',
			name: 'purpose',
			type: 'options',
			options: [
				{ name: 'Marketing', value: 'marketing' },
				{ name: 'Processing', value: 'processing', description: 'Keeping and using personal data at all' },
				{ name: 'Service', value: 'service' },
			],
			default: 'marketing',
		},
	],
};
