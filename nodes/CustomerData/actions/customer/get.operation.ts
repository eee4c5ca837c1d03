import type { INodeProperties } from 'n8n-workflow';
import { JourneyError } from '../../../../src/core/errors';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'If Not Found',
		name: 'ifNotFound',
		type: 'options',
		options: [
			{ name: 'Report an Error', value: 'error' },
			{ name: 'Pass the Item On Without Customer', value: 'pass' },
		],
		default: 'error',
	},
];

export const description = showFor('customer', 'get', properties);

export const execute = (run: CustomerDataRun) =>
	run.lookUp('customers.get', (customerView, index) => {
		if (customerView) return { customer: customerView, result: 'Customer found' };
		if (run.text('ifNotFound', index) === 'pass') return { customer: null, result: 'No such customer' };
		throw new JourneyError('unknown_customer', 'No customer is found by what stands in Customer: correct it, or set If Not Found to pass the item on.', { field: 'Customer' });
	});
