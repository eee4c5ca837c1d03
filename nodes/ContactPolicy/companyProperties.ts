import type { INodeProperties } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../src/n8n/channelFields';
import { PERIOD_OPTIONS } from '../../src/n8n/periodFields';
import { WEEKDAY_OPTIONS } from '../../src/n8n/weekdayFields';

const forCompany: INodeProperties['displayOptions'] = { show: { operation: ['editPolicy'] } };
const whenOn = (name: string): INodeProperties['displayOptions'] => ({ show: { operation: ['editPolicy'], [name]: [true] } });

const limit: INodeProperties[] = [
	{ displayName: 'At Most', name: 'atMost', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 1, description: '0 forbids such messages' },
	{
		displayName: 'Messages',
		name: 'scope',
		type: 'options',
		options: [
			{ name: 'Of a Category', value: 'category' },
			{ name: 'Of a Category on a Channel', value: 'both' },
			{ name: 'Of Any Kind', value: 'any' },
			{ name: 'On a Channel', value: 'channel' },
		],
		default: 'any',
	},
	{ displayName: 'Channel', name: 'channel', type: 'options', options: CHANNEL_OPTIONS, default: 'email', displayOptions: { show: { scope: ['channel', 'both'] } } },
	{ displayName: 'Category', name: 'category', type: 'string', default: 'promo', placeholder: 'e.g. promo', description: 'It covers what is below it, such as promo/sale', displayOptions: { show: { scope: ['category', 'both'] } } },
	{ displayName: 'Per', name: 'period', type: 'options', options: PERIOD_OPTIONS, default: 'P7D' },
	{ displayName: 'More for VIP Customers', name: 'extraForVip', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 0 },
	{ displayName: 'Fewer for Dormant Customers', name: 'fewerForDormant', type: 'number', typeOptions: { minValue: 0, numberPrecision: 0 }, default: 0 },
	{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. promo-week', description: 'Stands in the reason when this limit holds or blocks a message; empty: made of the limit' },
];

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
