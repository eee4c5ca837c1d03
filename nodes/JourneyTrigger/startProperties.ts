import type { INodeProperties } from 'n8n-workflow';
import { conditionFields } from '../../src/n8n/eventFields';

const showFor = (show: Record<string, string[]>): INodeProperties['displayOptions'] => ({ show });

const event: INodeProperties[] = [
	{
		displayName: 'Start When This Happens',
		name: 'eventType',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. cart_updated',
		description: 'Type of the event that starts the journey, as it comes in through a Customer Data node of any workflow on this n8n: cart_updated, order_placed, signed_up',
		displayOptions: showFor({ startOn: ['event'] }),
	},
];

const segment: INodeProperties[] = [
	{
		displayName: 'Segment Name or ID',
		name: 'segment',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getSegments' },
		required: true,
		default: '',
		description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		displayOptions: showFor({ startOn: ['segmentEntered', 'segmentLeft'] }),
	},
	{
		displayName: 'Those Already Inside',
		name: 'alreadyInside',
		type: 'options',
		options: [
			{ name: 'Do Not Start', value: 'wait', description: 'Only who comes into the segment from now on starts' },
			{ name: 'Start Too, Little by Little', value: 'start', description: 'As many an hour as the option "Entries per Hour at Most" allows. A test run says how many they are.' },
		],
		default: 'wait',
		description: 'What becomes of the customers who are in the segment when you publish the journey. A changed segment or a restart starts nobody again.',
		displayOptions: showFor({ startOn: ['segmentEntered'] }),
	},
];

const STAGES = ['Active', 'Churned', 'Dormant', 'Due', 'Lead', 'New', 'Returned', 'Seasonal'].map((name) => ({ name, value: name.toLowerCase() }));
const stageField = (displayName: string, name: string, description?: string): INodeProperties => ({
	displayName,
	name,
	type: 'options',
	options: [{ name: 'Any Stage', value: '' }, ...STAGES],
	default: '',
	...(description && { description }),
	displayOptions: showFor({ startOn: ['stageChanged'] }),
});

const stage: INodeProperties[] = [
	stageField('From Stage', 'fromStage'),
	stageField('To Stage', 'toStage', 'What time alone brings starts the journey when it has held three days, an order at once. A Lifecycle Stage node shows where stages begin, and changes it.'),
];

const leadScore: INodeProperties[] = [
	{
		displayName: 'Lead Score Name or ID',
		name: 'leadScore',
		type: 'options',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getLeadScores' },
		default: 'default',
		description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		displayOptions: showFor({ startOn: ['leadScore'] }),
	},
	{
		displayName: 'When the Lead',
		name: 'leadCrossing',
		type: 'options',
		options: [
			{ name: 'Becomes Hot (SQL)', value: 'SQL/up', description: 'Ready for a call by sales' },
			{ name: 'Becomes Warm or Hot (MQL)', value: 'MQL/up', description: "Worth marketing's attention" },
			{ name: 'Cools Down to Cold', value: 'MQL/down' },
			{ name: 'Is Not Hot Any More', value: 'SQL/down' },
		],
		default: 'MQL/up',
		description: 'Each time it happens, at once: by what the lead does, or because points have faded. Changed rules and imported history start nobody. The rules are in Lead Score > Edit Scoring Rules.',
		displayOptions: showFor({ startOn: ['leadScore'] }),
	},
];

const figure: INodeProperties[] = [
	{
		displayName: 'Figure',
		name: 'figure',
		type: 'options',
		options: [
			{ name: 'Expected Orders in a Year', value: 'ordersInAYear' },
			{ name: 'Lifetime Value', value: 'lifetimeValue', description: 'What the customer has brought and is expected to bring, in the main currency of the shop' },
			{ name: 'Still Buys (%)', value: 'stillBuys', description: 'The probability that the customer has not left for good; it needs 200 customers with a second order' },
		],
		default: 'stillBuys',
		displayOptions: showFor({ startOn: ['figure'] }),
	},
	{ displayName: 'Value', name: 'figureValue', type: 'number', default: 50, description: 'Such as 50 (%) or 1000 (in the main currency of the shop)', displayOptions: showFor({ startOn: ['figure'] }) },
	{
		displayName: 'When It',
		name: 'figureDirection',
		type: 'options',
		options: [
			{ name: 'Falls Below', value: 'down' },
			{ name: 'Reaches or Exceeds', value: 'up' },
		],
		default: 'down',
		description: 'Each time it happens: with an order at once, by time alone with the daily refresh of the figures. The first figures, and changed definitions, start nobody.',
		displayOptions: showFor({ startOn: ['figure'] }),
	},
];

const date: INodeProperties[] = [
	{
		displayName: 'Whose Date',
		name: 'dateOf',
		type: 'options',
		options: [
			{ name: 'Customer', value: 'customer', description: 'Such as a birthday' },
			{ name: 'Order', value: 'order', description: 'Such as two weeks after it was placed' },
			{ name: 'Subscription', value: 'subscription', description: 'Such as a week before it expires; each subscription starts its own way through the journey' },
		],
		default: 'customer',
		displayOptions: showFor({ startOn: ['date'] }),
	},
	{
		displayName: 'Date',
		name: 'customerDate',
		type: 'options',
		options: [
			{ name: 'Another Field', value: 'attribute' },
			{ name: 'Birth Date', value: 'birthDate' },
			{ name: 'Customer Since', value: 'createdAt' },
			{ name: 'Predicted Next Purchase', value: 'nextPurchase', description: 'From the own rhythm of each customer, made anew every day; each moment comes once between two orders' },
		],
		default: 'birthDate',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'] }),
	},
	{
		displayName: 'Purchase Of',
		name: 'purchaseOf',
		type: 'options',
		options: [
			{ name: 'A Category', value: 'category', description: 'Something of one category, whichever product' },
			{ name: 'A Product', value: 'product' },
			{ name: 'Anything', value: 'any', description: 'The next order, whatever is in it' },
			{ name: 'Each Product They Buy Again', value: 'each', description: 'Every product has a date of its own, counted from its last purchase; those that fall on one day start the customer once' },
		],
		default: 'any',
		description: 'What the customer is expected to buy. Only what at least half of such customers buy again within a year has a date.',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'], customerDate: ['nextPurchase'] }),
	},
	{
		displayName: 'Product',
		name: 'purchaseProduct',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', placeholder: 'Choose a product', typeOptions: { searchListMethod: 'findProducts', searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. P-205' },
		],
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'], customerDate: ['nextPurchase'], purchaseOf: ['product'] }),
	},
	{
		displayName: 'Category',
		name: 'purchaseCategory',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', placeholder: 'Choose a category', typeOptions: { searchListMethod: 'findCategories', searchable: true } },
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Coffee' },
		],
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'], customerDate: ['nextPurchase'], purchaseOf: ['category'] }),
	},
	{
		displayName: 'Date',
		name: 'subscriptionDate',
		type: 'options',
		options: [
			{ name: 'Another Field', value: 'attribute' },
			{ name: 'Renews or Expires', value: 'expiresAt' },
			{ name: 'Starts', value: 'startsAt' },
		],
		default: 'expiresAt',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['subscription'] }),
	},
	{
		displayName: 'Field With the Date',
		name: 'customerField',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. contract_end',
		description: 'An attribute of the customer that holds a date, such as 2027-03-01',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'], customerDate: ['attribute'] }),
	},
	{
		displayName: 'Field With the Date',
		name: 'subscriptionField',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. inspection_due',
		description: 'An attribute of the subscription that holds a date, such as 2027-03-01',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['subscription'], subscriptionDate: ['attribute'] }),
	},
	{
		displayName: 'Every Year',
		name: 'yearly',
		type: 'boolean',
		default: true,
		description: 'Whether the day counts every year anew, as for a birthday; off, the date comes once, with its year',
		displayOptions: showFor({ startOn: ['date'], dateOf: ['customer'], customerDate: ['attribute', 'birthDate', 'createdAt'] }),
	},
	{
		displayName: 'When',
		name: 'offsets',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Moment',
		default: { moments: [{ days: 7, when: 'before' }] },
		description: 'Each of these starts the customer once, such as 30, 7 and 1 days before. The item says in event.properties.days_before which one it is.',
		displayOptions: showFor({ startOn: ['date'] }),
		options: [
			{
				displayName: 'Moment',
				name: 'moments',
				values: [
					{ displayName: 'Days', name: 'days', type: 'number', typeOptions: { minValue: 0, maxValue: 3650 }, default: 7, description: '0 is the day itself' },
					{
						displayName: 'Before or After',
						name: 'when',
						type: 'options',
						options: [
							{ name: 'After the Date', value: 'after' },
							{ name: 'Before the Date', value: 'before' },
						],
						default: 'before',
					},
				],
			},
		],
	},
	{
		displayName: 'At What Time',
		name: 'dateTime',
		type: 'string',
		default: '10:00',
		placeholder: 'e.g. 10:00',
		description: "The customer's own time, from 00:00 to 23:59",
		displayOptions: showFor({ startOn: ['date'] }),
	},
	{
		displayName: 'Those Already Inside',
		name: 'datesInside',
		type: 'options',
		options: [
			{ name: 'Do Not Start', value: 'wait', description: 'Only moments from now on start anybody' },
			{ name: 'Start Too, Little by Little', value: 'start', description: 'As many an hour as the option "Entries per Hour at Most" allows. A test run says how many they are.' },
		],
		default: 'wait',
		description: 'What becomes of those whose moment has passed when you publish the journey, while the date is still ahead: 12 days before the end, where the journey starts 30 days before. Each starts once.',
		displayOptions: showFor({ startOn: ['date'] }),
	},
];

const ready: INodeProperties[] = [
	{
		displayName: 'Ready When',
		name: 'readyWhen',
		type: 'options',
		options: [
			{ name: 'A Number Reaches a Level', value: 'level', description: 'Such as usage: a number on an event, for the first time' },
			{ name: 'Buying From a New Category', value: 'newCategory' },
			{ name: 'Doing Something Again and Again', value: 'repeated', description: 'Such as the third view of the same category' },
			{ name: 'It Is Time for a New One', value: 'upgrade', description: 'A successor of what they have is out, or it nears the end of its lifetime' },
			{ name: 'Ordering Twice as Often as Before', value: 'moreOften' },
			{ name: 'So Many Orders', value: 'orders' },
			{ name: 'So Much Spent', value: 'spend' },
			{ name: 'The Gap After an Order Opens', value: 'gap', description: 'On the day from which customers of your shop come back for what follows it' },
		],
		default: 'gap',
		displayOptions: showFor({ startOn: ['ready'] }),
	},
	{
		displayName: 'What Follows',
		name: 'readyFor',
		type: 'options',
		options: [
			{ name: 'A Category', value: 'category' },
			{ name: 'A Product', value: 'product' },
			{ name: 'Anything', value: 'any', description: 'Whatever customers come back for first after what was bought' },
		],
		default: 'any',
		displayOptions: showFor({ startOn: ['ready'], readyWhen: ['gap'] }),
	},
	{
		displayName: 'Because',
		name: 'readyBecause',
		type: 'options',
		options: [
			{ name: 'A Successor Is Out', value: 'successor', description: 'On the day after you tell the store of it, or after it is in stock: a product with "Successor Of"' },
			{ name: 'Either', value: 'upgrade', description: 'Whichever comes first' },
			{ name: 'Its Lifetime Nears Its End', value: 'lifetime', description: 'When nine tenths of the "Lifetime (Days)" of the product have passed since they bought it' },
		],
		default: 'upgrade',
		displayOptions: showFor({ startOn: ['ready'], readyWhen: ['upgrade'] }),
	},
	{
		displayName: 'Of What They Have',
		name: 'readyFor',
		type: 'options',
		options: [
			{ name: 'A Category', value: 'category' },
			{ name: 'A Product', value: 'product' },
			{ name: 'Anything', value: 'any', description: 'Everything they have bought' },
		],
		default: 'any',
		displayOptions: showFor({ startOn: ['ready'], readyWhen: ['upgrade'] }),
	},
	{ displayName: 'Product ID', name: 'readyProduct', type: 'string', required: true, default: '', placeholder: 'e.g. P-205', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['gap', 'upgrade'], readyFor: ['product'] }) },
	{ displayName: 'Category', name: 'readyCategory', type: 'string', required: true, default: '', placeholder: 'e.g. Care', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['gap', 'upgrade'], readyFor: ['category'] }) },
	{ displayName: 'At What Time', name: 'readyTime', type: 'string', default: '10:00', placeholder: 'e.g. 10:00', description: "The customer's own time, from 00:00 to 23:59", displayOptions: showFor({ startOn: ['ready'], readyWhen: ['gap', 'upgrade'] }) },
	{ displayName: 'Event', name: 'readyEvent', type: 'string', required: true, default: 'product_viewed', placeholder: 'e.g. product_viewed', description: 'Type of the event, as it comes in through a Customer Data node', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['repeated', 'level'] }) },
	{ displayName: 'Field With the Number', name: 'readyProperty', type: 'string', required: true, default: '', placeholder: 'e.g. usage_percent', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['level'] }) },
	{ displayName: 'Same Field', name: 'readySame', type: 'string', default: 'category', placeholder: 'e.g. category', description: 'Only events with the same value of this field count together; empty: all of them', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['repeated'] }) },
	{ displayName: 'Times', name: 'readyTimes', type: 'number', typeOptions: { minValue: 2, maxValue: 1000 }, default: 3, displayOptions: showFor({ startOn: ['ready'], readyWhen: ['repeated', 'orders'] }) },
	{ displayName: 'Amount', name: 'readyAmount', type: 'number', typeOptions: { minValue: 0 }, default: 100, description: 'In the currency of the order that reaches it, or in the unit of the number', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['spend', 'level'] }) },
	{ displayName: 'Within Days', name: 'readyWithin', type: 'number', typeOptions: { minValue: 0, maxValue: 3650 }, default: 30, description: '0: ever (for doing something again and again, a year)', displayOptions: showFor({ startOn: ['ready'], readyWhen: ['repeated', 'orders', 'spend'] }) },
];

const once: INodeProperties[] = [
	{
		displayName: 'One Entry Per',
		name: 'entryPer',
		type: 'options',
		default: 'event',
		options: [
			{ name: 'Event', value: 'event', description: 'Every such event may start the journey' },
			{ name: 'Cart, Order or Another Field of the Event', value: 'property', description: 'All events with the same cart are one entry' },
		],
		description: 'What makes two events one and the same entry',
		displayOptions: showFor({ startOn: ['event'] }),
	},
	{
		displayName: 'Field',
		name: 'entryProperty',
		type: 'string',
		default: 'cart_id',
		placeholder: 'e.g. cart_id',
		displayOptions: showFor({ startOn: ['event'], entryPer: ['property'] }),
	},
	{
		displayName: 'Hold Until Quiet For (Minutes)',
		name: 'quietFor',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Start only when the event has not come again for this long, so that a customer who is still filling the cart is left in peace. 0 starts at once.',
		displayOptions: showFor({ startOn: ['event'] }),
	},
];

/** What starts a customer on the journey. */
export const startProperties: INodeProperties[] = [
	{
		displayName: 'Start On',
		name: 'startOn',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'A Date Coming Near', value: 'date', description: 'Such as a birthday, or the end of a subscription' },
			{ name: 'A Figure Crossing a Value', value: 'figure', description: 'Such as the probability that a customer still buys' },
			{ name: 'An Event', value: 'event', description: 'Something the customer did, such as filling a cart' },
			{ name: 'Becoming a VIP', value: 'becameVip', description: 'Coming to be one of the customers with the highest margin of twelve months' },
			{ name: 'Customer Is Ready For', value: 'ready', description: 'The moment for the next offer: a gap opens, a threshold is reached, a habit changes, what they have is to be replaced' },
			{ name: 'Entering a Segment', value: 'segmentEntered' },
			{ name: 'Lead Score Crossing a Threshold', value: 'leadScore', description: 'Such as a lead who is ready for a call by sales' },
			{ name: 'Leaving a Segment', value: 'segmentLeft' },
			{ name: 'Lifecycle Stage Change', value: 'stageChanged', description: 'Such as from active to dormant' },
		],
		default: 'event',
	},
	...event,
	...segment,
	...stage,
	...leadScore,
	...figure,
	...date,
	...ready,
	conditionFields({
		displayName: 'Only When',
		name: 'filter',
		description: 'Conditions on the fields of the event, or of the subscription or order whose date comes near; all must hold',
		field: 'total',
		displayOptions: showFor({ startOn: ['event', 'date', 'ready'] }),
	}),
	...once,
];
