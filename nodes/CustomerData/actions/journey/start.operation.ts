import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, customer, options, pairs, showFor } from '../fields';
import { journeyKey, needed, outcome } from './fields';

const properties: INodeProperties[] = [
	customer,
	journeyKey,
	pairs('Event Fields', 'eventFields', 'What the journey finds in event.properties, such as the cart it is about. Where the journey has one entry per cart, the cart ID is needed.', { singular: 'Field', nameLabel: 'Name', example: 'e.g. cart_id' }),
	options([
		actInTestRuns,
		{
			displayName: 'Whoever It Is',
			name: 'anybody',
			type: 'boolean',
			default: false,
			description: 'Whether to start customers too who do not belong to the audience of the journey. Entering Again, its limits and its control group hold all the same.',
		},
	]),
];

export const description = showFor('journey', 'start', properties);

export const execute = (run: CustomerDataRun) =>
	run.sendEach('journeys.start', {
		input: (index) => {
			const values = run.values(index);
			return { ref: values.customer(), journey: needed('Journey', run.text('journeyKey', index)), properties: values.pairs('eventFields'), anybody: values.collection('options').anybody === true };
		},
		show: (answer, index) => outcome(answer, `Started on journey ${run.text('journeyKey', index)}`),
		movesJourneys: true,
	});
