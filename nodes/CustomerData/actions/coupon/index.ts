import type { INodeProperties } from 'n8n-workflow';
import * as addCodes from './addCodes.operation';
import * as issue from './issue.operation';
import * as redeem from './redeem.operation';

export { addCodes, issue, redeem };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['coupon'] } },
		options: [
			{
				name: 'Add Codes',
				value: 'addCodes',
				description: 'Put codes that your shop has made into a pool, to be issued one by one',
				action: 'Add coupon codes',
			},
			{
				name: 'Issue',
				value: 'issue',
				description: 'Give a customer a coupon with a code of their own',
				action: 'Issue a coupon',
			},
			{
				name: 'Redeem',
				value: 'redeem',
				description: 'Use a coupon up, once, if it is this customer\'s and has not expired',
				action: 'Redeem a coupon',
			},
		],
		default: 'issue',
	},
	...issue.description,
	...redeem.description,
	...addCodes.description,
];
