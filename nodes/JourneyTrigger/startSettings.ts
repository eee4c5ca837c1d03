import { JourneyError } from '../../src/core/errors';
import { DATE_NEAR } from '../../src/journeys/dates/definition';
import { SEGMENT_ENTERED, SEGMENT_LEFT, STAGE_CHANGED } from '../../src/journeys/ownEventTypes';
import { readConditions, text } from '../../src/n8n/eventFields';

type Form = Record<string, unknown>;
type ReadParameter = (name: string) => unknown;

const MINUTE_MS = 60_000;

/** What starts the journey, as the form says; of hidden fields nothing is read. */
export function entryOf(parameter: ReadParameter, options: Form): Record<string, unknown> {
	const perEvent = { entryKey: { kind: 'event' } };
	switch (parameter('startOn')) {
		case 'date':
			return { eventType: DATE_NEAR, filter: readConditions(parameter('filter')), ...perEvent, date: dateOf(parameter, options) };
		case 'segmentEntered':
		case 'segmentLeft':
			return { eventType: parameter('startOn') === 'segmentEntered' ? SEGMENT_ENTERED : SEGMENT_LEFT, filter: [{ field: 'segment', operator: 'equals', value: needed('Segment', parameter('segment')) }], ...perEvent, ...(parameter('startOn') === 'segmentEntered' && parameter('alreadyInside') === 'start' ? { alreadyInside: true } : {}) };
		case 'stageChanged':
			return { eventType: STAGE_CHANGED, filter: [...stageIs('from', parameter('fromStage')), ...stageIs('to', parameter('toStage'))], ...perEvent };
		default:
			return {
				eventType: text(parameter('eventType')),
				filter: readConditions(parameter('filter')),
				entryKey: parameter('entryPer') === 'property' ? { kind: 'property', property: text(parameter('entryProperty')) } : { kind: 'event' },
				debounceMs: Math.round(Number(parameter('quietFor')) * MINUTE_MS),
			};
	}
}

/** @throws JourneyError bad_input */
function needed(label: string, value: unknown): string {
	if (text(value) === '') throw new JourneyError('bad_input', `"${label}" is empty: fill it in.`, { field: label });
	return text(value);
}

function stageIs(field: 'from' | 'to', stage: unknown): Form[] {
	return text(stage) === '' ? [] : [{ field, operator: 'equals', value: text(stage) }];
}

function dateOf(parameter: ReadParameter, options: Form): Form {
	const of = parameter('dateOf');
	const chosen = of === 'order' ? 'orderedAt' : text(parameter(of === 'customer' ? 'customerDate' : 'subscriptionDate'));
	const field = chosen === 'attribute' ? withoutPrefix(text(parameter(of === 'customer' ? 'customerField' : 'subscriptionField'))) : chosen;
	const { moments = [] } = (parameter('offsets') ?? {}) as { moments?: { days: number; when: string }[] };
	return {
		of,
		field,
		offsets: [...new Set(moments.map(({ days, when }) => (when === 'after' || Number(days) === 0 ? Number(days) : -Number(days))))],
		time: text(parameter('dateTime')),
		yearly: of === 'customer' && parameter('yearly') === true,
		...(options.leapDay === undefined ? {} : { leapDay: options.leapDay }),
		...(options.ifDateChanges === undefined ? {} : { onChange: options.ifDateChanges }),
	};
}

/** `attributes.contract_end` and `contract_end` are the same; an attribute may be called as a field of ours. */
function withoutPrefix(field: string): string {
	return field === '' ? '' : `attributes.${field.replace(/^attributes\./, '')}`;
}
