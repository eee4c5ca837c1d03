import type { INodeProperties } from 'n8n-workflow';
import * as create from './create.operation';
import * as done from './done.operation';
import * as list from './list.operation';
import * as take from './take.operation';

export { create, done, list, take };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['task'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				description: 'Ask a manager to do something about a customer, such as to call',
				action: 'Create a task',
			},
			{
				name: 'Done',
				value: 'done',
				description: 'Record that a task is done and how it went; journeys that wait for it go on',
				action: 'Record a task as done',
			},
			{
				name: 'List',
				value: 'list',
				description: 'Get tasks that are to be done, those due first first',
				action: 'List tasks',
			},
			{
				name: 'Take',
				value: 'take',
				description: 'Record that a manager has taken a task on',
				action: 'Take a task',
			},
		],
		default: 'create',
	},
	...create.description,
	...take.description,
	...done.description,
	...list.description,
];
