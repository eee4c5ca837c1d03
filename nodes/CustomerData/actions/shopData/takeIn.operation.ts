import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, currency, historyOnly, options, phoneCountry, showFor, source } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Connect a Webhook or Shopify Trigger here: customers, orders, carts, products and consents of Shopify, WooCommerce, RetailCRM and Segment are recognized and recorded. There is nothing to map.',
		name: 'takeInNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Other Items Are',
		name: 'otherItems',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Consents', value: 'consents' },
			{ name: 'Customers', value: 'customers' },
			{ name: 'Events', value: 'events' },
			{ name: 'Not Expected (Report an Error)', value: 'none' },
			{ name: 'Orders', value: 'orders' },
			{ name: 'Products', value: 'products' },
			{ name: 'Subscriptions', value: 'subscriptions' },
		],
		default: 'none',
		description: 'What an item is that comes from none of these shops; its fields are then read by their common names',
	},
	options([actInTestRuns, currency, historyOnly, phoneCountry, source]),
];

export const description = showFor('shopData', 'takeIn', properties);

export const execute = (run: CustomerDataRun) => run.takeInAll();
