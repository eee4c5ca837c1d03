import type { INodeProperties } from 'n8n-workflow';
import * as takeIn from './takeIn.operation';

export { takeIn };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['shopData'] } },
		options: [
			{
				name: 'Take In',
				value: 'takeIn',
				description: 'Recognize what Shopify, WooCommerce, RetailCRM or Segment sends and record all of it',
				action: 'Take in shop data',
			},
		],
		default: 'takeIn',
	},
	...takeIn.description,
];
