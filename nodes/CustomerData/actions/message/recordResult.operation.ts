import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { CHANNEL_OPTIONS } from '../../../../src/n8n/channelFields';
import { customer, showFor } from '../fields';

const byKey = { show: { findBy: ['key'] } };
const byCustomer = { show: { findBy: ['customer'] } };
const sentElsewhere = { show: { findBy: ['customer'], messageResult: ['delivered', 'sent'] } };

const properties: INodeProperties[] = [
	{
		displayName: 'Find Message By',
		name: 'findBy',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Customer and Channel', value: 'customer', description: 'The latest message to this customer on this channel' },
			{ name: 'Message Key', value: 'key', description: 'The key that Contact Policy gave the item' },
		],
		default: 'key',
	},
	{
		displayName: 'Message Key',
		name: 'key',
		type: 'string',
		default: '={{ $json.policy?.key }}',
		required: true,
		displayOptions: byKey,
	},
	{ ...customer, displayOptions: byCustomer },
	{
		displayName: 'Channel',
		name: 'channel',
		type: 'options',
		options: CHANNEL_OPTIONS,
		default: 'email',
		displayOptions: byCustomer,
	},
	{
		displayName: 'Result',
		name: 'messageResult',
		type: 'options',
		options: [
			{ name: 'Bounced', value: 'bounced', description: 'The address does not take messages: it gets no more' },
			{ name: 'Clicked', value: 'clicked' },
			{ name: 'Complained', value: 'complained', description: 'Reported as spam: the customer gets no more on this channel' },
			{ name: 'Delivered', value: 'delivered', description: "The customer's mail server or phone took it" },
			{ name: 'Failed', value: 'failed', description: 'Not sent: it does not count towards the limits' },
			{ name: 'Not Known', value: 'unknown', description: 'The sender did not answer: it counts as sent until a later report says what became of it' },
			{ name: 'Opened', value: 'opened' },
			{ name: 'Sent', value: 'sent' },
			{ name: 'Unsubscribed', value: 'unsubscribed', description: 'Marketing consent for this channel is withdrawn' },
		],
		default: 'sent',
	},
	{
		displayName: 'Occurred At',
		name: 'at',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Empty: now',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '={{ $json.error?.message ?? $json.error }}',
		description: 'Why it failed, in the words of the sender',
		displayOptions: { show: { messageResult: ['bounced', 'complained', 'failed'] } },
	},
	{
		displayName: 'Category',
		name: 'category',
		type: 'string',
		default: '',
		placeholder: 'e.g. promo, promo/sale',
		description: 'Of a message that was sent without Contact Policy: the limits of this category count it too',
		displayOptions: sentElsewhere,
	},
	{
		displayName: 'Kind of Message',
		name: 'messageClass',
		type: 'options',
		options: [
			{ name: 'Marketing', value: 'marketing' },
			{ name: 'Service', value: 'service' },
			{ name: 'Transactional', value: 'transactional', description: 'Not counted by limits, unless a limit says so' },
		],
		default: 'marketing',
		description: 'Of a message that was sent without Contact Policy',
		displayOptions: sentElsewhere,
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. black-friday, call',
		description: 'Of a message that was sent without Contact Policy; separated by commas, for reports and limits',
		displayOptions: sentElsewhere,
	},
	{
		displayName: 'Provider ID',
		name: 'providerId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.messageId }}',
		description: 'ID that the email or SMS provider gave the message: its later reports find the message by it',
	},
];

export const description = showFor('message', 'recordResult', properties);

const BY_KEY = { 'Message Key': 'key' };
const BY_CUSTOMER = { Customer: 'customer', Channel: 'channel' };
const SENT_ELSEWHERE = { Category: 'category', 'Kind of Message': 'messageClass', Tags: 'tags' };
const FIELDS = { Result: 'messageResult', 'Occurred At': 'at', Reason: 'reason', 'Provider ID': 'providerId' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('messages', (index) => {
		const item = run.values(index);
		if (run.text('findBy', index) === 'key') return { ...item.fields(BY_KEY), ...item.fields(FIELDS) };
		const sent = ['sent', 'delivered'].includes(run.text('messageResult', index));
		return { ...item.fields(BY_CUSTOMER), ...item.fields(FIELDS), ...(sent && item.fields(SENT_ELSEWHERE)) };
	});
