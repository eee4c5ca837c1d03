import type { INodeProperties } from 'n8n-workflow';
import { noteInput } from '../../../../src/ingest/taskRecords';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { customer, onceKey, options, showFor } from '../fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'Note',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. Called, prefers deliveries on Friday',
	},
	options([
		{
			displayName: 'Date',
			name: 'at',
			type: 'string',
			default: '',
			placeholder: 'e.g. 2026-11-21 18:00',
			description: 'Empty: now',
		},
		onceKey('note'),
		{
			displayName: 'Written By',
			name: 'author',
			type: 'string',
			default: '',
			placeholder: 'e.g. Maria',
		},
	]),
];

export const description = showFor('note', 'add', properties);

const LABELS = { text: 'Note', author: 'Written By', at: 'Date', key: 'Note Key' };

export const execute = (run: CustomerDataRun) =>
	run.sendEach('notes.add', {
		input: (index) => {
			const { author, at, key } = run.values(index).collection('options');
			return readForm(
				noteInput,
				{ ref: run.values(index).customer(), text: run.text('text', index), author, at: run.instant(at, 'Date'), key: key ?? run.repeatKey('note', index), journey: run.journeyOf(index) },
				LABELS,
			);
		},
		show: ({ result, note, customer: about }) => ({
			customer: about,
			note: { ...note, at: iso(note.at) },
			changed: result === 'added',
			result: result === 'added' ? 'Note added' : 'Note already there: nothing changed',
		}),
	});

const iso = (atMs: number) => new Date(atMs).toISOString();
