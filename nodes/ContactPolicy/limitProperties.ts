import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { PERIODS_AND_OTHERS } from '../../src/n8n/periodFields';

const forScope = (...scope: string[]): INodeProperties['displayOptions'] => ({ show: { scope } });

/** Which messages a limit is about. */
const about: INodeProperties[] = [
	{
		displayName: 'Messages',
		name: 'scope',
		type: 'options',
		options: [
			{ name: 'Of a Category', value: 'category' },
			{ name: 'Of a Category on a Channel', value: 'both' },
			{ name: 'Of a Journey', value: 'journey' },
			{ name: 'Of Any Kind', value: 'any' },
			{ name: 'On a Channel', value: 'channel' },
			{ name: 'That Fit Several of These', value: 'several' },
			{ name: 'With a Tag', value: 'tag' },
		],
		default: 'any',
	},
	{ displayName: 'Channel', name: 'channel', type: 'options', options: CHANNEL_OPTIONS, default: 'email', displayOptions: forScope('channel', 'both') },
	{ displayName: 'Channel', name: 'channel', type: 'options', options: [{ name: 'Any Channel', value: '' }, ...CHANNEL_OPTIONS], default: '', displayOptions: forScope('several') },
	{ displayName: 'Category', name: 'category', type: 'string', default: 'promo', placeholder: 'e.g. promo', description: 'It covers what is below it, such as promo/sale', displayOptions: forScope('category', 'both') },
	{ displayName: 'Category', name: 'category', type: 'string', default: '', placeholder: 'e.g. promo', description: 'It covers what is below it, such as promo/sale; empty: any', displayOptions: forScope('several') },
	{ displayName: 'Tag', name: 'tag', type: 'string', default: '', placeholder: 'e.g. black-friday', description: 'As Contact Policy gives it under Options > Tags', displayOptions: forScope('tag') },
	{ displayName: 'Tag', name: 'tag', type: 'string', default: '', placeholder: 'e.g. black-friday', description: 'Empty: any', displayOptions: forScope('several') },
	{ displayName: 'Journey Name or ID', name: 'journey', type: 'options', typeOptions: { loadOptionsMethod: 'getJourneys' }, default: '', description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>', displayOptions: forScope('journey') },
	{ displayName: 'Journey Name or ID', name: 'journey', type: 'options', typeOptions: { loadOptionsMethod: 'getJourneysOrAny' }, default: '', description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>', displayOptions: forScope('several') },
	{
		displayName: 'Kinds of Message',
		name: 'kinds',
		type: 'multiOptions',
		options: [
			{ name: 'Marketing', value: 'marketing' },
			{ name: 'Service', value: 'service' },
			{ name: 'Transactional', value: 'transactional', description: 'They go in any case; chosen here they take places from the others' },
		],
		default: ['marketing', 'service'],
		description: 'Which kinds it limits and counts; empty: marketing and service',
	},
];

/** Stages as they are detected; a shop that sets stages of its own names them. */
const STAGES = [
	{ name: 'Active', value: 'active' },
	{ name: 'Another', value: 'other', description: 'A stage that your shop sets by itself' },
	{ name: 'Churned', value: 'churned' },
	{ name: 'Due', value: 'due' },
	{ name: 'Lead', value: 'lead' },
	{ name: 'New', value: 'new' },
	{ name: 'Returned', value: 'returned' },
	{ name: 'Seasonal', value: 'seasonal' },
];

const forWhom: INodeProperties[] = [
	{ displayName: 'More for VIP Customers', name: 'extraForVip', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 0 },
	{ displayName: 'Fewer for Dormant Customers', name: 'fewerForDormant', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 0 },
	{
		displayName: 'Customers of Other Stages',
		name: 'stages',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Stage',
		default: {},
		description: 'What holds for them instead; customers of a stage that is not named get the usual number, and VIP customers theirs whatever their stage',
		options: [
			{
				displayName: 'Stage',
				name: 'stages',
				values: [
					{ displayName: 'Stage', name: 'stage', type: 'options', options: STAGES, default: 'new' },
					{ displayName: 'Name of the Stage', name: 'stageName', type: 'string', default: '', placeholder: 'e.g. at_risk', displayOptions: { show: { stage: ['other'] } } },
					{
						displayName: 'Messages',
						name: 'how',
						type: 'options',
						options: [
							{ name: 'At Most', value: 'atMost' },
							{ name: 'Fewer By', value: 'fewer' },
							{ name: 'More By', value: 'more' },
						],
						default: 'atMost',
					},
					{ displayName: 'Number', name: 'count', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 1 },
				],
			},
		],
	},
];

const when: INodeProperties[] = [
	{ displayName: 'From Day', name: 'activeFrom', type: 'dateTime', typeOptions: { dateOnly: true }, default: '', description: 'The limit holds from this day on; empty: always' },
	{ displayName: 'To Day', name: 'activeTo', type: 'dateTime', typeOptions: { dateOnly: true }, default: '', description: 'The last day on which the limit holds; empty: for good' },
	{
		displayName: 'When Several Want the Last Place',
		name: 'mode',
		type: 'options',
		options: [
			{ name: 'Collect Them First, Then Take the Most Important', value: 'batch' },
			{ name: 'First Come, First Served', value: 'fcfs' },
			{ name: 'Keep It for a More Important One', value: 'reserve_for_higher', description: 'Of those that wait and are due soon' },
		],
		default: 'reserve_for_higher',
	},
	{ displayName: 'Due Within (Hours)', name: 'horizonHours', type: 'number', typeOptions: { minValue: 1, numberPrecision: 0 }, default: 24, description: 'How far ahead a more important message may be for its place to be kept', displayOptions: { show: { mode: ['reserve_for_higher'] } } },
	{ displayName: 'Collect For (Minutes)', name: 'collectMinutes', type: 'number', typeOptions: { minValue: 1, numberPrecision: 0 }, default: 10, displayOptions: { show: { mode: ['batch'] } } },
];

/** A limit of a policy (contact-policy.md section 4), as a line of the form. */
export const limit: INodeProperties[] = [
	{ displayName: 'At Most', name: 'atMost', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 1, description: '0 forbids such messages' },
	...about,
	{ displayName: 'Per', name: 'period', type: 'options', options: PERIODS_AND_OTHERS, default: 'P7D' },
	{ displayName: 'Length', name: 'periodAmount', type: 'number', typeOptions: { minValue: 1, numberPrecision: 0 }, default: 3, displayOptions: { show: { period: ['other'] } } },
	{
		displayName: 'Unit',
		name: 'periodUnit',
		type: 'options',
		options: [
			{ name: 'Days', value: 'days', description: 'Of 24 hours' },
			{ name: 'Hours', value: 'hours' },
			{ name: 'Weeks', value: 'weeks' },
		],
		default: 'days',
		displayOptions: { show: { period: ['other'] } },
	},
	{ displayName: 'Hours Between Two of Them', name: 'gapHours', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'At least this long between two such messages to one customer; 0: no such rule' },
	...forWhom,
	...when,
	{ displayName: 'Bounces Do Not Count', name: 'releaseOnBounce', type: 'boolean', default: false, description: 'Whether a message that bounced later no longer counts' },
	{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. promo-week', description: 'Stands in the reason when this limit holds or blocks a message; empty: made of the limit' },
];
