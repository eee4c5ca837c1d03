import type { INodeProperties } from 'n8n-workflow';
import { JourneyError } from '../../../../src/core/errors';
import type { SignatureKey } from '../../../../src/ingest/mailSignatures/checkCall';
import type { CustomerDataRun } from '../../run';

const forScheme = (...schemes: string[]): INodeProperties['displayOptions'] => ({ show: { signature: schemes } });
const key = (displayName: string, scheme: string, description: string, secret: boolean): INodeProperties => ({
	displayName,
	name: 'signatureKey',
	type: 'string',
	typeOptions: secret ? { password: true } : undefined,
	default: '',
	required: true,
	description,
	displayOptions: forScheme(scheme),
});

/** How the sender of the webhook proves that it is the sender. */
export const signatureProperties: INodeProperties[] = [
	{
		displayName: 'Check Signature',
		name: 'signature',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Do Not Check', value: 'none', description: 'The webhook itself keeps strangers out, by its own authentication' },
			{ name: 'Of Amazon SNS (for SES)', value: 'amazonSns' },
			{ name: 'Of Mailgun', value: 'mailgun' },
			{ name: 'Of SendGrid', value: 'sendGrid', description: 'Needs the option Raw Body of the Webhook node' },
			{ name: 'Of Unisender Go', value: 'unisender', description: 'Needs the option Raw Body of the Webhook node' },
			{ name: 'User and Password in the Address', value: 'basicAuth', description: 'For senders that sign nothing, such as Postmark and SendPulse' },
		],
		default: 'none',
		description: 'A call whose signature does not fit is an error, and nothing of it is recorded',
	},
	key('Verification Key', 'sendGrid', 'SendGrid shows it under Settings > Mail Settings > Event Webhook > Signature verification', false),
	key('HTTP Webhook Signing Key', 'mailgun', 'Mailgun shows it under API Security. Better than to write it here: an expression that reads it from a variable.', true),
	key('API Key', 'unisender', 'The one that your letters are sent with. Better than to write it here: an expression that reads it from a variable.', true),
	{
		displayName: 'Certificate',
		name: 'certificate',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: '-----BEGIN CERTIFICATE-----',
		description: 'The text behind SigningCertURL of a message of the topic, whose address ends with amazonaws.com. When Amazon has a new one, both may stand here.',
		displayOptions: forScheme('amazonSns'),
	},
	{
		displayName: 'Topic ARN',
		name: 'topicArn',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. arn:aws:sns:eu-west-1:123456789012:mail-events',
		description: 'Amazon signs for all its customers with one certificate; this is yours',
		displayOptions: forScheme('amazonSns'),
	},
	{ displayName: 'User', name: 'webhookUser', type: 'string', default: '', required: true, displayOptions: forScheme('basicAuth') },
	{ displayName: 'Password', name: 'webhookPassword', type: 'string', typeOptions: { password: true }, default: '', required: true, displayOptions: forScheme('basicAuth') },
];

/** @throws JourneyError `bad_input` naming the field that is empty */
export function signatureOf(run: CustomerDataRun, index: number): SignatureKey | undefined {
	const by = run.text('signature', 0);
	const filled = (label: string, name: string) => {
		const value = run.text(name, index).trim();
		if (value === '') throw new JourneyError('bad_input', `"${label}" is empty: without it the signature cannot be checked.`, { field: label });
		return value;
	};
	switch (by) {
		case 'sendGrid':
			return { by, key: filled('Verification Key', 'signatureKey') };
		case 'mailgun':
			return { by, key: filled('HTTP Webhook Signing Key', 'signatureKey') };
		case 'unisender':
			return { by, key: filled('API Key', 'signatureKey') };
		case 'amazonSns':
			return { by, certificates: filled('Certificate', 'certificate'), topic: filled('Topic ARN', 'topicArn') };
		case 'basicAuth':
			return { by, user: filled('User', 'webhookUser'), password: filled('Password', 'webhookPassword') };
		default:
			return undefined;
	}
}
