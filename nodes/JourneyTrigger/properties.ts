import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { conditionFields, eventListFields, sameAsFields } from '../../src/n8n/eventFields';
import { startProperties } from './startProperties';

const audience: INodeProperties[] = [
	{
		displayName: 'Consent Needed to Enter',
		name: 'consentChannel',
		type: 'options',
		default: '',
		options: [{ name: 'None', value: '' }, ...CHANNEL_OPTIONS],
		description: 'Let only customers in who agreed to marketing on this channel. Contact Policy checks consent again before every message.',
	},
	conditionFields({ displayName: 'Only Customers Whose', name: 'audience', description: 'Conditions on the customer; all must hold. Empty: everybody may enter.', field: 'stage' }),
];

const again: INodeProperties[] = [
	{
		displayName: 'Entering Again',
		name: 'reEntry',
		type: 'options',
		default: 'after_exit',
		options: [
			{ name: 'As Soon as the Last Time Has Ended', value: 'after_exit' },
			{ name: 'Not Again for a While', value: 'cooldown' },
			{ name: 'Once in a Lifetime', value: 'once_ever' },
			{ name: 'Several Times at Once', value: 'parallel', description: 'Such as one journey for each cart' },
		],
		description: 'Whether a customer may enter this journey again',
	},
	{
		displayName: 'Not Again For',
		name: 'cooldownAmount',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30,
		displayOptions: { show: { reEntry: ['cooldown'] } },
	},
	{
		displayName: 'Unit',
		name: 'cooldownUnit',
		type: 'options',
		default: 'calendarDays',
		options: [
			{ name: 'Calendar Days (Same Time of Day for the Customer)', value: 'calendarDays' },
			{ name: 'Days (Exactly 24 Hours Each)', value: 'days' },
			{ name: 'Hours', value: 'hours' },
		],
		displayOptions: { show: { reEntry: ['cooldown'] } },
	},
	{
		displayName: 'Counted From',
		name: 'cooldownFrom',
		type: 'options',
		default: 'entry',
		options: [
			{ name: 'The Day of Entering', value: 'entry' },
			{ name: 'The Day of Leaving', value: 'exit' },
		],
		displayOptions: { show: { reEntry: ['cooldown'] } },
	},
	{
		displayName: 'At Most at the Same Time',
		name: 'parallelMax',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1000 },
		default: 3,
		displayOptions: { show: { reEntry: ['parallel'] } },
	},
	{
		displayName: 'If It Happens Again Meanwhile',
		name: 'whileActive',
		type: 'options',
		default: 'ignore',
		options: [
			{ name: 'Ignore It', value: 'ignore' },
			{ name: 'Start Over', value: 'restart', description: 'The customer leaves where they are and enters anew' },
			{ name: 'Update and Go On', value: 'refresh', description: 'The newest event is used from here on, and the first wait starts again. Right for carts.' },
		],
		description: 'What to do when the event comes again for a customer who is already on the journey',
	},
];

const end: INodeProperties[] = [
	eventListFields({
		displayName: 'Leave the Journey When',
		name: 'exits',
		description: 'Events that take a customer out at once, wherever they wait, such as the order that the journey is about',
		example: 'order_placed',
		default: {},
	}),
	{
		displayName: 'Goal',
		name: 'goal',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add Goal',
		description: 'What the journey is for: counted once per customer, also after they left. An order that is given back as a whole is no goal any more; a part of it makes the goal worth less.',
		options: [
			{
				displayName: 'Goal',
				name: 'goal',
				values: [
					{ displayName: 'Event Type', name: 'eventType', type: 'string', default: 'order_placed', placeholder: 'e.g. order_placed' },
					...sameAsFields,
					{ displayName: 'Within Days', name: 'withinDays', type: 'number', typeOptions: { minValue: 0 }, default: 7, description: 'After entering the journey, or after the last message of it' },
					{
						displayName: 'Days Count From',
						name: 'from',
						type: 'options',
						options: [
							{ name: 'Entering the Journey', value: 'entry' },
							{ name: 'The Last Message of the Journey', value: 'lastMessage' },
						],
						default: 'entry',
					},
					{ displayName: 'Value Is in the Field', name: 'valueField', type: 'string', default: '', placeholder: 'e.g. total', description: 'What the goal is worth, for reports' },
				],
			},
		],
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
			displayName: 'After Being Switched Off',
			name: 'whenResumed',
			type: 'options',
			options: [
				{ name: 'Everybody Goes On, the Overdue First', value: 'overdue' },
				{ name: 'Waits Last Longer by the Pause', value: 'shift', description: 'Who had 2 days left has 2 days left. Waits until a date stay as they are.' },
				{ name: 'Whoever Is Overdue for Too Long Leaves', value: 'expire' },
			],
			default: 'overdue',
			description: 'What becomes of waiting customers when the workflow is published again after a pause. A restart of n8n is no pause.',
		},
		{
			displayName: 'Control Group (%)',
			name: 'controlPercent',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 50 },
			default: 10,
			description: 'So many of the customers enter but get no message of this journey: Contact Policy notes what each of them would have got, and when. The comparison with them shows what the journey is worth.',
		},
		{
			displayName: 'Control Group Members',
			name: 'controlMembers',
			type: 'options',
			options: [
				{ name: 'Stay Outside', value: 'outside', description: 'They enter and pass through nothing on the canvas: right where the journey does more than send messages, such as calls and coupons' },
				{ name: 'Walk Along, but Get No Message', value: 'along', description: 'They go through the canvas, and Contact Policy notes when each message would have gone out: the exact comparison' },
			],
			default: 'along',
			description: 'What happens to customers in the control group of this journey or of the company. Their goals count either way.',
		},
		{
			displayName: 'Entries per Hour at Most',
			name: 'entriesPerHour',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1000,
			description: 'Customers who may enter within any 60 minutes; whoever comes after that does not enter, and the refusal is kept with its reason',
		},
		{
			displayName: 'If a Step Is Removed',
			name: 'removedSteps',
			type: 'options',
			options: [
				{ name: 'Keep Its Customers Until I Decide', value: 'hold' },
				{ name: 'Its Customers Leave the Journey', value: 'exit' },
				{ name: 'Its Customers Wait at Another Step', value: 'move' },
			],
			default: 'hold',
			description: 'What becomes of customers who wait at a node that you take off the canvas',
		},
		{
			displayName: 'If the Date Changes',
			name: 'ifDateChanges',
			type: 'options',
			options: [
				{ name: 'Customers Who Entered by It Leave', value: 'leave' },
				{ name: 'They Stay', value: 'stay' },
			],
			default: 'leave',
			description: 'For journeys that start when a date comes near: a renewed subscription or a corrected birthday ends what was begun for the old date. The new date starts the journey again either way.',
		},
		{
			displayName: 'Ignore Repeats (Minutes)',
			name: 'guardMinutes',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 5,
			description: 'Events of one customer within this time start the journey once',
		},
		{
			displayName: 'In So Many Journeys at Most',
			name: 'atMostJourneys',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1000 },
			default: 1,
			description: 'Keep customers out who are in so many other journeys already. Journeys of a lower priority keep nobody out.',
		},
		{
			displayName: 'Journey Key',
			name: 'journeyKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. abandoned-cart',
			description: 'Under this name the store keeps who is where. Give one to keep customers in place when the workflow is copied or deployed anew; empty: the ID of the workflow.',
		},
		{
			displayName: 'Journey Name',
			name: 'journeyName',
			type: 'string',
			default: '',
			description: 'As reports show it; empty: the name of the workflow',
		},
		{
			displayName: 'Most Steps of a Customer',
			name: 'maxVisits',
			type: 'number',
			typeOptions: { minValue: 10 },
			default: 1000,
			description: 'Where the canvas has a loop: whoever came to so many waits and checks leaves the journey',
		},
		{
			displayName: 'Oldest Event (Hours)',
			name: 'maxAgeHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 72,
			description: 'Events that come in later than this after they happened start nobody, nor do dates that were missed for longer, such as while n8n was down',
		},
		{
			displayName: 'On 29 February, in Other Years',
			name: 'leapDay',
			type: 'options',
			options: [
				{ name: '1 March', value: 'mar1' },
				{ name: '28 February', value: 'feb28' },
			],
			default: 'feb28',
			description: 'When a date of 29 February that counts every year falls in a year without one',
		},
		{
			displayName: 'Overdue for Too Long (Hours)',
			name: 'expireAfterHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 24,
			displayOptions: { show: { whenResumed: ['expire'] } },
			description: 'For "After Being Switched Off": whoever should have gone on longer ago than this leaves the journey',
		},
		{
			displayName: 'Priority Among Journeys',
			name: 'priority',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			description: '0 to 100, for the limit of journeys that a customer is in at once',
		},
		{
			displayName: 'Step to Wait At',
			name: 'moveTo',
			type: 'string',
			default: '',
			placeholder: 'e.g. Wait for an order',
			displayOptions: { show: { removedSteps: ['move'] } },
			description: 'Name or step key of a Journey Wait of this workflow. They wait as long as they would have, and go on from there by Time\'s Up.',
		},
		{
			displayName: 'Test Address',
			name: 'testAddress',
			type: 'string',
			default: '',
			placeholder: 'e.g. you@your-shop.example',
			description: 'Where messages of a test run go, whoever the test customer is; empty: an address at example.com, which reaches nobody',
		},
		{
			displayName: 'Test With Customer',
			name: 'testCustomer',
			type: 'string',
			default: '',
			placeholder: 'e.g. c-1001 or anna@example.com',
			description: 'In a test run use this customer of the store, with another address; empty: an invented one',
		},
	],
};

export const properties: INodeProperties[] = [...startProperties, ...audience, ...again, ...end, options];
