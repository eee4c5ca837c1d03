import type { INodeProperties } from 'n8n-workflow';
import { taskInput } from '../../../../src/ingest/taskRecords';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { customer, onceKey, options, showFor } from '../fields';
import { assignee, taskItem } from './fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Call about the contract that ends soon',
	},
	{
		displayName: 'Details',
		name: 'details',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. Last order 12 October, likes green tea',
	},
	assignee,
	{
		displayName: 'Due',
		name: 'due',
		type: 'options',
		options: [
			{ name: 'After a While', value: 'in' },
			{ name: 'At a Date', value: 'at' },
			{ name: 'No Date', value: 'none' },
		],
		default: 'in',
	},
	{
		displayName: 'How Long',
		name: 'dueIn',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		displayOptions: { show: { due: ['in'] } },
	},
	{
		displayName: 'Unit',
		name: 'dueUnit',
		type: 'options',
		options: [
			{ name: 'Days', value: 'days', description: 'Of 24 hours' },
			{ name: 'Hours', value: 'hours' },
		],
		default: 'days',
		displayOptions: { show: { due: ['in'] } },
	},
	{
		displayName: 'Date',
		name: 'dueAt',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-11-21 18:00',
		description: 'Without an offset it is read in the time zone of the store',
		displayOptions: { show: { due: ['at'] } },
	},
	options([onceKey('task')]),
];

export const description = showFor('task', 'create', properties);

const LABELS = { title: 'Title', details: 'Details', assignee: 'Assigned To', dueAt: 'Date', key: 'Task Key' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('tasks.create', {
		input: (index) => {
			const { key } = run.values(index).collection('options');
			const given = {
				ref: run.values(index).customer(),
				title: run.text('title', index),
				details: run.text('details', index) || undefined,
				assignee: run.text('assignee', index) || undefined,
				dueAt: dueAt(run, index),
				key: key ?? run.repeatKey('task', index),
				journey: run.journeyOf(index),
			};
			return readForm(taskInput, given, LABELS);
		},
		show: ({ result, task, customer: about }) => ({
			customer: about,
			task: taskItem(task),
			changed: result === 'created',
			result: result === 'created' ? 'Task created' : 'Task already there: nothing changed',
		}),
	});

function dueAt(run: CustomerDataRun, index: number): unknown {
	const due = run.text('due', index);
	if (due === 'at') return run.instant(run.values(index).value('dueAt'), 'Date');
	return due === 'in' ? run.after(run.amount('dueIn', index, 'How Long'), run.text('dueUnit', index) === 'hours' ? 'hours' : 'days') : undefined;
}
