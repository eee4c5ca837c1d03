import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { COMPARE, nearOrFar, when, which } from './parts';

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

export const bought: INodePropertyCollection = {
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

export const order: INodePropertyCollection = { displayName: 'First or Last Order', name: 'order', values: [which, ...nearOrFar, ...goods] };
