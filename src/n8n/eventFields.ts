import type { INodeProperties } from 'n8n-workflow';
import type { Condition } from '../journeys/conditions';
import type { EventRule } from '../journeys/settings';

/** Fields by which a marketer describes conditions and events, shared by the journey nodes, with their readers. */

type Form = Record<string, unknown>;

const NEEDS_NO_VALUE = ['exists', 'notExists'];

/** @param field an example of a field name */
export function conditionFields(options: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & { field: string; displayOptions?: INodeProperties['displayOptions'] }): INodeProperties {
	return {
		displayName: options.displayName,
		name: options.name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Condition',
		default: {},
		description: options.description,
		displayOptions: options.displayOptions,
		options: [
			{
				displayName: 'Condition',
				name: 'conditions',
				values: [
					{ displayName: 'Field', name: 'field', type: 'string', default: '', placeholder: `e.g. ${options.field}`, description: 'Dots reach inside, such as items.0.name' },
					{
						displayName: 'Operator',
						name: 'operator',
						type: 'options',
						default: 'equals',
						options: [
							{ name: 'Contains', value: 'contains' },
							{ name: 'Does Not Contain', value: 'notContains' },
							{ name: 'Exists', value: 'exists' },
							{ name: 'Does Not Exist', value: 'notExists' },
							{ name: 'Is', value: 'equals' },
							{ name: 'Is Greater Than', value: 'greaterThan' },
							{ name: 'Is Less Than', value: 'lessThan' },
							{ name: 'Is Not', value: 'notEquals' },
						],
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '', displayOptions: { hide: { operator: NEEDS_NO_VALUE } } },
				],
			},
		],
	};
}

/** Lines that were left empty are no conditions. */
export function readConditions(form: unknown): Condition[] {
	const lines = ((form as Form | undefined)?.conditions ?? []) as Form[];
	return lines
		.filter((line) => text(line.field) !== '')
		.map((line) => {
			const operator = line.operator as Condition['operator'];
			const field = text(line.field);
			return NEEDS_NO_VALUE.includes(operator) ? { field, operator } : { field, operator, value: line.value as Condition['value'] };
		});
}

/** Ties an event to the entry: only the same cart, order or product counts. */
export const sameAsFields: INodeProperties[] = [
	{
		displayName: 'Only With the Same',
		name: 'sameField',
		type: 'string',
		default: '',
		placeholder: 'e.g. cart_id',
		description: 'A field that must be the same in this event as in the event that started the journey, so that another cart or order does not count. Empty: any such event of the customer counts.',
	},
	{
		displayName: 'Its Name at Entry',
		name: 'entryField',
		type: 'string',
		default: '',
		placeholder: 'only if it is called differently',
		description: 'What the event that started the journey calls this field. Empty: the same.',
	},
];

/** A list of events, each with its conditions. @param example of an event type */
export function eventListFields(options: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'displayOptions' | 'default'> & { example: string }): INodeProperties {
	return {
		displayName: options.displayName,
		name: options.name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Event',
		default: options.default,
		description: options.description,
		displayOptions: options.displayOptions,
		options: [
			{
				displayName: 'Event',
				name: 'events',
				values: [
					{ displayName: 'Event Type', name: 'eventType', type: 'string', default: '', placeholder: `e.g. ${options.example}` },
					...sameAsFields,
					conditionFields({ displayName: 'Only When', name: 'filter', description: 'Conditions on the fields of the event; all must hold', field: 'total' }),
				],
			},
		],
	};
}

export function readEvents(form: unknown): EventRule[] {
	const lines = ((form as Form | undefined)?.events ?? []) as Form[];
	return lines.map(readEvent);
}

export function readEvent(form: Form): EventRule {
	const eventField = text(form.sameField);
	const rule: EventRule = { eventType: text(form.eventType), filter: readConditions(form.filter) };
	return eventField === '' ? rule : { ...rule, correlate: { eventField, entryField: text(form.entryField) || eventField } };
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : value === undefined || value === null ? '' : String(value);
}
