import type { CustomerDataRun } from '../../run';
import { actInTestRuns, customer, options, showFor } from '../fields';
import { journeyKey, needed, outcome } from './fields';

export const description = showFor('journey', 'skipWait', [customer, journeyKey, options([actInTestRuns])]);

export const execute = (run: CustomerDataRun) =>
	run.sendEach('journeys.skipWait', {
		input: (index) => ({ ref: run.values(index).customer(), journey: needed('Journey', run.text('journeyKey', index)) }),
		show: (answer) => outcome(answer, "Goes on at once, by Time's Up"),
		movesJourneys: true,
	});
