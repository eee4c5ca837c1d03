import type { INodeProperties } from 'n8n-workflow';
import { finishTaskInput } from '../../../../src/ingest/taskRecords';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, options, showFor } from '../fields';
import { taskItem, taskKey } from './fields';

const properties: INodeProperties[] = [
	taskKey,
	{
		displayName: 'Outcome',
		name: 'outcome',
		type: 'string',
		default: '',
		placeholder: 'e.g. renewed',
		description: 'How it went, best in one word of yours: the event task_done carries it as "outcome", and journeys can tell one from another',
	},
	{
		displayName: 'Done By',
		name: 'assignee',
		type: 'string',
		default: '',
		placeholder: 'e.g. maria@example.com',
		description: 'Empty: who had taken it',
	},
	options([actInTestRuns]),
];

export const description = showFor('task', 'done', properties);

const LABELS = { key: 'Task Key', outcome: 'Outcome', assignee: 'Done By' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('tasks.done', {
		movesJourneys: true,
		input: (index) => readForm(finishTaskInput, { key: run.text('key', index), outcome: run.text('outcome', index) || undefined, assignee: run.text('assignee', index) || undefined }, LABELS),
		show: ({ result, task, customer }) => ({
			customer,
			task: taskItem(task),
			changed: result === 'done',
			result: result === 'done' ? `Task done${task.outcome === null ? '' : `: ${task.outcome}`}` : 'Task was done before: nothing changed',
		}),
	});
