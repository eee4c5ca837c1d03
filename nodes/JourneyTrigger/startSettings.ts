import { JourneyError } from '../../src/core/errors';
import { DATE_NEAR } from '../../src/journeys/dates/definition';
import { SEGMENT_ENTERED, SEGMENT_LEFT, STAGE_CHANGED, VIP_CHANGED } from '../../src/journeys/ownEventTypes';
import { readConditions, text } from '../../src/n8n/eventFields';
import { DEFAULT_SCORE, LEAD_SCORE_CROSSED } from '../../src/scoring/rules';
import { FIGURE_CROSSED } from '../../src/value/figureCrossed';

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
		case 'ready':
			return { ...readyEntry(parameter), filter: readConditions(parameter('filter')), ...perEvent };
		case 'becameVip':
			return { eventType: VIP_CHANGED, filter: [{ field: 'vip', operator: 'equals', value: true }], ...perEvent };
		case 'stageChanged':
			return { eventType: STAGE_CHANGED, filter: [...is('from', parameter('fromStage')), ...is('to', parameter('toStage'))], ...perEvent };
		case 'figure':
			return { eventType: FIGURE_CROSSED, filter: [...is('figure', parameter('figure')), { field: 'value', operator: 'equals', value: Number(parameter('figureValue')) }, ...is('direction', parameter('figureDirection'))], ...perEvent };
		case 'leadScore': {
			const [threshold, direction] = text(parameter('leadCrossing')).split('/');
			return { eventType: LEAD_SCORE_CROSSED, filter: [...is('score', text(parameter('leadScore')) || DEFAULT_SCORE), ...is('threshold', threshold), ...is('direction', direction)], ...perEvent };
		}
		default:
			return {
				eventType: text(parameter('eventType')),
				filter: readConditions(parameter('filter')),
				entryKey: parameter('entryPer') === 'property' ? { kind: 'property', property: text(parameter('entryProperty')) } : { kind: 'event' },
				debounceMs: Math.round(Number(parameter('quietFor')) * MINUTE_MS),
			};
	}
}

/** A gap that opens is a date, and so is the day on which it is time for a new one; everything else is an event that makes the customer ready. */
function readyEntry(parameter: ReadParameter): Form {
	const rule = parameter('readyWhen');
	const within = () => (Number(parameter('readyWithin')) > 0 ? { withinDays: Number(parameter('readyWithin')) } : {});
	switch (rule) {
		case 'gap':
			return { eventType: DATE_NEAR, date: { of: 'moment', field: momentField(parameter), offsets: [0], time: text(parameter('readyTime')), onChange: 'stay' } };
		case 'upgrade': {
			const of = momentField(parameter);
			return { eventType: DATE_NEAR, date: { of: 'owned', field: of === 'any' ? text(parameter('readyBecause')) : `${text(parameter('readyBecause'))}:${of}`, offsets: [0], time: text(parameter('readyTime')), onChange: 'stay' } };
		}
		case 'repeated': {
			const same = text(parameter('readySame'));
			return { eventType: needed('Event', parameter('readyEvent')), ready: { rule, times: Number(parameter('readyTimes')), withinDays: 365, ...within(), ...(same === '' ? {} : { same }) } };
		}
		case 'level':
			return { eventType: needed('Event', parameter('readyEvent')), ready: { rule, property: needed('Field With the Number', parameter('readyProperty')), amount: Number(parameter('readyAmount')) } };
		case 'orders':
			return { eventType: 'order_placed', ready: { rule, times: Number(parameter('readyTimes')), ...within() } };
		case 'spend':
			return { eventType: 'order_placed', ready: { rule, amount: Number(parameter('readyAmount')), ...within() } };
		default:
			return { eventType: 'order_placed', ready: { rule } };
	}
}

function momentField(parameter: ReadParameter): string {
	const what = parameter('readyFor');
	if (what === 'product') return `product:${needed('Product ID', parameter('readyProduct'))}`;
	return what === 'category' ? `category:${needed('Category', parameter('readyCategory'))}` : 'any';
}

/** @throws JourneyError bad_input */
function needed(label: string, value: unknown): string {
	if (text(value) === '') throw new JourneyError('bad_input', `"${label}" is empty: fill it in.`, { field: label });
	return text(value);
}

/** Nothing asked: any. */
function is(field: string, value: unknown): Form[] {
	return text(value) === '' ? [] : [{ field, operator: 'equals', value: text(value) }];
}

function dateOf(parameter: ReadParameter, options: Form): Form {
	const of = parameter('dateOf');
	const chosen = of === 'order' ? 'orderedAt' : text(parameter(of === 'customer' ? 'customerDate' : 'subscriptionDate'));
	const field = chosen === 'attribute' ? withoutPrefix(text(parameter(of === 'customer' ? 'customerField' : 'subscriptionField'))) : chosen;
	const predicted = chosen === 'nextPurchase';
	const { moments = [] } = (parameter('offsets') ?? {}) as { moments?: { days: number; when: string }[] };
	return {
		...(predicted ? purchaseOf(parameter) : { of, field }),
		offsets: [...new Set(moments.map(({ days, when }) => (when === 'after' || Number(days) === 0 ? Number(days) : -Number(days))))],
		time: text(parameter('dateTime')),
		yearly: of === 'customer' && !predicted && parameter('yearly') === true,
		...(parameter('datesInside') === 'start' ? { alreadyInside: true } : {}),
		...(options.leapDay === undefined ? {} : { leapDay: options.leapDay }),
		// A prediction is made anew every day: that it moved is no reason to leave.
		...(predicted ? { onChange: 'stay' } : options.ifDateChanges === undefined ? {} : { onChange: options.ifDateChanges }),
	};
}

/** What is expected to be bought next. */
function purchaseOf(parameter: ReadParameter): { of: string; field: string } {
	const chosen = (name: string) => {
		const value = parameter(name);
		return typeof value === 'object' && value !== null ? (value as Form).value : value;
	};
	switch (parameter('purchaseOf')) {
		case 'product':
			return { of: 'nextGoods', field: `product:${needed('Product', chosen('purchaseProduct'))}` };
		case 'category':
			return { of: 'nextGoods', field: `category:${needed('Category', chosen('purchaseCategory'))}` };
		case 'each':
			return { of: 'nextGoods', field: 'each' };
		default:
			return { of: 'nextPurchase', field: 'predicted' };
	}
}

/** `attributes.contract_end` and `contract_end` are the same; an attribute may be called as a field of ours. */
function withoutPrefix(field: string): string {
	return field === '' ? '' : `attributes.${field.replace(/^attributes\./, '')}`;
}
