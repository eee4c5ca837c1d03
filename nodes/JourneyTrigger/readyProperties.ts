import type { INodeProperties } from 'n8n-workflow';
import { showFor } from './showFor';

/** The fields of *Start On: Customer Is Ready For*. */
export const readyProperties: INodeProperties[] = [
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
