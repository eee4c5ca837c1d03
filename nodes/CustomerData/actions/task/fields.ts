import type { INodeProperties } from 'n8n-workflow';
import type { TaskView } from '../../../../src/customers/tasks';

export const taskKey: INodeProperties = {
	displayName: 'Task Key',
	name: 'key',
	type: 'string',
	default: '={{ $json.task?.key ?? $json.task_key }}',
	required: true,
	description: 'The key that Task: Create or Task: List gave the item',
};

export const assignee: INodeProperties = {
	displayName: 'Assigned To',
	name: 'assignee',
	type: 'string',
	default: '',
	placeholder: 'e.g. maria@example.com',
	description: 'Who does it: a name, an email address or whatever you call your managers by',
};

/** A task as items show it: instants as ISO. */
export function taskItem(task: TaskView): object {
	const iso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());
	return { ...task, dueAt: iso(task.dueAt), createdAt: iso(task.createdAt), takenAt: iso(task.takenAt), doneAt: iso(task.doneAt) };
}
