import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, historyOnly, options, showFor, takeFrom } from '../fields';
import { orderId, orderSource } from './fields';

const properties: INodeProperties[] = [
	takeFrom('fields'),
	byFields(orderId),
	orderSource,
	byFields({
		displayName: 'Amount',
		name: 'amount',
		type: 'string',
		default: '={{ $json.amount }}',
		placeholder: 'e.g. 19.90',
		description: 'Empty: the whole order',
	}),
	byFields({
		displayName: 'Refunded At',
		name: 'refundedAt',
		type: 'string',
		default: '={{ $json.refunded_at }}',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Empty: now',
	}),
	byFields({
		displayName: 'Refund ID',
		name: 'refundId',
		type: 'string',
		default: '={{ $json.refund_id }}',
		description: 'The same ID twice is one refund. Empty: refunds of one order that are alike in amount and time are one.',
	}),
	byFields({
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '={{ $json.reason }}',
	}),
	options([actInTestRuns, historyOnly]),
];

export const description = showFor('order', 'refund', properties);

const FIELDS = { 'Order ID': 'orderId', Amount: 'amount', 'Refunded At': 'refundedAt', 'Refund ID': 'refundId', Reason: 'reason' };

export const execute = (run: CustomerDataRun) => run.takeIn('refunds', (index) => run.values(index).fields(FIELDS));
