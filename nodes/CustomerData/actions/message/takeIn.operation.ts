import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';
import { signatureOf, signatureProperties } from './signature';

const properties: INodeProperties[] = [
	{
		displayName: 'Connect a Webhook here and give its address to SendGrid, Mailgun, Postmark, Amazon SES, Unisender Go or SendPulse: what they report of your mails is recognized and recorded. There is nothing to map.',
		name: 'takeInNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Mails Not Sent Through Contact Policy',
		name: 'otherMails',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Count as Marketing Messages', value: 'count', description: 'Such as newsletters that are sent elsewhere; each takes a place in the limits' },
			{ name: 'Do Not Count', value: 'ignore', description: 'Such as receipts; bounces, complaints and unsubscriptions act all the same' },
		],
		default: 'ignore',
		description: 'What to do with reports of mails that this store knows nothing of',
	},
	{
		displayName: 'Their Category',
		name: 'otherCategory',
		type: 'string',
		default: '',
		placeholder: 'e.g. promo',
		description: 'The limits of this category count them too; empty: only those of the channel and of all messages',
		displayOptions: { show: { otherMails: ['count'] } },
	},
	...signatureProperties,
];

export const description = showFor('message', 'takeIn', properties);

export const execute = (run: CustomerDataRun) => run.takeInMail((index) => (run.text('otherMails', 0) === 'count' ? { category: run.text('otherCategory', index).trim() || undefined } : undefined), (index) => signatureOf(run, index));
