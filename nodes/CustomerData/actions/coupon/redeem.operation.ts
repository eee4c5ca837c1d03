import type { INodeProperties } from 'n8n-workflow';
import { parseCustomer } from '../../../../src/customers/identity';
import { redeemInput } from '../../../../src/coupons/records';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, options, showFor } from '../fields';
import { couponItem } from './fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Code',
		name: 'code',
		type: 'string',
		default: '={{ $json.coupon?.code ?? $json.coupon_code ?? $json.code }}',
		required: true,
		placeholder: 'e.g. SAVE-K7QM-2XPA',
		description: 'However it was typed: case, blanks and dashes do not matter',
	},
	{
		displayName: 'Order ID',
		name: 'orderId',
		type: 'string',
		default: '={{ $json.order_id ?? $json.orderId }}',
		placeholder: 'e.g. 1001',
		description: 'The order it is used for: redeeming it again for the same order changes nothing. Empty: a second time is refused.',
	},
	{
		displayName: 'Used By',
		name: 'usedBy',
		type: 'string',
		default: '={{ $json.customer?.id ?? $json.customer_id ?? $json.email }}',
		placeholder: 'e.g. jane@example.com',
		description: 'Customer ID, email address or phone number with country code; anybody else than the customer it was issued to is refused. Empty: whoever has the code may use it.',
	},
	options([actInTestRuns]),
];

export const description = showFor('coupon', 'redeem', properties);

const LABELS = { code: 'Code', orderId: 'Order ID' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('coupons.redeem', {
		input: (index) => {
			const usedBy = run.values(index).value('usedBy');
			const ref = usedBy === null || usedBy === undefined || usedBy === '' ? undefined : parseCustomer(usedBy);
			return readForm(redeemInput, { code: run.text('code', index), orderId: run.text('orderId', index) || undefined, ref }, LABELS);
		},
		show: ({ result, coupon, customer }) => ({ customer, coupon: couponItem(coupon), changed: result === 'redeemed', result: result === 'redeemed' ? 'Coupon redeemed' : 'Coupon redeemed before, for the same order: nothing changed' }),
		movesJourneys: true,
	});
