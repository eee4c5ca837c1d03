import type { INodeProperties } from 'n8n-workflow';
import { issueInput } from '../../../../src/coupons/records';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { customer, options, showFor } from '../fields';
import { couponItem, pool } from './fields';

const properties: INodeProperties[] = [
	customer,
	pool,
	{
		displayName: 'Codes',
		name: 'codes',
		type: 'options',
		options: [
			{ name: 'Made of a Pattern', value: 'pattern' },
			{ name: 'The Next of Those Added', value: 'list', description: 'From codes that Coupon: Add Codes has put into the pool' },
		],
		default: 'pattern',
	},
	{
		displayName: 'Pattern',
		name: 'pattern',
		type: 'string',
		default: 'SAVE-####-####',
		required: true,
		placeholder: 'e.g. SPRING-####-####',
		description: 'Each # becomes a letter or digit that nobody can guess; at least 8 of them',
		displayOptions: { show: { codes: ['pattern'] } },
	},
	{
		displayName: 'What It Gives',
		name: 'benefit',
		type: 'string',
		default: '',
		placeholder: 'e.g. 10 % off',
		description: 'For the letter and for whoever redeems it; the item carries it as coupon.benefit',
	},
	{
		displayName: 'Valid For (Days)',
		name: 'validDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 7,
		description: 'Of 24 hours from now; 0: without end',
	},
	options([
		{ displayName: 'Coupon Key', name: 'key', type: 'string', default: '', placeholder: 'e.g. birthday-{{ $now.year }}', description: 'The same key again gives the customer the same coupon. Empty: in a journey each visit of a customer is one coupon, however often the run is repeated.' },
		{ displayName: 'Coupons in All', name: 'total', type: 'number', typeOptions: { minValue: 0 }, default: 1000, description: 'So many coupons of the pool are issued at most; 0: any number' },
		{ displayName: 'Coupons per Customer', name: 'perCustomer', type: 'number', typeOptions: { minValue: 0 }, default: 1, description: 'So many coupons of the pool a customer gets at most, 1 unless set; whoever has one that can still be used gets that one again. 0: any number.' },
		{ displayName: 'Expires On', name: 'expiresAt', type: 'string', default: '', placeholder: 'e.g. 2026-12-31 23:59', description: 'Instead of Valid For. Without an offset it is read in the time zone of the store.' },
	]),
];

export const description = showFor('coupon', 'issue', properties);

const LABELS = { pool: 'Pool', pattern: 'Pattern', benefit: 'What It Gives', expiresAt: 'Expires On', perCustomer: 'Coupons per Customer', total: 'Coupons in All', key: 'Coupon Key' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('coupons.issue', {
		input: (index) => {
			const { key, total, perCustomer, expiresAt } = run.values(index).collection('options');
			const endsAt = run.instant(expiresAt, 'Expires On');
			const days = endsAt === undefined ? run.amount('validDays', index, 'Valid For (Days)') : 0;
			const given = {
				ref: run.values(index).customer(),
				pool: run.text('pool', index),
				pattern: run.text('codes', index) === 'list' ? undefined : run.text('pattern', index),
				benefit: run.text('benefit', index) || undefined,
				expiresAt: endsAt ?? (days > 0 ? run.after(days, 'days') : undefined),
				perCustomer: perCustomer === undefined ? undefined : Number(perCustomer),
				total: total === undefined ? undefined : Number(total),
				key: key ?? run.repeatKey('coupon', index),
				journey: run.journeyOf(index),
			};
			return readForm(issueInput, given, LABELS);
		},
		show: ({ result, coupon, customer: about }) => ({ customer: about, coupon: couponItem(coupon), changed: result === 'issued', result: result === 'issued' ? 'Coupon issued' : 'Coupon already there: given again' }),
	});
