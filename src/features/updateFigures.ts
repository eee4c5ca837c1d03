import { datesChanged } from '../journeys/dates/changed';
import { purchasesChanged } from '../preferences/purchasesAtOnce';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { noteChanges, noteFilledIn } from './changes';
import { MOST_ORDERS_AT_ONCE, type FeatureRow } from './contract';
import { figureRows, historyOfSome } from './figuresOfCustomer';
import { fittedFamilies } from './models';
import { refreshStateOfShop } from './refreshState';
import { figuresBefore, writeFigures } from './saveFigures';
import type { FigureChange } from './watchers';

/** What the transaction has read of all of these customers since it locked them. */
export interface KnownBefore {
	/** The figures that are kept of them. */
	figures?: ReadonlyMap<number, FeatureRow>;
	customers?: ReadonlyMap<number, CustomerRow>;
}

/**
 * Orders of these customers changed, in this transaction, which has them locked: their figures are computed anew with the
 * models of the last refresh. An import only notes them and leaves them to the next refresh.
 */
export async function ordersChanged(tx: Tx, customerIds: Iterable<number>, now: number, backfill: boolean, known: KnownBefore = {}): Promise<void> {
	const ids = [...new Set(customerIds)].sort((a, b) => a - b);
	if (ids.length === 0) return;
	noteChanges(tx, ids, 'orders');
	await datesChanged(tx, { bought: ids }, now, backfill);
	if (backfill) return void (await noteFilledIn(tx, ids));
	const figures = await figuresOf(tx, ids, now, known.figures);
	if (!figures) return;
	await writeFigures(tx, figures, { customers: known.customers, cause: 'data', baseline: new Set((await refreshStateOfShop(tx)).unsettled), now });
	await purchasesChanged(tx, figures, now);
}

/**
 * Figures of customers as they are now, beside those that are kept, by the models of the last refresh; not of who has too many orders to read at once, nor of
 * who is gone. @returns undefined before the first refresh
 */
export async function figuresOf(tx: Tx, ids: readonly number[], now: number, kept?: ReadonlyMap<number, FeatureRow>): Promise<FigureChange[] | undefined> {
	const families = await fittedFamilies(tx);
	if (!families) return undefined;
	const before = kept ?? (await figuresBefore(tx, ids));
	const { history, asOf } = await historyOfSome(tx, ids.filter((id) => (before.get(id)?.orders ?? 0) <= MOST_ORDERS_AT_ONCE), now, families);
	return figureRows(families, history, asOf).map((after) => ({ before: before.get(after.customer_id), after }));
}
