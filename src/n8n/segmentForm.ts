import { JourneyError } from '../core/errors';
import { readConditions, text } from './eventFields';

/** Reads the conditions that a marketer put together in a form (nodes/Segment/conditionProperties.ts). */

type Form = Record<string, unknown>;
/** Raw: the store reads the rules, and says what cannot be used. */
interface Rule {
	about: string;
	[field: string]: unknown;
}
interface Rules {
	match: string;
	rules: (Rule | Rules)[];
}

/** Value of *Event* for a type that is not in the list. */
export const OTHER_EVENT = '__other';

/** Each kind of condition has a list of its own in the form. */
const KINDS: Record<string, (line: Form) => Rule> = { bought, order, did, event, profile, date, label, figure, consent, segment };

/**
 * @param conditions what the form holds under *Conditions*, by kind @param groups under *Groups of Conditions*
 * @throws JourneyError bad_input naming the field
 */
export function rulesOfForm(match: unknown, conditions: unknown, groups: unknown): Rules {
	const lines = conditionsOf(conditions);
	const inner = (((groups as Form | undefined)?.groups ?? []) as Form[]).map(({ match: how, conditions: own }) => ({ match: String(how ?? 'all'), rules: conditionsOf(own) })).filter(({ rules }) => rules.length > 0);
	const rules = [...lines, ...inner];
	if (rules.length === 0) throw new JourneyError('bad_input', '"Conditions" is empty: add at least one, such as Bought or Did Not Buy.', { field: 'Conditions' });
	return { match: String(match ?? 'all'), rules };
}

/** Whether anything was filled in: an empty form is no question yet. */
export function hasConditions(conditions: unknown, groups: unknown): boolean {
	const lines = (form: unknown) => Object.values((form ?? {}) as Form).some((list) => Array.isArray(list) && list.length > 0);
	return lines(conditions) || (((groups as Form | undefined)?.groups ?? []) as Form[]).some(({ conditions: own }) => lines(own));
}

function conditionsOf(form: unknown): Rule[] {
	return Object.entries((form ?? {}) as Record<string, Form[] | undefined>).flatMap(([kind, lines]) => {
		const reader = KINDS[kind];
		return reader ? (lines ?? []).map(reader) : [];
	});
}

function bought(line: Form): Rule {
	const what = goodsOf(line);
	if (line.whether === 'notBought') return { about: 'bought', measure: 'orders', compare: { is: 'exactly', value: 0 }, period: periodOf(line), ...what };
	const measure = line.measure ?? 'orders';
	return { about: 'bought', measure, compare: compareOf(line, 'Bought: Number'), period: periodOf(line), ...what };
}

function order(line: Form): Rule {
	return { about: 'order', which: line.which, is: line.is, days: daysOf(line.days), ...goodsOf(line) };
}

function did(line: Form): Rule {
	const compare = line.whether === 'didNot' ? { is: 'exactly', value: 0 } : compareOf(line, 'Did: Times');
	return { about: 'did', eventType: eventOf(line), compare, period: periodOf(line), filter: readConditions(line.filter) };
}

function event(line: Form): Rule {
	return { about: 'event', eventType: eventOf(line), which: line.which, is: line.is, days: daysOf(line.days), filter: readConditions(line.filter) };
}

function profile(line: Form): Rule {
	const field = line.field === 'attribute' ? `attributes.${needed(line.attribute, 'Profile: Name of the Field').replace(/^attributes\./, '')}` : String(line.field);
	const operator = String(line.operator);
	return ['exists', 'notExists'].includes(operator) ? { about: 'profile', field, operator } : { about: 'profile', field, operator, value: needed(line.value, 'Profile: Value') };
}

function date(line: Form): Rule {
	const field = line.field === 'attribute' ? `attributes.${needed(line.attribute, 'Date: Name of the Field').replace(/^attributes\./, '')}` : String(line.field);
	return { about: 'date', field, is: line.is, days: daysOf(line.days) };
}

/** Each kind of group has its own list to choose from. */
const GROUP_FIELDS: Record<string, string> = { stage: 'stages', rfmGroup: 'rfmGroups', rhythm: 'rhythms', valueTier: 'valueTiers', priceTier: 'priceTiers', favouriteCategory: 'categoryNames', bestChannel: 'channels' };

function label(line: Form): Rule {
	if (line.label === 'vip') return { about: 'vip', is: line.not !== true };
	const name = String(line.label);
	const given = line[GROUP_FIELDS[name] as string];
	const oneOf = Array.isArray(given) ? given.map(String) : listOf(given);
	if (oneOf.length === 0) throw new JourneyError('bad_input', '"Group or Stage" chooses nothing: pick at least one.', { field: 'Group or Stage' });
	return { about: 'label', label: name, oneOf, not: line.not === true };
}

function figure(line: Form): Rule {
	return { about: 'number', number: line.figure, compare: compareOf(line, 'Figure: Number') };
}

function consent(line: Form): Rule {
	return { about: 'consent', channel: needed(line.channel, 'Consent: Channel'), purpose: text(line.purpose) || 'marketing', given: line.given !== false };
}

function segment(line: Form): Rule {
	return { about: 'segment', name: needed(line.segment, 'Another Segment: Segment'), inside: line.inside !== 'outside' };
}

function goodsOf({ what, category, products }: Form): { products: string[]; categories: string[] } {
	if (what === 'category') return { products: [], categories: listOf(Array.isArray(category) ? category : needed(category, 'Bought: Category')) };
	if (what === 'product') {
		const ids = listOf(products);
		if (ids.length === 0) throw new JourneyError('bad_input', '"Products" is empty: write IDs or names, separated by commas.', { field: 'Products' });
		return { products: ids, categories: [] };
	}
	return { products: [], categories: [] };
}

function periodOf({ when, days, from, to }: Form) {
	if (when === 'inTheLast' || when === 'longerAgo') return { kind: when, days: daysOf(days) };
	if (when === 'between') return { kind: 'between', from: dayOf(from, 'From'), to: dayOf(to, 'To') };
	return { kind: 'ever' };
}

function compareOf({ compare, value }: Form, field: string) {
	const number = Number(value ?? 1);
	if (!Number.isFinite(number)) throw new JourneyError('bad_input', `"${field}" is not a number.`, { field });
	return { is: compare ?? 'atLeast', value: number };
}

function daysOf(value: unknown): number {
	const number = Number(value);
	if (Number.isInteger(number) && number >= 1 && number <= 3_660) return number;
	throw new JourneyError('bad_input', '"Days" is not a whole number from 1 to 3660.', { field: 'Days' });
}

/** The date field gives an instant or a luxon object; the day is the one that was picked. */
function dayOf(value: unknown, field: string): string {
	const iso = typeof value === 'object' && value !== null && 'toISO' in value ? String((value as { toISO(): string }).toISO()) : text(value);
	if (/^\d{4}-\d{2}-\d{2}/.test(iso)) return iso.slice(0, 10);
	throw new JourneyError('bad_input', `"${field}" is not a day: pick one.`, { field });
}

function eventOf({ eventType, otherEvent }: Form): string {
	return eventType === OTHER_EVENT ? needed(otherEvent, 'Type of the Event') : needed(eventType, 'Event');
}

function needed(value: unknown, field: string): string {
	const given = text(value);
	if (given === '') throw new JourneyError('bad_input', `"${field}" is empty: fill it in.`, { field });
	return given;
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : text(value).split(',')).map((one) => one.trim()).filter(Boolean);

