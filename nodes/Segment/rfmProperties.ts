import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { DEFAULT_RFM_MAP, RFM_GROUP_NAMES, RFM_GROUPS, type RfmGroup } from '../../src/segments/rfmGroups';
import { RFM_DEFAULTS } from '../../src/segments/rfmDefaults';

/** By score, 1 to 5. */
const HOW_LATELY = ['Longest Ago', 'Long Ago', 'Some Time Ago', 'Lately', 'Most Lately'];
const HOW_MUCH = ['Least', 'Little', 'Middling', 'Much', 'Most'];
export const SCORES = [1, 2, 3, 4, 5] as const;

const GROUP_OPTIONS = RFM_GROUPS.map((value) => ({ name: RFM_GROUP_NAMES[value], value })).sort((a, b) => a.name.localeCompare(b.name));

/** A row of the map: those who bought equally lately, from those who buy least to those who buy most. */
const row = (score: number): INodePropertyCollection => ({
	displayName: `Bought ${HOW_LATELY[score - 1]} (Recency ${score})`,
	name: `r${score}`,
	values: SCORES.map((value) => group(value, DEFAULT_RFM_MAP[score - 1][value - 1])),
});

const group = (value: number, usual: RfmGroup): INodeProperties => ({ displayName: `Buys ${HOW_MUCH[value - 1]} (${value})`, name: `fm${value}`, type: 'options', options: GROUP_OPTIONS, default: usual });

const value = (displayName: string, name: string, standard: number, minValue: number): INodeProperties => ({ displayName, name, type: 'number', typeOptions: { minValue }, default: standard });
const { recencyDays, orders } = RFM_DEFAULTS.thresholds;

const FIXED: INodePropertyCollection[] = [
	{
		displayName: 'How Lately (Days Since the Last Order)',
		name: 'recencyDays',
		values: [5, 4, 3, 2].map((score, place) => value(`Score ${score}: At Most (Days)`, `cut${place}`, recencyDays[place], 0)),
	},
	{
		displayName: 'How Often (Orders)',
		name: 'orders',
		values: [2, 3, 4, 5].map((score, place) => value(`Score ${score}: More Than (Orders)`, `cut${place}`, orders[place], 0)),
	},
	{
		displayName: 'For How Much (Revenue)',
		name: 'revenue',
		values: [2, 3, 4, 5].map((score, place) => value(`Score ${score}: More Than`, `cut${place}`, [50, 100, 200, 500][place], 0)),
	},
];

/** How customers are put into RFM groups, for the whole shop. @param displayOptions where the fields show */
export function rfmProperties(displayOptions: NonNullable<INodeProperties['displayOptions']>): INodeProperties[] {
	return [
		{
			displayName: 'This holds for the whole shop. The form is all of it: what is not here is as every store has it at first. It is saved when this node runs, also in a test run, and the output shows the map with your customers. A change starts nobody on a journey.',
			name: 'rfmNotice',
			type: 'notice',
			default: '',
			displayOptions,
		},
		{
			displayName: 'Count Orders of the Last (Months)',
			name: 'rfmMonths',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 120 },
			default: 24,
			displayOptions,
			description: 'How often and for how much somebody buys is looked at over this time; whoever bought only before it has the lowest scores',
		},
		{
			displayName: 'Scores',
			name: 'rfmMethod',
			type: 'options',
			options: [
				{ name: 'By Fifths of the Shop\'s Customers', value: 'quintiles', description: 'A fifth of the buyers has each score; customers who are alike have the same' },
				{ name: 'By Five Equal Parts of the Range', value: 'equalWidth', description: 'From the least to the greatest value; few customers have high scores where a few buy much more than all others' },
				{ name: 'By Fixed Values', value: 'thresholds', description: 'The values below' },
			],
			default: 'quintiles',
			displayOptions,
		},
		{
			displayName: 'Fixed Values',
			name: 'rfmFixed',
			type: 'fixedCollection',
			placeholder: 'Change Fixed Values',
			default: {},
			displayOptions,
			options: FIXED,
			description: 'Used with Scores by Fixed Values, and in a shop with fewer than 100 buyers, where a fifth says nothing. Revenue, unless you set it: 1, 2, 4 and 10 times the mean worth of an order in your shop.',
		},
		{
			displayName: 'Map',
			name: 'rfmMap',
			type: 'fixedCollection',
			placeholder: 'Change a Row of the Map',
			default: {},
			displayOptions,
			options: [5, 4, 3, 2, 1].map(row),
			description: 'Which group a customer is in: a row for how lately, and in it five fields for how often and how much (the mean of both scores). Show RFM Groups draws the map.',
		},
	];
}
