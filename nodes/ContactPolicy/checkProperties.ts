import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { PERIOD_OPTIONS } from '../../src/n8n/periodFields';

const forCheck: INodeProperties['displayOptions'] = { show: { operation: ['check'] } };

const message: INodeProperties[] = [
	{
		displayName: 'Customer',
		name: 'customer',
		type: 'string',
		required: true,
		default: '={{ $json.customer?.id ?? $json.customer_id ?? $json.email }}',
		placeholder: 'e.g. anna@example.com',
		description: 'ID, e-mail address or phone of the customer; on a journey it is filled in already',
		displayOptions: forCheck,
	},
	{
		displayName: 'Channels',
		name: 'channels',
		type: 'multiOptions',
		noDataExpression: true,
		options: CHANNEL_OPTIONS,
		default: ['email'],
		description: 'How the message is sent. Each of several gets an output of its own, in the order in which you pick them; a customer gets the message on one of them.',
		displayOptions: forCheck,
	},
	{
		displayName: 'Kind of Message',
		name: 'messageClass',
		type: 'options',
		options: [
			{ name: 'Marketing', value: 'marketing', description: 'Offers and news: needs consent, keeps to limits and quiet hours. Mixed content is marketing.' },
			{ name: 'Service', value: 'service', description: 'Help with what was bought: keeps to limits and quiet hours, needs no consent unless the customer objected' },
			{ name: 'Transactional', value: 'transactional', description: 'Order confirmations, receipts, passwords: goes at any time, is not counted' },
		],
		default: 'marketing',
		displayOptions: forCheck,
	},
	{
		displayName: 'Category',
		name: 'category',
		type: 'string',
		default: 'promo',
		placeholder: 'e.g. promo, promo/sale, cart',
		description: 'Limits can count by category; promo covers promo/sale as well',
		displayOptions: forCheck,
	},
	{
		displayName: 'Priority',
		name: 'priority',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 0 },
		default: 50,
		description: 'From 0 to 100. When a customer may get only one of several messages, the one with the higher priority goes.',
		displayOptions: forCheck,
	},
	{
		displayName: 'When It May Not Go Now',
		name: 'onBlock',
		type: 'options',
		options: [
			{ name: 'Do Not Send It', value: 'drop', description: 'It leaves by Blocked at once' },
			{ name: 'Hold It Until It May Go', value: 'delay', description: 'It leaves by Send at the first minute that everything allows' },
			{ name: 'Try the Next Channel', value: 'fallback', description: 'Of those chosen above, in their order' },
		],
		default: 'delay',
		displayOptions: forCheck,
	},
	{
		displayName: 'Stricter Limits for This Node',
		name: 'nodeLimits',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Limit',
		default: {},
		description: 'On top of the company policy, which holds in any case. To change that, choose the operation "Edit Company Policy".',
		displayOptions: forCheck,
		options: [
			{
				displayName: 'Limit',
				name: 'limits',
				values: [
					{ displayName: 'At Most', name: 'atMost', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 1 },
					{
						displayName: 'Messages',
						name: 'scope',
						type: 'options',
						options: [
							{ name: 'Of Any Kind', value: 'any' },
							{ name: 'Of This Category', value: 'category' },
							{ name: 'Of This Journey', value: 'journey' },
							{ name: 'On This Channel', value: 'channel' },
						],
						default: 'category',
					},
					{ displayName: 'Per', name: 'period', type: 'options', options: PERIOD_OPTIONS, default: 'P7D' },
				],
			},
		],
	},
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: forCheck,
	options: [
		{
			displayName: 'Already Handed Off',
			name: 'onSecondHandOff',
			type: 'options',
			options: [
				{ name: 'Do Not Send Again', value: 'block', description: 'It leaves by Blocked and is listed as unknown until Customer Data records what became of it' },
				{ name: 'Send Again', value: 'send', description: 'The customer may get it twice' },
			],
			default: 'block',
			description: 'What to do when a run was cut off after the message had left by Send, so that nobody knows whether it went out',
		},
		{
			displayName: 'Channel of This Customer',
			name: 'itemChannel',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.customer.attributes.channel }}',
			description: 'Which of several channels to use first; empty, or none of them: the first',
		},
		{
			displayName: 'Expires After (Hours)',
			name: 'deadlineHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 48,
			description: 'Send it no later than this long after the event that started the journey; then it leaves by Blocked',
		},
		{
			displayName: 'Mailing Key',
			name: 'mailingKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. newsletter-2026-11',
			description: 'For items that come through no journey: nobody gets the same mailing twice. Empty: one mailing a day for this node.',
		},
		{
			displayName: 'Messages per Run',
			name: 'messagesPerRun',
			type: 'number',
			noDataExpression: true,
			typeOptions: { minValue: 1, maxValue: 1000, numberPrecision: 0 },
			default: 100,
			description: 'How many leave by Send in one run; the others follow in the next. After a crash at most this many have to be looked at.',
		},
		{
			displayName: 'Not Before',
			name: 'notBefore',
			type: 'dateTime',
			default: '',
			description: 'Hold the message at least until then',
		},
		{
			displayName: 'Send at the Latest',
			name: 'deadline',
			type: 'dateTime',
			default: '',
			description: 'After that the message is of no use, such as the end of an offer: it leaves by Blocked',
		},
		{
			displayName: 'Step Key',
			name: 'stepKey',
			type: 'string',
			noDataExpression: true,
			default: '',
			placeholder: 'e.g. first-reminder',
			description: 'Under this name the store keeps what is held here. Give one to keep it in place when the workflow is copied or deployed anew; no two steps may share it.',
		},
		{
			displayName: 'Tags',
			name: 'tags',
			type: 'string',
			default: '',
			placeholder: 'e.g. cart, black-friday',
			description: 'Separated by commas, for reports and limits',
		},
		{
			displayName: 'Unsubscribe Page',
			name: 'unsubscribePage',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://your-shop.example/unsubscribe',
			description: 'Where policy.unsubscribeUrl points to. Empty: a page that this node serves while the workflow is published.',
		},
	],
};

export const properties: INodeProperties[] = [...message, options];
