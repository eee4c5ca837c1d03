import type { INodeProperties } from 'n8n-workflow';
import { KINDS } from './properties';

/** Conditions of a kind, groups, and conditions of a kind within a group, whose every field is watched. */
const WATCHED = 5;
const WATCHED_GROUPS = 3;

/**
 * Where the fields of the conditions stand, for what depends on them: n8n notices a change of a single value only, never of a
 * whole list.
 */
export function conditionPaths(): string[] {
	const groups = places(WATCHED_GROUPS).flatMap((group) => [`groups.groups[${group}].match`, ...pathsIn(`groups.groups[${group}].conditions`, WATCHED_GROUPS)]);
	return ['match', ...KINDS.map(({ name }) => `conditions.${name}`), 'groups.groups', ...pathsIn('conditions', WATCHED), ...groups];
}

function pathsIn(list: string, most: number): string[] {
	return KINDS.flatMap(({ name, values }) => places(most).flatMap((place) => values.flatMap((field) => fieldPaths(field).map((path) => `${list}.${name}[${place}].${path}`))));
}

/** A list within a condition has conditions of its own. */
function fieldPaths({ name, type }: INodeProperties): string[] {
	return type === 'fixedCollection' ? places(2).flatMap((place) => ['field', 'operator', 'value'].map((inner) => `${name}.conditions[${place}].${inner}`)) : [name];
}

const places = (most: number) => Array.from({ length: most }, (_, place) => place);
