import type { INodeProperties } from 'n8n-workflow';
import { customerField } from '../../src/n8n/customerField';

export const properties: INodeProperties[] = [
	customerField(),
	{
		displayName: 'Variants',
		name: 'variants',
		type: 'fixedCollection',
		noDataExpression: true,
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Variant',
		default: {
			variants: [
				{ name: 'A', weight: 50 },
				{ name: 'B', weight: 50 },
			],
		},
		description: 'What is compared. Each has an output of its own; a customer who has taken one takes it every time, also when the shares change.',
		options: [
			{
				displayName: 'Variant',
				name: 'variants',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', noDataExpression: true, default: '', placeholder: 'e.g. Discount', description: 'It stands in the items as journey.variant, and in reports; renamed, it is a new variant' },
					{ displayName: 'Share', name: 'weight', type: 'number', noDataExpression: true, typeOptions: { minValue: 0 }, default: 50, description: 'Relative to the other variants: 50 and 50 are halves, as are 1 and 1' },
				],
			},
		],
	},
	{
		displayName: 'Control Group (%)',
		name: 'controlPercent',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 0, maxValue: 50 },
		default: 10,
		description: 'So many of all customers leave by Control: leave it unconnected, and they get none of the variants. Only they show what the variants are worth. 0: no control group.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Experiment Key',
				name: 'experimentKey',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. cart-letter-tone',
				description: 'Under this name the store keeps who takes which variant. Give one to keep that when the workflow is copied or deployed anew; a new one begins the experiment anew. Empty: the ID of this node.',
			},
			{
				displayName: 'Shuffle Word',
				name: 'salt',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. autumn',
				description: 'Any word: another one shuffles anew who takes which variant, among those who have not taken part yet',
			},
			{
				displayName: 'Test Run Takes',
				name: 'testVariant',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. B',
				description: 'In a test run, leave by the output of this name, to look at each way; empty: as the customer is drawn',
			},
		],
	},
];
