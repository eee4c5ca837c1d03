import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { STAGES } from '../../src/lifecycle/stages';
import { RHYTHMS } from '../../src/rhythm/patternNames';
import { RFM_GROUPS } from '../../src/segments/rfmGroups';

const TIERS = ['low', 'middle', 'high'];

/** The words that customers are labelled with, as a marketer writes them. */
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
	list('Value Tiers', 'valueTiers', 'valueTier', TIERS),
	list('Price Preferences', 'priceTiers', 'priceTier', TIERS),
];
