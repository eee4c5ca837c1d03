import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { WEEKDAY_OPTIONS } from '../../src/n8n/weekdayFields';
import { limit } from './limitProperties';

const forBoth: INodeProperties['displayOptions'] = { show: { operation: ['editPolicy', 'showPolicy'] } };
const forEdit: INodeProperties['displayOptions'] = { show: { operation: ['editPolicy'] } };
const forCompany: INodeProperties['displayOptions'] = { show: { operation: ['editPolicy'], editAs: ['form'] } };
const whenOn = (name: string): INodeProperties['displayOptions'] => ({ show: { operation: ['editPolicy'], editAs: ['form'], [name]: [true] } });

const quiet: INodeProperties[] = [
	{ displayName: 'Channels', name: 'channels', type: 'multiOptions', options: CHANNEL_OPTIONS, default: ['email', 'push', 'sms'], description: 'Empty: all channels' },
	{ displayName: 'From', name: 'start', type: 'string', default: '21:00', placeholder: 'e.g. 21:00', description: "By the customer's own clock" },
	{ displayName: 'To', name: 'end', type: 'string', default: '09:00', placeholder: 'e.g. 09:00', description: 'An earlier time than From is on the next day' },
	{ displayName: 'Starting On', name: 'days', type: 'multiOptions', options: WEEKDAY_OPTIONS, default: [], description: 'Empty: every day' },
];

/** What a store starts with (src/policy/defaultPolicy.ts), in the words of the form. */
const SHIPPED_LIMITS = [
	{ name: 'any-day', scope: 'any', atMost: 1, period: 'day', extraForVip: 1 },
	{ name: 'any-7d', scope: 'any', atMost: 3, period: 'P7D', extraForVip: 1, fewerForDormant: 1 },
	{ name: 'sms-7d', scope: 'channel', channel: 'sms', atMost: 2, period: 'P7D', extraForVip: 1, fewerForDormant: 1 },
	{ name: 'promo-7d', scope: 'category', category: 'promo', atMost: 2, period: 'P7D', extraForVip: 1, fewerForDormant: 1 },
];

export const properties: INodeProperties[] = [
	{
		displayName: 'These rules hold for all journeys of this customer store. They are saved when this node runs, also in a test run; a workflow with a Manual Trigger and this node is enough. The form is the whole policy: what you remove is no rule any more. A new node shows the rules that every store starts with, not what was saved last.',
		name: 'companyNotice',
		type: 'notice',
		default: '',
		displayOptions: forCompany,
	},
	{
		displayName: 'Name of the Policy',
		name: 'policyName',
		type: 'string',
		default: '',
		placeholder: 'e.g. second-brand',
		description: 'Empty: the company policy, which holds wherever no other is named. Under another name it holds for the Contact Policy nodes that name it under Options > Policy.',
		displayOptions: forBoth,
	},
	{
		displayName: 'Edit As',
		name: 'editAs',
		type: 'options',
		options: [
			{ name: 'Form', value: 'form' },
			{ name: 'JSON', value: 'json', description: 'A whole policy as "policy show" prints it, to carry it from one store to another' },
		],
		default: 'form',
		displayOptions: forEdit,
	},
	{
		displayName: 'Policy as JSON',
		name: 'policyJson',
		type: 'json',
		default: '{\n  "rules": [\n    { "id": "any-day", "scope": { "any": true }, "limit": 1, "window": "day" }\n  ],\n  "quietHours": [{ "start": "21:00", "end": "09:00" }]\n}',
		description: 'The policy file of the documentation: everything that the form has, and more',
		displayOptions: { show: { operation: ['editPolicy'], editAs: ['json'] } },
	},
	{
		displayName: 'Limit the Number of Messages',
		name: 'hasLimits',
		type: 'boolean',
		default: true,
		description: 'Whether there are limits at all',
		displayOptions: forCompany,
	},
	{
		displayName: 'Limits',
		name: 'limits',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Limit',
		default: { limits: SHIPPED_LIMITS },
		description: 'All of them hold; marketing and service messages count, transactional ones do not. An empty list fills itself again: to have no limits, switch them off above.',
		displayOptions: whenOn('hasLimits'),
		options: [{ displayName: 'Limit', name: 'limits', values: limit }],
	},
	{
		displayName: 'Hours Between Two Messages',
		name: 'minGapHours',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 4,
		description: 'At least this long between two messages to one customer, whatever the channel. 0: no such rule.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Keep Quiet Hours',
		name: 'hasQuietHours',
		type: 'boolean',
		default: true,
		description: 'Whether messages wait at night',
		displayOptions: forCompany,
	},
	{
		displayName: 'Quiet Hours',
		name: 'quietHours',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Quiet Hours',
		default: { periods: [{ channels: ['email', 'push', 'sms'], start: '21:00', end: '09:00', days: [] }] },
		description: 'Messages wait until they end. Transactional messages pass. An empty list fills itself again: to have none, switch them off above.',
		displayOptions: whenOn('hasQuietHours'),
		options: [{ displayName: 'Quiet Hours', name: 'periods', values: quiet }],
	},
	{
		displayName: 'Send Only Between',
		name: 'sendWindows',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Hours',
		default: {},
		description: 'Messages of these channels go out in these hours only; a channel that is not named here may send all day. Transactional messages pass.',
		displayOptions: forCompany,
		options: [{ displayName: 'Hours', name: 'periods', values: quiet.map((field) => (field.name === 'start' ? { ...field, default: '10:00', placeholder: 'e.g. 10:00' } : field.name === 'end' ? { ...field, default: '19:00', placeholder: 'e.g. 19:00' } : field.name === 'channels' ? { ...field, default: ['sms'] } : field)) }],
	},
	{
		displayName: 'What a Channel Can Take',
		name: 'channelCapacity',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Channel',
		default: {},
		description: 'How many messages to all customers together your sender takes. The others wait their turn, the more important first; transactional messages go before them.',
		displayOptions: forCompany,
		options: [
			{
				displayName: 'Channel',
				name: 'channels',
				values: [
					{ displayName: 'Channel', name: 'channel', type: 'options', options: CHANNEL_OPTIONS, default: 'email' },
					{ displayName: 'At Most', name: 'atMost', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 100 },
					{
						displayName: 'Per',
						name: 'period',
						type: 'options',
						options: [
							{ name: 'Day', value: 'P1D', description: 'Any 24 hours' },
							{ name: 'Hour', value: 'PT1H', description: 'Any 60 minutes' },
							{ name: 'Minute', value: 'PT1M', description: 'Any 60 seconds' },
						],
						default: 'PT1M',
					},
				],
			},
		],
	},
	{
		displayName: 'Control Group of All Marketing (%)',
		name: 'controlPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 50 },
		default: 0,
		description: 'So many of all customers get no marketing at all, of no journey and no mailing. The comparison with them shows what all of it is worth. Who is in stays in.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Held Messages Move Up',
		name: 'ageing',
		type: 'boolean',
		default: false,
		description: 'Whether a message gains a point of priority with each day that it is held, so that it is not outranked for ever',
		displayOptions: forCompany,
	},
	{
		displayName: 'Days Without Messages',
		name: 'blackoutDates',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Day',
		default: {},
		description: 'Whole days, by the clock of the customer',
		displayOptions: forCompany,
		options: [{ displayName: 'Day', name: 'days', values: [{ displayName: 'Date', name: 'date', type: 'dateTime', typeOptions: { dateOnly: true }, default: '' }] }],
	},
	{
		displayName: 'Click Links Lead To',
		name: 'clickHosts',
		type: 'string',
		default: '',
		placeholder: 'e.g. shop.example, *.shop.example',
		description: 'Hosts of your own, separated by commas. Letters can then count clicks: put policy.clickBase in front of an address. Empty: no click links.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Stop All Messages',
		name: 'off',
		type: 'boolean',
		default: false,
		description: 'Whether no marketing and no service message goes out, wherever it comes from: they leave by Blocked. Transactional messages pass.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Marketing Needs Consent',
		name: 'requireConsent',
		type: 'boolean',
		default: true,
		description: 'Whether marketing goes only to customers who agreed. Switched off, it goes to all who did not object; check the law of your country first.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Time Zone of the Shop',
		name: 'storeZone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Berlin',
		description: 'For customers whose own time zone is not known. Empty: the time zone of this workflow.',
		displayOptions: forCompany,
	},
	{
		displayName: 'Customers Without a Known Time Zone',
		name: 'unknownZone',
		type: 'options',
		options: [
			{ name: 'Live by the Time of the Shop', value: 'store' },
			{ name: 'Get Messages Only When It Is Day in All Zones They May Live In', value: 'strict' },
		],
		default: 'store',
		displayOptions: forCompany,
	},
	{
		displayName: 'The Week Starts On',
		name: 'weekStart',
		type: 'options',
		options: [
			{ name: 'Monday', value: 'monday' },
			{ name: 'Sunday', value: 'sunday' },
		],
		default: 'monday',
		displayOptions: forCompany,
	},
	{
		displayName: 'Spread After Quiet Hours (Minutes)',
		name: 'jitterMinutes',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 15, numberPrecision: 0 },
		default: 0,
		description: 'Messages that waited for the morning go out within this time instead of all at once',
		displayOptions: forCompany,
	},
];
