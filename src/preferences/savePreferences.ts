import { CHANGED, FILLED_IN } from '../features/columnKinds';
import { lockRows } from '../customers/locking';
import { mustHold, readRefreshState } from '../features/refreshState';
import { segmentsChanged } from '../segments/changed';
import { changePlans } from '../store/plans/columnPlans';
import { featurePlans } from '../store/plans/featurePlans';
import { PREFERENCE_TYPES, preferencePlans, type KeptPreferences } from '../store/plans/preferencePlans';
import { read, write } from '../store/port';
import type { Preferences } from './contract';

const NAMES = Object.keys(PREFERENCE_TYPES) as (keyof Preferences)[];

/** Customers by their numbers, both included. */
export interface NumberRange {
	first: number;
	last: number;
}

export const isOther = (one: Preferences, other: Preferences): boolean => NAMES.some((name) => one[name] !== other[name]);

/** What is kept of some customers' preferences, by their numbers, and whether history of any of them was filled in. */
export const keptPreferences = read(async (tx, { first, last }: NumberRange): Promise<{ rows: KeptPreferences[]; filledIn: boolean }> => {
	const filledIn = (await tx.all(changePlans.among, { what: FILLED_IN, first, last })).length > 0;
	return { rows: await tx.all(preferencePlans.kept, { first, last }), filledIn };
});

/**
 * Writes preferences of customers that are other than before, and nothing else of their figures; who has gone meanwhile gets
 * none, and who has ordered since the columns were read is left to the next refresh. @param input.at the instant they were computed for, UTC milliseconds @returns how many were written @throws JourneyError `store_unavailable` when another process took over the refresh
 */
export const savePreferences = write(async (tx, { owner, at, rows }: { owner: string; at: number; rows: KeptPreferences[] }): Promise<{ written: number }> => {
	mustHold(await readRefreshState(tx), owner);
	const ids = rows.map((row) => row.customer_id);
	if (!tx.soleWriter) await lockRows(tx, ids);
	const before = new Map((await tx.all(featurePlans.ofMany, { ids })).map((row) => [row.customer_id, row]));
	const ordered = new Set((await tx.all(changePlans.of, { ids, what: CHANGED.orders })).map(({ customer_id }) => customer_id));
	const changed = rows.filter((row) => {
		const old = before.get(row.customer_id);
		return old !== undefined && !ordered.has(row.customer_id) && isOther(old as Preferences, row);
	});
	await tx.change(preferencePlans.save, changed.map((row) => ({ ...row, as_of: at })));
	return { written: changed.length };
});

/**
 * Ends a refresh for these customers: what history that was filled in made of them is known now, and told nobody.
 * @throws JourneyError `store_unavailable` when another process took over the refresh
 */
export const settleHistory = write(async (tx, { owner, first, last }: NumberRange & { owner: string }): Promise<Record<string, never>> => {
	mustHold(await readRefreshState(tx), owner);
	const ids = [...new Set((await tx.all(changePlans.among, { what: FILLED_IN, first, last })).map(({ customer_id }) => customer_id))].sort((a, b) => a - b);
	if (!tx.soleWriter) await lockRows(tx, ids);
	await tx.all(changePlans.take, { what: FILLED_IN, first, last });
	const there = new Set((await tx.all(featurePlans.ofMany, { ids })).map(({ customer_id }) => customer_id));
	await segmentsChanged(tx, ids.filter((id) => there.has(id)), await tx.now(), true);
	return {};
});
