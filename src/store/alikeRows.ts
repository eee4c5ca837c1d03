import type { AlikeRows } from './port';

/** Of fewer rows, looking for what they have in common costs more than it saves. */
const FEW = 20;
const MOST_GROUPS = 8;

/** Rows in groups, and the statement for each. */
export interface Alike<P> {
	as: AlikeRows;
	groups: P[][];
}

/**
 * Rows that have the same values in the shared columns, together.
 * @param ways from the most that they may have in common to the least
 * @returns undefined where they are few, or have too little in common
 */
export function alikeOf<P extends object>(rows: readonly P[], ways: readonly AlikeRows[]): Alike<P> | undefined {
	if (rows.length < FEW) return undefined;
	for (const as of ways) {
		const groups = groupsOf(rows, as);
		if (groups) return { as, groups };
	}
	return undefined;
}

function groupsOf<P extends object>(rows: readonly P[], { shared, inOrder }: AlikeRows): P[][] | null {
	const groups: P[][] = [];
	for (const row of rows) {
		const group = groupFor(row, groups, shared, inOrder);
		if (group) group.push(row);
		else if (groups.length === MOST_GROUPS) return null;
		else groups.push([row]);
	}
	return groups;
}

/** Where rows keep their order, only the one before counts. */
function groupFor<P extends object>(row: P, groups: readonly P[][], shared: readonly string[], inOrder: boolean): P[] | undefined {
	const last = groups.length - 1;
	for (let place = last; place >= (inOrder ? Math.max(0, last) : 0); place--) if (isAlike(row, groups[place][0], shared)) return groups[place];
	return undefined;
}

function isAlike(a: object, b: object, shared: readonly string[]): boolean {
	for (let place = 0; place < shared.length; place++) {
		const name = shared[place];
		if ((a as Record<string, unknown>)[name] !== (b as Record<string, unknown>)[name]) return false;
	}
	return true;
}
