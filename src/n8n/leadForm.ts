import { DEFAULT_RULES, type LeadRules } from '../scoring/rules';
import { readConditions, text } from './eventFields';

/** The form of a score's rules, as Lead Score shows it, both ways. */

type Line = Record<string, unknown>;

const PLAIN_FIELDS = new Set(['country', 'email', 'firstName', 'lastName', 'locale', 'phone', 'stage']);

/** @returns rules as `leads.save` takes them; it names what is wrong with them */
export function rulesOf(form: { actions: unknown; facts: unknown; mql: unknown; sql: unknown }): unknown {
	return {
		actions: lines(form.actions, 'actions').map((line) => ({
			label: text(line.label),
			eventType: text(line.eventType),
			filter: readConditions(line.filter),
			points: Number(line.points),
			halfLifeDays: Number(line.halfLifeDays) || null,
			most: Number(line.most) || null,
		})),
		facts: lines(form.facts, 'facts').map((line) => ({ label: text(line.label), conditions: readConditions({ conditions: [{ ...line, field: fieldOf(line) }] }), points: Number(line.points) })),
		mql: Number(form.mql),
		sql: Number(form.sql),
	};
}

/** Rules as the form shows them. A fact of several conditions cannot be shown and keeps its first. */
export function formOf({ actions, facts, mql, sql }: LeadRules) {
	return {
		actions: actions.map(({ label, eventType, filter, points, halfLifeDays, most }) => ({ label, eventType, points, halfLifeDays: halfLifeDays ?? 0, most: most ?? 0, ...(filter.length > 0 ? { filter: { conditions: filter } } : {}) })),
		facts: facts.map(({ label, conditions: [{ field, operator, value }], points }) => ({ label, ...(PLAIN_FIELDS.has(field) ? { field } : { field: 'attribute', attribute: field.replace(/^attributes\./, '') }), operator, value: text(value), points })),
		mql,
		sql,
	};
}

/** What a new node shows: the rules that every store starts with. */
export const DEFAULT_FORM = formOf(DEFAULT_RULES);

function lines(value: unknown, name: string): Line[] {
	return ((value as Record<string, Line[]> | undefined)?.[name] ?? []) as Line[];
}

function fieldOf(line: Line): string {
	const field = text(line.field);
	if (field !== 'attribute') return field;
	const name = text(line.attribute).replace(/^attributes\./, '');
	return name === '' ? '' : `attributes.${name}`;
}
