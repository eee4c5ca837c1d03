import { FILLED_IN } from '../features/columnKinds';
import { lockRows } from '../customers/locking';
import { mustHold, readRefreshState } from '../features/refreshState';
import { segmentsChanged } from '../segments/changed';
import { changePlans } from '../store/plans/columnPlans';
import { featurePlans } from '../store/plans/featurePlans';
import { PREFERENCE_TYPES, preferencePlans } from '../store/plans/preferencePlans';
import { write } from '../store/port';
import type { Preferences } from './contract';

const NAMES = Object.keys(PREFERENCE_TYPES) as (keyof Preferences)[];

/**
 * Writes preferences of customers that are other than before, and nothing else of their figures; who has gone meanwhile gets
 * none. It ends a refresh for these customers: what history that was filled in made of them is known now, and told nobody. @param input.at the instant they were computed for, UTC milliseconds @returns how many were written @throws JourneyError `store_unavailable` when another process took over the refresh
 */
export const savePreferences = write(async (tx, { owner, at, rows }: { owner: string; at: number; rows: (Preferences & { customer_id: number })[] }): Promise<{ written: number }> => {
	mustHold(await readRefreshState(tx), owner);
	const ids = rows.map((row) => row.customer_id);
	if (!tx.soleWriter) await lockRows(tx, ids);
	const before = new Map((await tx.all(featurePlans.ofMany, { ids })).map((row) => [row.customer_id, row]));
	const changed = rows.filter((row) => {
		const old = before.get(row.customer_id);
		return old !== undefined && NAMES.some((name) => old[name] !== row[name]);
	});
	await tx.change(preferencePlans.save, changed.map((row) => ({ ...row, as_of: at })));
	const sorted = [...ids].sort((a, b) => a - b);
	const filledIn = sorted.length === 0 ? [] : await tx.all(changePlans.take, { what: FILLED_IN, first: sorted[0], last: sorted[sorted.length - 1] });
	await segmentsChanged(tx, filledIn.map(({ customer_id }) => customer_id).filter((id) => before.has(id)), await tx.now(), true);
	return { written: changed.length };
});
