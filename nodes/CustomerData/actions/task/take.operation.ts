import { takeTaskInput } from '../../../../src/ingest/taskRecords';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';
import { assignee, taskItem, taskKey } from './fields';

export const description = showFor('task', 'take', [taskKey, { ...assignee, description: `${assignee.description}. Empty: whom the task was made for.` }]);

const LABELS = { key: 'Task Key', assignee: 'Assigned To' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('tasks.take', {
		input: (index) => readForm(takeTaskInput, { key: run.text('key', index), assignee: run.text('assignee', index) || undefined }, LABELS),
		show: ({ result, task, customer }) => ({
			customer,
			task: taskItem(task),
			changed: result === 'taken',
			result: result === 'taken' ? `Task taken${task.assignee === null ? '' : ` by ${task.assignee}`}` : 'Task was taken before: nothing changed',
		}),
	});
