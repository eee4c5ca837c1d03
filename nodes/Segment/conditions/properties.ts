import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { did, event } from './events';
import { figure, label } from './figures';
import { consent, date, profile } from './profile';
import { bought, order } from './purchases';

const segment: INodePropertyCollection = {
	displayName: 'Another Segment',
	name: 'segment',
	values: [
		{
			displayName: 'The Customer Is',
			name: 'inside',
			type: 'options',
			options: [
				{ name: 'In the Segment', value: 'inside' },
				{ name: 'Not in the Segment', value: 'outside' },
			],
			default: 'inside',
		},
		{ displayName: 'Segment Name or ID', name: 'segment', type: 'options', typeOptions: { loadOptionsMethod: 'getSegments' }, default: '', description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>' },
	],
};

/** Every kind of condition that the rule builder has. */
export const KINDS: INodePropertyCollection[] = [bought, did, label, figure, profile, consent, order, event, date, segment];

/** A list of conditions: *Add Condition* asks which kind. */
const conditionsOf = (name: string): INodeProperties => ({
	displayName: 'Conditions',
	name,
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	options: KINDS,
});

const match = (displayName: string): INodeProperties => ({
	displayName,
	name: 'match',
	type: 'options',
	options: [
		{ name: 'All of These', value: 'all' },
		{ name: 'Any of These', value: 'any' },
		{ name: 'None of These', value: 'none' },
	],
	default: 'all',
});

/** Who is meant. @param displayOptions where the fields show */
export function conditionProperties(displayOptions: NonNullable<INodeProperties['displayOptions']>): INodeProperties[] {
	return [
		{ ...match('Customers Must Fulfil'), displayOptions },
		{ ...conditionsOf('conditions'), displayOptions, description: 'Who is meant. Add a condition and choose its kind; several of one kind are fine.' },
		{
			displayName: 'Groups of Conditions',
			name: 'groups',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Group',
			default: {},
			displayOptions,
			description: 'For "this, and one of those": a group counts as one condition of the list above',
			options: [{ displayName: 'Group', name: 'groups', values: [match('Of This Group Must Hold'), conditionsOf('conditions')] }],
		},
	];
}
