import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../../../src/n8n/channelFields';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, customer, historyOnly, options, showFor, source, takeFrom } from '../fields';

const properties: INodeProperties[] = [
	takeFrom('fields'),
	byFields(customer),
	byFields({
		displayName: 'Channel',
		name: 'channel',
		type: 'options',
		options: CHANNEL_OPTIONS,
		default: 'email',
		description: 'For a channel that is not listed use an expression with its name in one word',
	}),
	byFields({
		displayName: 'Purpose',
		name: 'purpose',
		type: 'options',
		options: [
			{ name: 'Marketing', value: 'marketing', description: 'Offers, news, reminders: needs a grant' },
			{ name: 'Processing', value: 'processing', description: 'Keeping and using personal data at all; denied, it stops marketing and service on every channel' },
			{ name: 'Service', value: 'service', description: 'Useful messages about what was bought: may be sent unless denied' },
		],
		default: 'marketing',
		description: 'What the customer was asked about',
	}),
	byFields({
		displayName: 'Consent',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Denied', value: 'denied', description: 'Also withdrawn, unsubscribed' },
			{ name: 'Granted', value: 'granted' },
			{ name: 'Pending', value: 'pending', description: 'Asked for, not confirmed yet (double opt-in)' },
		],
		default: 'granted',
	}),
	byFields({
		displayName: 'Date',
		name: 'at',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'When the customer answered; the latest answer counts. Empty: now. With a date to come the answer holds from then.',
	}),
	options([
		actInTestRuns,
		historyOnly,
		{ ...source, description: 'Where the answer was given, such as checkout or newsletter-form' },
		{
			displayName: 'Proof',
			name: 'proof',
			type: 'string',
			default: '',
			placeholder: 'e.g. form 17, IP 203.0.113.7',
			description: 'What shows that the customer really said so',
		},
		{
			displayName: 'Valid Until',
			name: 'expiresAt',
			type: 'string',
			default: '',
			placeholder: 'e.g. 2027-11-21',
		},
		{
			displayName: 'Wording',
			name: 'wording',
			type: 'string',
			default: '',
			placeholder: 'e.g. newsletter-2026-03',
			description: 'Your ID of the text that the customer agreed to',
		},
		{
			displayName: 'Wording Text',
			name: 'wordingText',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. Yes, send me offers by email. I can stop them at any time.',
			description: 'The whole text, kept once however many agreed to it: it stands in the proof of the consent',
		},
	]),
];

export const description = showFor('consent', 'set', properties);

const FIELDS = { Customer: 'customer', Channel: 'channel', Purpose: 'purpose', Consent: 'status', Date: 'at' };
const OPTIONS = { Proof: 'proof', Source: 'source', 'Valid Until': 'expiresAt', Wording: 'wording', 'Wording Text': 'wordingText' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('consents', (index) => {
		const item = run.values(index);
		return { ...item.fields(FIELDS), ...item.inside('options', OPTIONS) };
	});
