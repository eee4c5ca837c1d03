import type { INodeProperties } from 'n8n-workflow';
import { conditionFields } from '../../src/n8n/eventFields';
import { dateProperties } from './dateProperties';
import { readyProperties } from './readyProperties';
import { showFor } from './showFor';

const event: INodeProperties[] = [
	{
		displayName: 'Start When This Happens',
		name: 'eventType',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. cart_updated',
		description: 'Type of the event that starts the journey, as it comes in through a Customer Data node of any workflow with the same customer store: cart_updated, order_placed, signed_up',
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
		displayName: 'Customers Already in the Segment',
		name: 'alreadyInside',
		type: 'options',
		options: [
			{ name: 'Do Not Start', value: 'wait', description: 'Only who comes into the segment from now on starts' },
			{ name: 'Start Too, Little by Little', value: 'start', description: 'As many an hour as the option "Entries per Hour at Most" allows. A test run says how many they are.' },
		],
		default: 'wait',
		description: 'Those who are in the segment when you publish the journey have not come in. A changed segment or a restart starts nobody again.',
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
	...dateProperties,
	...readyProperties,
	conditionFields({
		displayName: 'Only When',
		name: 'filter',
		description: 'Conditions on the fields of the event, or of the subscription or order whose date comes near; all must hold',
		field: 'total',
		displayOptions: showFor({ startOn: ['event', 'date', 'ready'] }),
	}),
	...once,
];
