import type { INodeProperties } from 'n8n-workflow';
import { explainedItem } from '../../../../src/n8n/explainedItem';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'Messages of the Last Days',
		name: 'days',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 366, numberPrecision: 0 },
		default: 30,
		description: 'How far to look back. Messages that are held now are always explained.',
	},
];

export const description = showFor('customer', 'explain', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => [explainedItem(await run.store.run('policy.explain', { ref: run.values(index).customer(), days: run.amount('days', index, 'Messages of the Last Days') }))]);
