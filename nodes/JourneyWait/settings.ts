import type { IExecuteFunctions } from 'n8n-workflow';
import { waitRequest, type WaitRequest } from '../../src/journeys/waitRequest';
import { readEvents, text } from '../../src/n8n/eventFields';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';

const LABELS: FormLabels = {
	length: 'How Long',
	at: 'Date',
	shift: 'By',
	'events.eventType': 'Event Type',
	events: 'Events',
	timeout: 'Wait at Most',
	since: 'Which Events Count',
	pick: 'If Several Happen',
	days: 'Only On',
};

/**
 * What the form asks for one item.
 * @throws JourneyError bad_input naming the field
 */
export function readWait(context: IExecuteFunctions, index: number): WaitRequest {
	return waitOf((name) => context.getNodeParameter(name, index) as unknown);
}

/** @throws JourneyError bad_input naming the field */
export function waitOf(parameter: (name: string) => unknown): WaitRequest {
	const kind = parameter('waitFor') as WaitRequest['kind'];
	return readForm(waitRequest, form(kind, parameter), { ...LABELS, time: kind === 'date' ? 'At What Time' : 'Time' });
}

function form(kind: WaitRequest['kind'], parameter: (name: string) => unknown): Record<string, unknown> {
	const length = (name: string, unit: string) => ({ amount: parameter(name), unit: parameter(unit) });
	switch (kind) {
		case 'delay':
			return { kind, length: length('amount', 'unit') };
		case 'date':
			return { kind, at: dateText(parameter('date')), time: text(parameter('dateTime')), ...shift(parameter, length) };
		case 'localTime':
			return { kind, time: text(parameter('time')), days: parameter('days') };
		case 'event':
			return { kind, events: readEvents(parameter('events')), timeout: length('timeoutAmount', 'timeoutUnit'), since: parameter('since'), pick: parameter('pick') };
	}
}

function shift(parameter: (name: string) => unknown, length: (name: string, unit: string) => unknown): Record<string, unknown> {
	const direction = parameter('shift');
	return direction === 'on' ? {} : { shift: length('shiftAmount', 'shiftUnit'), shiftDirection: direction };
}

/** An expression may give a luxon DateTime or a Date, which is an instant. */
function dateText(value: unknown): unknown {
	if (value instanceof Date) return value.getTime();
	if (typeof value === 'object' && value !== null && 'toMillis' in value) return (value as { toMillis(): number }).toMillis();
	return typeof value === 'number' ? value : text(value);
}
