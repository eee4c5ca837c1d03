import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, customer, historyOnly, options, showFor, takeFrom } from '../fields';
import { orderId, orderSource } from './fields';

const linesBelow = { show: { takeFrom: ['fields'], linesFrom: ['fields'] } };
const linesInItem = { show: { takeFrom: ['fields'], linesFrom: ['item'] } };

const properties: INodeProperties[] = [
	takeFrom('item'),
	byFields({ ...customer, required: false, description: 'Customer ID, email address or phone number with country code (+44…). Empty: an order of somebody unknown.' }),
	byFields(orderId),
	byFields({
		displayName: 'Ordered At',
		name: 'orderedAt',
		type: 'string',
		default: '={{ $json.ordered_at ?? $json.created_at }}',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Empty: now. Without an offset it is read in the time zone of the store.',
	}),
	byFields({
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Canceled', value: 'cancelled' },
			{ name: 'Delivered', value: 'delivered' },
			{ name: 'Paid', value: 'paid' },
			{ name: 'Placed', value: 'placed' },
			{ name: 'Refunded', value: 'refunded' },
		],
		default: 'paid',
		description: 'Journeys see it as an event: order_placed, order_paid and so on. As an expression, the words of most shops are understood too, such as shipped or on-hold.',
	}),
	byFields({
		displayName: 'Total',
		name: 'total',
		type: 'string',
		default: '={{ $json.total }}',
		placeholder: 'e.g. 59.90',
		description: 'What the customer paid. Empty: the sum of the lines.',
	}),
	byFields({
		displayName: 'Currency',
		name: 'currency',
		type: 'string',
		default: '={{ $json.currency }}',
		placeholder: 'e.g. EUR',
		description: 'Empty: the currency of the store',
	}),
	byFields({
		displayName: 'Order Lines',
		name: 'linesFrom',
		type: 'options',
		options: [
			{ name: 'A List in the Item', value: 'item' },
			{ name: 'Fields Below', value: 'fields' },
		],
		default: 'item',
		description: 'Which products were bought',
	}),
	{
		displayName: 'List of Lines',
		name: 'lineList',
		type: 'string',
		default: '={{ $json.lines ?? $json.items ?? $json.line_items }}',
		description: 'The field that holds the list. Of each entry product_id, name, category, quantity, price (per unit) or amount (per line) are read.',
		displayOptions: linesInItem,
	},
	{
		displayName: 'Lines',
		name: 'lines',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Line',
		default: {},
		displayOptions: linesBelow,
		options: [
			{
				displayName: 'Line',
				name: 'values',
				values: [
					{ displayName: 'Category', name: 'category', type: 'string', default: '' },
					{ displayName: 'Price per Unit', name: 'price', type: 'string', default: '', placeholder: 'e.g. 19.90' },
					{ displayName: 'Product ID', name: 'productId', type: 'string', default: '' },
					{ displayName: 'Product Name', name: 'name', type: 'string', default: '' },
					{ displayName: 'Quantity', name: 'quantity', type: 'number', default: 1 },
				],
			},
		],
	},
	options([
		actInTestRuns,
		historyOnly,
		orderSource,
		{
			displayName: 'Cart ID',
			name: 'cartId',
			type: 'string',
			default: '={{ $json.cart_id }}',
			description: 'The cart this order came from: journeys about that cart end, those about another one go on',
		},
		{
			displayName: 'Discount',
			name: 'discount',
			type: 'string',
			default: '={{ $json.discount }}',
			placeholder: 'e.g. 5.00',
			description: 'What was taken off, already out of the total',
		},
		{
			displayName: 'Changed At',
			name: 'updatedAt',
			type: 'string',
			default: '={{ $json.updated_at }}',
			placeholder: 'e.g. 2026-11-21 18:00',
			description: 'The shop\'s time of this version of the order: an older version changes nothing',
		},
		{
			displayName: 'Source Campaign',
			name: 'sourceCampaign',
			type: 'string',
			default: '={{ $json.source_campaign }}',
			description: 'The campaign that brought the order',
		},
	]),
];

export const description = showFor('order', 'record', properties);

const FIELDS = { Customer: 'customer', 'Order ID': 'orderId', 'Ordered At': 'orderedAt', Status: 'status', Total: 'total', Currency: 'currency' };
const OPTIONS = { 'Cart ID': 'cartId', Discount: 'discount', 'Changed At': 'updatedAt', 'Source Campaign': 'sourceCampaign' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('orders', (index) => {
		const item = run.values(index);
		const lines = run.text('linesFrom', index) === 'item' ? item.fields({ Lines: 'lineList' }) : { Lines: item.rows('lines') };
		return { ...item.fields(FIELDS), ...item.inside('options', OPTIONS), ...lines };
	});
