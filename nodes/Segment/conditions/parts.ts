import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Fields that several kinds of conditions share. */

export const MOST_DAYS = 3_660;

export const when: INodeProperties[] = [
	{
		displayName: 'When',
		name: 'when',
		type: 'options',
		options: [
			{ name: 'At Any Time', value: 'ever' },
			{ name: 'Between Two Days', value: 'between' },
			{ name: 'In the Last …', value: 'inTheLast' },
			{ name: 'Longer Ago Than …', value: 'longerAgo' },
		],
		default: 'inTheLast',
	},
	{ displayName: 'Days', name: 'days', type: 'number', typeOptions: { minValue: 1, maxValue: MOST_DAYS }, default: 30, displayOptions: { show: { when: ['inTheLast', 'longerAgo'] } } },
	{ displayName: 'From', name: 'from', type: 'dateTime', default: '', displayOptions: { show: { when: ['between'] } }, description: 'The first day, in the time of the shop' },
	{ displayName: 'To', name: 'to', type: 'dateTime', default: '', displayOptions: { show: { when: ['between'] } }, description: 'The last day, included' },
];

export const COMPARE: INodePropertyOptions[] = [
	{ name: 'At Least', value: 'atLeast' },
	{ name: 'At Most', value: 'atMost' },
	{ name: 'Exactly', value: 'exactly' },
	{ name: 'Less Than', value: 'lessThan' },
	{ name: 'More Than', value: 'moreThan' },
];

export const nearOrFar: INodeProperties[] = [
	{
		displayName: 'Was',
		name: 'is',
		type: 'options',
		options: [
			{ name: 'In the Last …', value: 'inTheLast' },
			{ name: 'Longer Ago Than …', value: 'longerAgo' },
		],
		default: 'longerAgo',
	},
	{ displayName: 'Days', name: 'days', type: 'number', typeOptions: { minValue: 1, maxValue: MOST_DAYS }, default: 60 },
];

export const which: INodeProperties = {
	displayName: 'Which One',
	name: 'which',
	type: 'options',
	options: [
		{ name: 'The First', value: 'first' },
		{ name: 'The Last', value: 'last' },
	],
	default: 'last',
};
