import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, customer, options, showFor } from '../fields';
import { journeyKey, outcome } from './fields';

const properties: INodeProperties[] = [customer, { ...journeyKey, required: false, typeOptions: { loadOptionsMethod: 'getJourneysOrAll' } }, options([actInTestRuns])];

export const description = showFor('journey', 'stop', properties);

export const execute = (run: CustomerDataRun) =>
	run.sendEach('journeys.stop', {
		input: (index) => ({ ref: run.values(index).customer(), journey: run.text('journeyKey', index).trim() || undefined }),
		show: (answer) => outcome(answer, answer.changed === 1 ? 'Stopped' : `Stopped ${answer.changed} times`),
		movesJourneys: true,
	});
