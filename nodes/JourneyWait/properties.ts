import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { eventListFields } from '../../src/n8n/eventFields';
import { WEEKDAY_OPTIONS } from '../../src/n8n/weekdayFields';

const showFor = (...kinds: string[]): INodeProperties['displayOptions'] => ({ show: { waitFor: kinds } });

const UNITS: INodePropertyOptions[] = [
	{ name: 'Calendar Days (Same Time of Day for the Customer)', value: 'calendarDays' },
	{ name: 'Days (Exactly 24 Hours Each)', value: 'days' },
	{ name: 'Hours', value: 'hours' },
	{ name: 'Minutes', value: 'minutes' },
	{ name: 'Seconds', value: 'seconds' },
	{ name: 'Weeks', value: 'weeks' },
];

const delay: INodeProperties[] = [
	{ displayName: 'How Long', name: 'amount', type: 'number', typeOptions: { minValue: 0 }, default: 1, displayOptions: showFor('delay') },
	{ displayName: 'Unit', name: 'unit', type: 'options', options: UNITS, default: 'hours', displayOptions: showFor('delay') },
];

const date: INodeProperties[] = [
	{
		displayName: 'Date',
		name: 'date',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. {{ $json.event.properties.expires_at }}',
		description: 'A field with a date, such as 2027-03-01, or a date and time. A customer whose date has passed goes on at once.',
		displayOptions: showFor('date'),
	},
	{
		displayName: 'When',
		name: 'shift',
		type: 'options',
		options: [
			{ name: 'After the Date', value: 'after' },
			{ name: 'Before the Date', value: 'before' },
			{ name: 'On the Date', value: 'on' },
		],
		default: 'on',
		displayOptions: showFor('date'),
	},
	{
		displayName: 'By',
		name: 'shiftAmount',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3,
		displayOptions: { show: { waitFor: ['date'], shift: ['before', 'after'] } },
	},
	{
		displayName: 'Unit',
		name: 'shiftUnit',
		type: 'options',
		options: UNITS,
		default: 'calendarDays',
		displayOptions: { show: { waitFor: ['date'], shift: ['before', 'after'] } },
	},
	{
		displayName: 'At What Time',
		name: 'dateTime',
		type: 'string',
		default: '10:00',
		placeholder: 'e.g. 10:00',
		description: "The customer's own time, for a date that has no time of its own",
		displayOptions: showFor('date'),
	},
];

const localTime: INodeProperties[] = [
	{
		displayName: 'Time',
		name: 'time',
		type: 'string',
		default: '10:00',
		placeholder: 'e.g. 10:00',
		description: "The customer's own time, from 00:00 to 23:59",
		displayOptions: showFor('localTime'),
	},
	{
		displayName: 'Only On',
		name: 'days',
		type: 'multiOptions',
		options: WEEKDAY_OPTIONS,
		default: [],
		description: 'Empty: on any day',
		displayOptions: showFor('localTime'),
	},
];

const event: INodeProperties[] = [
	eventListFields({
		displayName: 'Events',
		name: 'events',
		description: 'Each gets an output of its own; whichever comes first counts',
		example: 'order_placed',
		default: { events: [{ eventType: '', sameField: '', entryField: '', filter: {} }] },
		displayOptions: showFor('event'),
	}),
	{
		displayName: 'Wait at Most',
		name: 'timeoutAmount',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		description: "Then the customer leaves by Time's Up. 0 only looks whether it has happened.",
		displayOptions: showFor('event'),
	},
	{ displayName: 'Unit', name: 'timeoutUnit', type: 'options', options: UNITS, default: 'days', displayOptions: showFor('event') },
	{
		displayName: 'Which Events Count',
		name: 'since',
		type: 'options',
		options: [
			{ name: 'Since the Customer Came to This Step', value: 'arrival' },
			{ name: 'Since the Customer Entered the Journey', value: 'entry', description: 'Also what happened during earlier steps' },
		],
		default: 'arrival',
		displayOptions: showFor('event'),
	},
	{
		displayName: 'If Several Happen',
		name: 'pick',
		type: 'options',
		options: [
			{ name: 'The First One Decides, at Once', value: 'first' },
			{ name: 'The Best One Decides, When the Time Is Up', value: 'best', description: 'The list is the order of preference: the customer stays to the end and leaves by the highest event that happened' },
		],
		default: 'first',
		displayOptions: showFor('event'),
	},
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Changes Also for Those Who Wait',
			name: 'recompute',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			description: 'Whether a change of the length or time above holds for customers who wait here already. Otherwise they wait as long as they were told to. Works with fixed values, not with expressions.',
		},
		{
			displayName: 'If It Is Too Late',
			name: 'late',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Go On All the Same', value: 'go' },
				{ name: 'Leave by an Output of Their Own', value: 'output', description: 'Too Late: wire it past the message, to the step after it' },
				{ name: 'Leave the Journey', value: 'exit' },
			],
			default: 'go',
			description: 'What becomes of customers whose time was up long ago, because n8n was down or the workflow was switched off',
		},
		{
			displayName: 'In a Test Run Leave By',
			name: 'testOutput',
			type: 'options',
			options: [
				{ name: 'The First Event', value: 'event' },
				{ name: "Time's Up", value: 'time' },
			],
			default: 'time',
		},
		{
			displayName: 'Restart if Entry Repeats',
			name: 'restartsOnEntry',
			type: 'options',
			options: [
				{ name: 'Always', value: 'always' },
				{ name: 'Never', value: 'never' },
				{ name: 'Only the First Wait of the Journey', value: 'auto' },
			],
			default: 'auto',
			description: 'For journeys that update and go on when their event comes again, such as a cart that is still being filled',
		},
		{
			displayName: 'Step Key',
			name: 'stepKey',
			type: 'string',
			noDataExpression: true,
			default: '',
			placeholder: 'e.g. wait-for-order',
			description: 'Under this name the store keeps who waits here. Give one to keep customers in place when the workflow is copied or deployed anew; no two steps may share it.',
		},
		{
			displayName: 'Too Late After (Hours)',
			name: 'lateAfter',
			type: 'number',
			noDataExpression: true,
			typeOptions: { minValue: 0 },
			default: 6,
			description: 'For "If It Is Too Late": so long after the time was up it is too late',
		},
	],
};

export const properties: INodeProperties[] = [
	{
		displayName: 'Wait',
		name: 'waitFor',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'For a While', value: 'delay', description: 'Such as 1 hour or 3 days' },
			{ name: 'Until a Date in a Field', value: 'date', description: 'Such as 3 days before the subscription ends' },
			{ name: 'Until a Time of Day', value: 'localTime', description: 'Such as 10:00 on a weekday, by the clock of the customer' },
			{ name: 'Until Something Happens', value: 'event', description: 'Such as an order, or until the time runs out' },
		],
		default: 'delay',
	},
	...delay,
	...date,
	...localTime,
	...event,
	options,
];
