import { featurePlans } from '../store/plans/featurePlans';
import { datesChanged } from '../journeys/dates/changed';
import type { Tx } from '../store/port';
import { noteChanges, noteFilledIn } from './changes';
import { MOST_ORDERS_AT_ONCE, type FeatureRow } from './contract';
import { figureRows, historyOfSome } from './figuresOfCustomer';
import { fittedFamilies } from './models';
import { readRefreshState } from './refreshState';
import { writeFigures } from './saveFigures';

/**
 * Orders of these customers changed, in this transaction, which has them locked: their figures are computed anew with the
 * models of the last refresh. An import only notes them and leaves them to the next refresh.
 */
export async function ordersChanged(tx: Tx, customerIds: Iterable<number>, now: number, backfill: boolean): Promise<void> {
	const ids = [...new Set(customerIds)].sort((a, b) => a - b);
	if (ids.length === 0) return;
	await noteChanges(tx, ids, 'orders');
	await datesChanged(tx, { bought: ids }, now, backfill);
	if (backfill) return void (await noteFilledIn(tx, ids));
	const rows = await figuresOf(tx, ids, now);
	if (!rows) return;
	await writeFigures(tx, rows, { cause: 'data', baseline: new Set((await readRefreshState(tx)).unsettled), now });
}

/**
 * Rows of customers as they are now, by the models of the last refresh; not of who has too many orders to read at once, nor of
 * who is gone. @returns undefined before the first refresh
 */
export async function figuresOf(tx: Tx, ids: readonly number[], now: number): Promise<FeatureRow[] | undefined> {
	const families = await fittedFamilies(tx);
	if (!families) return undefined;
	const many = new Set((await tx.all(featurePlans.ofMany, { ids: [...ids] })).filter(({ orders }) => (orders ?? 0) > MOST_ORDERS_AT_ONCE).map((row) => row.customer_id));
	const { history, asOf } = await historyOfSome(tx, ids.filter((id) => !many.has(id)), now, families);
	return figureRows(families, history, asOf);
}
