import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, historyOnly, options, showFor, takeFrom } from '../fields';
import { orderId, orderSource } from './fields';

const properties: INodeProperties[] = [
	takeFrom('fields'),
	byFields(orderId),
	orderSource,
	byFields({
		displayName: 'Canceled At',
		name: 'cancelledAt',
		type: 'string',
		default: '={{ $json.cancelled_at }}',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Empty: now',
	}),
	byFields({
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '={{ $json.reason }}',
	}),
	options([actInTestRuns, historyOnly]),
];

export const description = showFor('order', 'cancel', properties);

const FIELDS = { 'Order ID': 'orderId', 'Canceled At': 'cancelledAt', Reason: 'reason' };

export const execute = (run: CustomerDataRun) => run.takeIn('cancels', (index) => run.values(index).fields(FIELDS));
