import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, customer, options, showFor } from '../fields';
import { journeyKey, needed, outcome } from './fields';

const properties: INodeProperties[] = [
	customer,
	journeyKey,
	{
		displayName: 'To the Step Name or ID',
		name: 'stepKey',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getJourneyWaits', loadOptionsDependsOn: ['journeyKey'] },
		default: '',
		required: true,
		description: 'A Journey Wait; the ID is its Step Key. The customer waits there as long as they would have, and goes on from there; to let them go on at once, add Skip Wait. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	options([actInTestRuns]),
];

export const description = showFor('journey', 'move', properties);

export const execute = (run: CustomerDataRun) =>
	run.sendEach('journeys.move', {
		input: (index) => ({ ref: run.values(index).customer(), journey: needed('Journey', run.text('journeyKey', index)), step: needed('To the Step', run.text('stepKey', index)) }),
		show: (answer, index) => outcome(answer, `Moved to ${run.text('stepKey', index)}`),
		movesJourneys: true,
	});
