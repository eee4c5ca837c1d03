import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { byFields, options, showFor, source, takeFrom } from '../fields';

const properties: INodeProperties[] = [
	takeFrom('item'),
	byFields({
		displayName: 'Product ID',
		name: 'productId',
		type: 'string',
		default: '={{ $json.product_id ?? $json.sku ?? $json.id }}',
		required: true,
		placeholder: 'e.g. SKU-1001',
		description: 'The ID that order lines carry',
	}),
	byFields({
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '={{ $json.name }}',
	}),
	byFields({
		displayName: 'Category',
		name: 'category',
		type: 'string',
		default: '={{ $json.category }}',
	}),
	byFields({
		displayName: 'Price',
		name: 'price',
		type: 'string',
		default: '={{ $json.price }}',
		placeholder: 'e.g. 19.90',
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
		displayName: 'More Fields',
		name: 'details',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Family',
				name: 'family',
				type: 'string',
				default: '={{ $json.family }}',
				placeholder: 'e.g. Coffee machine',
				description: 'Products that replace each other, such as sizes or generations of one thing',
			},
			{
				displayName: 'In Stock',
				name: 'inStock',
				type: 'boolean',
				default: true,
				description: 'Whether it can be bought now',
			},
			{
				displayName: 'Lifetime (Days)',
				name: 'lifetimeDays',
				type: 'string',
				default: '={{ $json.lifetime_days }}',
				placeholder: 'e.g. 90',
				description: 'How long one piece lasts a customer',
			},
			{
				displayName: 'Successor Of',
				name: 'successorOf',
				type: 'string',
				default: '={{ $json.successor_of }}',
				description: 'ID of the product this one replaces',
			},
			{
				displayName: 'Tier',
				name: 'tier',
				type: 'string',
				default: '={{ $json.tier }}',
				placeholder: 'e.g. 2',
				description: 'Place within the family, a whole number: a higher one is an upgrade',
			},
			{
				displayName: 'Unit Margin',
				name: 'margin',
				type: 'string',
				default: '={{ $json.margin }}',
				placeholder: 'e.g. 4.50',
			},
		],
	}),
	options([source]),
];

export const description = showFor('product', 'upsert', properties);

const FIELDS = { 'Product ID': 'productId', Name: 'name', Category: 'category', Price: 'price', Currency: 'currency' };
const MORE_FIELDS = { Family: 'family', 'In Stock': 'inStock', 'Lifetime (Days)': 'lifetimeDays', 'Successor Of': 'successorOf', Tier: 'tier', 'Unit Margin': 'margin' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('products', (index) => {
		const item = run.values(index);
		return { ...item.fields(FIELDS), ...item.inside('details', MORE_FIELDS) };
	});
