import type { INodeProperties } from 'n8n-workflow';
import { conditionFields } from '../../src/n8n/eventFields';
import { DEFAULT_FORM } from '../../src/n8n/leadForm';

const NEEDS_NO_VALUE = ['exists', 'notExists'];

const action: INodeProperties[] = [
	{ displayName: 'In Words', name: 'label', type: 'string', default: '', placeholder: 'e.g. Asked for a demo', description: 'How the reasons call it; empty: made of the event type' },
	{ displayName: 'Event Type', name: 'eventType', type: 'string', default: '', placeholder: 'e.g. demo_requested', description: 'As it comes in through a Customer Data node: message_clicked, product_viewed, demo_requested' },
	{ displayName: 'Points', name: 'points', type: 'number', default: 5, description: 'Below 0 for a bad sign, such as -30 for unsubscribing' },
	{ displayName: 'Worth Half After (Days)', name: 'halfLifeDays', type: 'number', typeOptions: { minValue: 0 }, default: 30, description: 'After as many days again a quarter is left, and so on. 0: the points never fade.' },
	{ displayName: 'At Most (Points)', name: 'most', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'All such events together count for no more than this, in either direction. 0: no limit.' },
	conditionFields({ displayName: 'Only When', name: 'filter', description: 'Conditions on the fields of the event; all must hold', field: 'page' }),
];

const fact: INodeProperties[] = [
	{ displayName: 'In Words', name: 'label', type: 'string', default: '', placeholder: 'e.g. Is a director', description: 'How the reasons call it; empty: made of the condition' },
	{
		displayName: 'Field',
		name: 'field',
		type: 'options',
		options: [
			{ name: 'Another Field', value: 'attribute' },
			{ name: 'Country', value: 'country' },
			{ name: 'E-Mail', value: 'email' },
			{ name: 'First Name', value: 'firstName' },
			{ name: 'Language and Region', value: 'locale' },
			{ name: 'Last Name', value: 'lastName' },
			{ name: 'Lifecycle Stage', value: 'stage' },
			{ name: 'Phone', value: 'phone' },
		],
		default: 'attribute',
	},
	{ displayName: 'Name of the Field', name: 'attribute', type: 'string', default: '', placeholder: 'e.g. job_title', displayOptions: { show: { field: ['attribute'] } } },
	{
		displayName: 'Operator',
		name: 'operator',
		type: 'options',
		options: [
			{ name: 'Contains', value: 'contains' },
			{ name: 'Does Not Contain', value: 'notContains' },
			{ name: 'Is', value: 'equals' },
			{ name: 'Is Greater Than', value: 'greaterThan' },
			{ name: 'Is Known', value: 'exists' },
			{ name: 'Is Less Than', value: 'lessThan' },
			{ name: 'Is Not', value: 'notEquals' },
			{ name: 'Is Not Known', value: 'notExists' },
		],
		default: 'equals',
	},
	{ displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. director', displayOptions: { hide: { operator: NEEDS_NO_VALUE } } },
	{ displayName: 'Points', name: 'points', type: 'number', default: 5, description: 'Below 0 for what speaks against a lead, such as -20 for a student' },
];

/** The rules of a score, without JSON. */
export function rulesProperties(displayOptions: INodeProperties['displayOptions']): INodeProperties[] {
	return [
		{
			displayName: 'These rules hold wherever this score is used, also for journeys that start when a lead becomes warm or hot. They are saved when this node runs, also in a test run. The form is all of the rules: what you remove gives no points any more. Changed rules start nobody by themselves.',
			name: 'rulesNotice',
			type: 'notice',
			default: '',
			displayOptions,
		},
		{ displayName: 'Name of the Score', name: 'scoreName', type: 'string', default: '', placeholder: 'e.g. Wholesale', displayOptions, description: 'Empty: the one that is meant wherever no other is named. A second name for leads that are judged by other rules, such as business customers.' },
		{
			displayName: 'What a Lead Does',
			name: 'actions',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Action',
			default: { actions: DEFAULT_FORM.actions },
			displayOptions,
			options: [{ displayName: 'Action', name: 'actions', values: action }],
		},
		{
			displayName: 'Who a Lead Is',
			name: 'facts',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Fact',
			default: { facts: DEFAULT_FORM.facts },
			displayOptions,
			options: [{ displayName: 'Fact', name: 'facts', values: fact }],
		},
		{ displayName: 'Warm From (Points)', name: 'mql', type: 'number', default: 25, displayOptions, description: 'From so many points on a lead is worth marketing\'s attention (MQL)' },
		{ displayName: 'Hot From (Points)', name: 'sql', type: 'number', default: 50, displayOptions, description: 'From so many points on a lead is worth a call by sales (SQL)' },
	];
}
