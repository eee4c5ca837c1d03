import type { INodeProperties } from 'n8n-workflow';
import type { ListedTask, ListTasks } from '../../../../src/customers/tasks';
import type { CustomerDataRun } from '../../run';
import { limited, showFor } from '../fields';
import { taskItem } from './fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Tasks',
		name: 'statuses',
		type: 'multiOptions',
		options: [
			{ name: 'Done', value: 'done' },
			{ name: 'Open', value: 'open', description: 'Nobody has taken it' },
			{ name: 'Taken', value: 'taken' },
		],
		default: ['open', 'taken'],
	},
	...limited,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Assigned To',
				name: 'assignee',
				type: 'string',
				default: '',
				placeholder: 'e.g. maria@example.com',
			},
			{
				displayName: 'Due Before',
				name: 'dueBefore',
				type: 'string',
				default: '={{ $now }}',
				placeholder: 'e.g. 2026-11-21 18:00',
				description: 'Now: what is overdue',
			},
		],
	},
];

export const description = showFor('task', 'list', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const { assignee, dueBefore } = run.values(index).collection('filters');
		const asked = {
			statuses: (run.values(index).value('statuses') ?? []) as ListTasks['statuses'],
			assignee: assignee === undefined ? undefined : String(assignee),
			dueBefore: run.instant(dueBefore, 'Due Before'),
		};
		const found = await run.pages<ListedTask>(index, (limit, last) => run.store.run('tasks.list', { ...asked, limit, after: last?.place }));
		return found.map(({ task, customer }) => ({ customer, task: taskItem(task) }));
	});
