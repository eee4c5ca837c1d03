import type { INodePropertyCollection } from 'n8n-workflow';
import { CHANNEL_OPTIONS } from '../../../src/n8n/channelFields';
import { LABEL_OPTIONS } from '../labels';
import { COMPARE } from './parts';

export const label: INodePropertyCollection = {
	displayName: 'Group or Stage',
	name: 'label',
	values: [
		{
			displayName: 'Kind',
			name: 'label',
			type: 'options',
			options: [
				{ name: 'Best Channel', value: 'bestChannel' },
				{ name: 'Favorite Category', value: 'favouriteCategory' },
				{ name: 'Lifecycle Stage', value: 'stage' },
				{ name: 'Price Preference', value: 'priceTier' },
				{ name: 'Purchase Rhythm', value: 'rhythm' },
				{ name: 'RFM Group', value: 'rfmGroup', description: 'By how lately, how often and for how much the customer buys' },
				{ name: 'Value Tier', value: 'valueTier' },
				{ name: 'VIP', value: 'vip' },
			],
			default: 'rfmGroup',
		},
		...LABEL_OPTIONS,
		{
			displayName: 'Category Names or IDs',
			name: 'categoryNames',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getCategories' },
			default: [],
			displayOptions: { show: { label: ['favouriteCategory'] } },
			description: 'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		},
		{ displayName: 'Channels', name: 'channels', type: 'multiOptions', options: CHANNEL_OPTIONS, default: [], displayOptions: { show: { label: ['bestChannel'] } } },
		{ displayName: 'The Opposite', name: 'not', type: 'boolean', default: false, description: 'Whether those are meant who are in none of these' },
	],
};

export const figure: INodePropertyCollection = {
	displayName: 'Figure',
	name: 'figure',
	values: [
		{
			displayName: 'Figure',
			name: 'figure',
			type: 'options',
			options: [
				{ name: 'Best Hour', value: 'bestHour', description: 'Hour of the day where the customer lives at which they open and click most, 0 to 23' },
				{ name: 'Days Since the Last Order', value: 'recency' },
				{ name: 'Engagement', value: 'engagement', description: '0 to 1, from opens, clicks and visits, the latest weigh most; 0.5 is typical of those who are active' },
				{ name: 'Expected Days Between Orders', value: 'expectedGapDays' },
				{ name: 'Expected Orders in a Year', value: 'expectedOrders' },
				{ name: 'Lifetime Value', value: 'lifetimeValue', description: 'In the currency of the shop' },
				{ name: 'Margin of 12 Months', value: 'margin', description: 'In the currency of the shop' },
				{ name: 'Orders Ever', value: 'orders' },
				{ name: 'Orders in the RFM Period', value: 'frequency' },
				{ name: 'Probability of Not Coming Back', value: 'noReturn', description: '0 to 1' },
				{ name: 'Probability of Still Being a Customer', value: 'pAlive', description: '0 to 1' },
				{ name: 'Revenue in the RFM Period', value: 'monetary', description: 'In the currency of the shop' },
				{ name: 'Views in 30 Days', value: 'views' },
			],
			default: 'recency',
		},
		{ displayName: 'Is', name: 'compare', type: 'options', options: COMPARE, default: 'atLeast' },
		{ displayName: 'Number', name: 'value', type: 'number', default: 1 },
	],
};
