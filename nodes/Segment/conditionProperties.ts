import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { conditionFields } from '../../src/n8n/eventFields';
import { LABEL_OPTIONS } from './labels';

const MOST_DAYS = 3_660;

const when: INodeProperties[] = [
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

const COMPARE: INodePropertyOptions[] = [
	{ name: 'At Least', value: 'atLeast' },
	{ name: 'At Most', value: 'atMost' },
	{ name: 'Exactly', value: 'exactly' },
	{ name: 'Less Than', value: 'lessThan' },
	{ name: 'More Than', value: 'moreThan' },
];

const nearOrFar: INodeProperties[] = [
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

const which: INodeProperties = {
	displayName: 'Which One',
	name: 'which',
	type: 'options',
	options: [
		{ name: 'The First', value: 'first' },
		{ name: 'The Last', value: 'last' },
	],
	default: 'last',
};

const goods: INodeProperties[] = [
	{
		displayName: 'What',
		name: 'what',
		type: 'options',
		options: [
			{ name: 'A Category', value: 'category' },
			{ name: 'Anything', value: 'anything' },
			{ name: 'Certain Products', value: 'product' },
		],
		default: 'anything',
	},
	{
		displayName: 'Category Names or IDs',
		name: 'category',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getCategories' },
		default: [],
		displayOptions: { show: { what: ['category'] } },
		description: 'Any of these counts. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{ displayName: 'Products', name: 'products', type: 'string', default: '', placeholder: 'e.g. SKU-1001, Espresso 1 kg', displayOptions: { show: { what: ['product'] } }, description: 'IDs or exact names, separated by commas; any of them counts' },
];

const bought: INodePropertyCollection = {
	displayName: 'Bought or Did Not Buy',
	name: 'bought',
	values: [
		{
			displayName: 'The Customer',
			name: 'whether',
			type: 'options',
			options: [
				{ name: 'Bought', value: 'bought' },
				{ name: 'Did Not Buy', value: 'notBought' },
			],
			default: 'bought',
		},
		...goods,
		{
			displayName: 'Measured In',
			name: 'measure',
			type: 'options',
			options: [
				{ name: 'Average Amount per Order', value: 'average', description: 'In the currency of most orders of the shop' },
				{ name: 'Orders', value: 'orders' },
				{ name: 'Pieces', value: 'pieces' },
				{ name: 'Total Amount', value: 'amount', description: 'In the currency of most orders of the shop, without what was given back' },
			],
			default: 'orders',
			displayOptions: { show: { whether: ['bought'] } },
		},
		{ displayName: 'How Much', name: 'compare', type: 'options', options: COMPARE, default: 'atLeast', displayOptions: { show: { whether: ['bought'] } } },
		{ displayName: 'Number', name: 'value', type: 'number', default: 1, displayOptions: { show: { whether: ['bought'] } } },
		...when,
	],
};

const order: INodePropertyCollection = { displayName: 'First or Last Order', name: 'order', values: [which, ...nearOrFar, ...goods] };

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

const did: INodePropertyCollection = {
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

const event: INodePropertyCollection = { displayName: 'First or Last Event', name: 'event', values: [...theEvent, which, ...nearOrFar, filter] };

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

const profile: INodePropertyCollection = {
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

const date: INodePropertyCollection = {
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

const label: INodePropertyCollection = {
	displayName: 'Group or Stage',
	name: 'label',
	values: [
		{
			displayName: 'Kind',
			name: 'label',
			type: 'options',
			options: [
				{ name: 'Best Channel', value: 'bestChannel' },
				{ name: 'Favourite Category', value: 'favouriteCategory' },
				{ name: 'Lifecycle Stage', value: 'stage' },
				{ name: 'Price Preference', value: 'priceTier' },
				{ name: 'Purchase Rhythm', value: 'rhythm' },
				{ name: 'RFM Group', value: 'rfmGroup', description: 'By how lately, how often and for how much the customer buys' },
				{ name: 'Value Tier', value: 'valueTier' },
				{ name: 'VIP', value: 'vip' },
			],
			default: 'rfmGroup',
		},
		...LABEL_OPTIONS,
		{
			displayName: 'Category Names or IDs',
			name: 'categoryNames',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getCategories' },
			default: [],
			displayOptions: { show: { label: ['favouriteCategory'] } },
			description: 'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		},
		{ displayName: 'Channels', name: 'channels', type: 'multiOptions', options: CHANNEL_OPTIONS, default: [], displayOptions: { show: { label: ['bestChannel'] } } },
		{ displayName: 'The Opposite', name: 'not', type: 'boolean', default: false, description: 'Whether those are meant who are in none of these' },
	],
};

const figure: INodePropertyCollection = {
	displayName: 'Figure',
	name: 'figure',
	values: [
		{
			displayName: 'Figure',
			name: 'figure',
			type: 'options',
			options: [
				{ name: 'Best Hour', value: 'bestHour', description: 'Hour of the day where the customer lives at which they open and click most, 0 to 23' },
				{ name: 'Days Since the Last Order', value: 'recency' },
				{ name: 'Engagement', value: 'engagement', description: '0 to 1, from opens, clicks and visits, the latest weigh most; 0.5 is typical of those who are active' },
				{ name: 'Expected Days Between Orders', value: 'expectedGapDays' },
				{ name: 'Expected Orders in a Year', value: 'expectedOrders' },
				{ name: 'Lifetime Value', value: 'lifetimeValue', description: 'In the currency of the shop' },
				{ name: 'Margin of 12 Months', value: 'margin', description: 'In the currency of the shop' },
				{ name: 'Orders Ever', value: 'orders' },
				{ name: 'Orders in the RFM Period', value: 'frequency' },
				{ name: 'Probability of Not Coming Back', value: 'noReturn', description: '0 to 1' },
				{ name: 'Probability of Still Being a Customer', value: 'pAlive', description: '0 to 1' },
				{ name: 'Revenue in the RFM Period', value: 'monetary', description: 'In the currency of the shop' },
				{ name: 'Views in 30 Days', value: 'views' },
			],
			default: 'recency',
		},
		{ displayName: 'Is', name: 'compare', type: 'options', options: COMPARE, default: 'atLeast' },
		{ displayName: 'Number', name: 'value', type: 'number', default: 1 },
	],
};

const consent: INodePropertyCollection = {
	displayName: 'Consent',
	name: 'consent',
	values: [
		{ displayName: 'Channel', name: 'channel', type: 'options', options: CHANNEL_OPTIONS, default: 'email' },
		{ displayName: 'Agreed', name: 'given', type: 'boolean', default: true, description: 'Whether those are meant who agreed to messages on this channel, and have not withdrawn it since' },
		{ displayName: 'Purpose', name: 'purpose', type: 'string', default: 'marketing' },
	],
};

const segment: INodePropertyCollection = {
	displayName: 'Another Segment',
	name: 'segment',
	values: [
		{
			displayName: 'The Customer Is',
			name: 'inside',
			type: 'options',
			options: [
				{ name: 'In the Segment', value: 'inside' },
				{ name: 'Not in the Segment', value: 'outside' },
			],
			default: 'inside',
		},
		{ displayName: 'Segment Name or ID', name: 'segment', type: 'options', typeOptions: { loadOptionsMethod: 'getSegments' }, default: '', description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>' },
	],
};

const KINDS: INodePropertyCollection[] = [bought, did, label, figure, profile, consent, order, event, date, segment];

/** A list of conditions: *Add Condition* asks which kind. */
const conditionsOf = (name: string): INodeProperties => ({
	displayName: 'Conditions',
	name,
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	options: KINDS,
});

const match = (displayName: string): INodeProperties => ({
	displayName,
	name: 'match',
	type: 'options',
	options: [
		{ name: 'All of These', value: 'all' },
		{ name: 'Any of These', value: 'any' },
		{ name: 'None of These', value: 'none' },
	],
	default: 'all',
});

/** Who is meant. @param displayOptions where the fields show */
export function conditionProperties(displayOptions: NonNullable<INodeProperties['displayOptions']>): INodeProperties[] {
	return [
		{ ...match('Customers Must Fulfil'), displayOptions },
		{ ...conditionsOf('conditions'), displayOptions, description: 'Who is meant. Add a condition and choose its kind; several of one kind are fine.' },
		{
			displayName: 'Groups of Conditions',
			name: 'groups',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Group',
			default: {},
			displayOptions,
			description: 'For "this, and one of those": a group counts as one condition of the list above',
			options: [{ displayName: 'Group', name: 'groups', values: [match('Of This Group Must Hold'), conditionsOf('conditions')] }],
		},
	];
}

/** Conditions of a kind, groups, and conditions of a kind within a group, whose every field is watched. */
const WATCHED = 5;
const WATCHED_GROUPS = 3;

/**
 * Where the fields of the conditions stand, for what depends on them: n8n notices a change of a single value only, never of a
 * whole list.
 */
export function conditionPaths(): string[] {
	const groups = places(WATCHED_GROUPS).flatMap((group) => [`groups.groups[${group}].match`, ...pathsIn(`groups.groups[${group}].conditions`, WATCHED_GROUPS)]);
	return ['match', ...KINDS.map(({ name }) => `conditions.${name}`), 'groups.groups', ...pathsIn('conditions', WATCHED), ...groups];
}

function pathsIn(list: string, most: number): string[] {
	return KINDS.flatMap(({ name, values }) => places(most).flatMap((place) => values.flatMap((field) => fieldPaths(field).map((path) => `${list}.${name}[${place}].${path}`))));
}

/** A list within a condition has conditions of its own. */
function fieldPaths({ name, type }: INodeProperties): string[] {
	return type === 'fixedCollection' ? places(2).flatMap((place) => ['field', 'operator', 'value'].map((inner) => `${name}.conditions[${place}].${inner}`)) : [name];
}

const places = (most: number) => Array.from({ length: most }, (_, place) => place);
