import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The words that customers are labelled with, as a marketer knows them. */
const STAGES = ['lead', 'new', 'active', 'due', 'dormant', 'churned', 'seasonal', 'returned'];
const RFM_GROUPS = ['champions', 'loyal', 'potential_loyalist', 'new', 'promising', 'need_attention', 'about_to_sleep', 'at_risk', 'cannot_lose', 'hibernating', 'lost'];
const RHYTHMS = ['regular', 'serial', 'long_cycle', 'seasonal', 'irregular', 'too_early'];
const VALUE_TIERS = ['high', 'middle', 'low'];
const PRICE_TIERS = ['low', 'middle', 'high'];

const inWords = (value: string): INodePropertyOptions => ({ name: value.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' '), value });

const list = (displayName: string, name: string, label: string, values: readonly string[]): INodeProperties => ({
	displayName,
	name,
	type: 'multiOptions',
	options: values.map(inWords),
	default: [],
	displayOptions: { show: { label: [label] } },
});

/** One list for each kind of label; only that of the chosen kind shows. */
export const LABEL_OPTIONS: INodeProperties[] = [
	list('RFM Groups', 'rfmGroups', 'rfmGroup', RFM_GROUPS),
	list('Stages', 'stages', 'stage', STAGES),
	list('Rhythms', 'rhythms', 'rhythm', RHYTHMS),
	list('Value Tiers', 'valueTiers', 'valueTier', VALUE_TIERS),
	list('Price Preferences', 'priceTiers', 'priceTier', PRICE_TIERS),
];
