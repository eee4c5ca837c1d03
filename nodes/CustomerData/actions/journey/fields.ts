import type { INodeProperties } from 'n8n-workflow';
import { JourneyError } from '../../../../src/core/errors';
import type { ByHandAnswer } from '../../../../src/journeys/byHand';
import { refusalInWords } from '../../../../src/n8n/ingest/words';

export const journeyKey: INodeProperties = {
	displayName: 'Journey Name or ID',
	name: 'journeyKey',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getJourneys' },
	default: '',
	required: true,
	description: 'The ID is the Journey Key of its Journey Trigger; where none was given, that of the workflow. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** @throws JourneyError bad_input naming the field */
export function needed(label: string, value: string): string {
	if (value.trim() === '') throw new JourneyError('bad_input', `"${label}" is empty: fill it in.`, { field: label });
	return value.trim();
}

const WHY_NOT: Record<string, string> = {
	not_on_it: 'The customer is not on it: nothing changed',
	does_not_wait: 'The customer waits nowhere on it: nothing changed',
	test_run: 'Test run: nothing changed',
};

/** What the item carries on. @param done what happened, in words */
export function outcome({ customer, changed, reason }: ByHandAnswer, done: string): object {
	const why = reason === null ? '' : (WHY_NOT[reason] ?? `Not started: ${refusalInWords(reason)}`);
	return { customer, changed: changed > 0, result: changed > 0 ? done : why };
}
