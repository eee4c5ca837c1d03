import { ZoneClock } from '../policy/zoneClock';
import { segmentsChanged } from '../segments/changed';
import { featurePlans } from '../store/plans/featurePlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { noteChanges } from './changes';
import { COLUMN_KINDS } from './columnKinds';
import { asOf } from './contract';
import { computeColumns, rowAt } from './figureRows';
import { HistoryBuilder } from './history';
import { fittedFamilies } from './models';
import { readRefreshState } from './refreshState';
import { writeFigures } from './saveFigures';

/** Who has more orders than this is brought up to date by the next refresh: reading them all would hold up the order. */
export const MOST_ORDERS_AT_ONCE = 5_000;

/**
 * Orders of these customers changed, in this transaction, which has them locked: their figures are computed anew with the
 * models of the last refresh. An import only notes them and leaves them to the next refresh.
 */
export async function ordersChanged(tx: Tx, customerIds: Iterable<number>, now: number, backfill: boolean): Promise<void> {
	const ids = [...new Set(customerIds)].sort((a, b) => a - b);
	if (ids.length === 0) return;
	await noteChanges(tx, ids, 'orders');
	if (backfill) return;
	const families = await fittedFamilies(tx);
	if (!families) return;
	const many = (await tx.all(featurePlans.ofMany, { ids })).filter(({ orders }) => (orders ?? 0) > MOST_ORDERS_AT_ONCE).map((row) => row.customer_id);
	const updated = many.length === 0 ? ids : ids.filter((id) => !many.includes(id));
	const { currency } = await readRefreshState(tx);
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const instant = asOf(now, zone);
	const bucket = await COLUMN_KINDS.orders.read(tx, { ids: updated });
	const builder = new HistoryBuilder(instant, currency, bucket.tables.orders.columns.at.length, bucket.numbers.length);
	builder.add(bucket);
	const { history } = builder.done();
	const columns = computeColumns(families, history, instant);
	const rows = Array.from(history.orders.numbers, (number, place) => rowAt(columns, place, number, now));
	await writeFigures(tx, rows, { cause: 'data', baseline: new Set(), now });
	// Membership may hang on what has just been computed.
	await segmentsChanged(tx, updated, now, false);
}
