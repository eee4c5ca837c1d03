import { loadCustomers, lockRows } from '../customers/locking';
import { tellEvents } from '../ingest/tellEvents';
import { datesChanged } from '../journeys/dates/changed';
import { lifecycle } from '../lifecycle/lifecycle';
import { nextPurchase } from '../rhythm/nextPurchase';
import { leadsAskForStage, leadsChanged, leadsRewritten } from '../scoring/rescore';
import { segmentsChanged } from '../segments/changed';
import { changePlans } from '../store/plans/columnPlans';
import { featurePlans, type DriftedRow } from '../store/plans/featurePlans';
import { write, type Tx } from '../store/port';
import { lockSegment, putSegment } from './columnStore';
import { emptyBucket, splice } from './bucket';
import { CHANGED, FILLED_IN, WRITTEN } from './columnKinds';
import type { FeatureRow } from './contract';
import type { Marks } from './marks';
import { mustHold, readRefreshState } from './refreshState';
import { WATCHERS, type FigureChange, type SavedFigures } from './watchers';

export interface SaveFigures {
	owner: string;
	rows: FeatureRow[];
	/** Families whose definition changed: what their figures say now is a baseline and no news. */
	baseline: string[];
}

/**
 * Writes rows of a bulk refresh. Who has changed since the columns were read is left out: that customer was brought up to date
 * at once, or will be by the next refresh. @returns the customers left out
 */
export const saveFigures = write(async (tx, { owner, rows, baseline }: SaveFigures): Promise<{ leftOut: number[] }> => {
	mustHold(await readRefreshState(tx), owner);
	const { standing, leftOut } = await withoutChanged(tx, rows);
	const now = await tx.now();
	const filledIn = new Set((await tx.all(changePlans.of, { ids: rows.map((row) => row.customer_id), what: FILLED_IN })).map(({ customer_id }) => customer_id));
	const history = standing.filter((row) => filledIn.has(row.customer_id));
	const before = await figuresBefore(tx, standing.map((row) => row.customer_id));
	const changesOf = (those: readonly FeatureRow[]) => those.map((after): FigureChange => ({ before: before.get(after.customer_id), after }));
	await writeFigures(tx, changesOf(standing.filter((row) => !filledIn.has(row.customer_id))), { cause: 'refresh', baseline: new Set(baseline), now });
	await writeFigures(tx, changesOf(history), { cause: 'history', baseline: new Set(baseline), now });
	await segmentsChanged(tx, history.map((row) => row.customer_id), now, true);
	return { leftOut };
});

/** Writes drifting figures that nobody listens to, of customers of whom nothing else changed. @returns the customers left out, as by {@link saveFigures} */
export const saveDrifted = write(async (tx, { owner, rows }: { owner: string; rows: DriftedRow[] }): Promise<{ leftOut: number[] }> => {
	mustHold(await readRefreshState(tx), owner);
	const { standing, leftOut } = await withoutChanged(tx, rows);
	await tx.change(featurePlans.saveDrifted, standing);
	return { leftOut };
});

/** Locks the customers of rows, and leaves out who has a note. */
async function withoutChanged<R extends { customer_id: number }>(tx: Tx, rows: R[]): Promise<{ standing: R[]; leftOut: number[] }> {
	const ids = rows.map((row) => row.customer_id);
	if (!tx.soleWriter) await lockRows(tx, ids);
	const changed = new Set((await tx.all(changePlans.of, { ids, what: CHANGED.orders })).map(({ customer_id }) => customer_id));
	return { standing: changed.size === 0 ? rows : rows.filter((row) => !changed.has(row.customer_id)), leftOut: [...changed] };
}

/** Remembers what rows of a bucket were written, so that the next refresh writes only what differs. */
export const markWritten = write(async (tx, { owner, bucket, numbers, written }: { owner: string; bucket: number; numbers: Float64Array; written: Marks & { day: Float64Array } }): Promise<Record<string, never>> => {
	mustHold(await readRefreshState(tx), owner);
	await lockSegment(tx, 'written', bucket);
	// Who was erased or merged meanwhile is noted, or has gone from the columns and so from the next refresh.
	const gone = new Set((await tx.all(changePlans.of, { ids: Array.from(numbers), what: CHANGED.orders })).map(({ customer_id }) => customer_id));
	const offsets = Uint32Array.from({ length: numbers.length + 1 }, (_, place) => place);
	const all = { numbers, tables: { written: { offsets, columns: { ...written } } }, texts: [] };
	await putSegment(tx, 'written', bucket, gone.size === 0 ? all : splice(all, gone, emptyBucket(WRITTEN), WRITTEN));
	return {};
});

/** The figures that are kept of customers, who are locked. */
export async function figuresBefore(tx: Tx, ids: readonly number[]): Promise<Map<number, FeatureRow>> {
	if (ids.length === 0) return new Map();
	return new Map((await tx.all(featurePlans.ofMany, { ids: [...ids] })).map((row) => [row.customer_id, row]));
}

/** Writes figures of customers who are locked, with what policy and journeys read of them, and tells who watches figures. */
export async function writeFigures(tx: Tx, changes: readonly FigureChange[], saved: SavedFigures): Promise<void> {
	if (changes.length === 0) return;
	// Watchers come first: a stage that time alone brought may have to wait before it counts.
	for (const watcher of WATCHERS) await watcher(tx, changes, saved);
	tx.send(featurePlans.save, changes.map(({ after }) => after));
	const predicted = changes.filter(({ before: old, after }) => (old?.next_at ?? null) !== after.next_at || (old?.last_order_at ?? null) !== after.last_order_at).map(({ after }) => after.customer_id);
	if (predicted.length > 0) await datesChanged(tx, { predicted }, saved.now, saved.cause === 'history' || saved.baseline.has(nextPurchase.name));
	const stages = changes.filter(({ before: old, after }) => (old?.stage ?? null) !== after.stage || (old?.vip ?? 0) !== (after.vip ?? 0));
	tx.send(featurePlans.setStage, stages.map(({ after }) => ({ id: after.customer_id, stage: after.stage, vip: after.vip ?? 0 })));
	if (stages.length > 0 && (await leadsAskForStage(tx))) await rescore(tx, stages, saved);
}

/** Points for a stage come and go with it; what is no news of the stage is none of the score. */
async function rescore(tx: Tx, stages: readonly FigureChange[], { cause, baseline, now }: SavedFigures): Promise<void> {
	const quiet = cause === 'silent' || cause === 'history' || baseline.has(lifecycle.name);
	const isNews = ({ before }: FigureChange) => !quiet && (cause === 'data' || (before?.stage ?? null) !== null);
	const ids = stages.filter(isNews).map(({ after }) => after.customer_id);
	await leadsRewritten(tx, stages.filter((one) => !isNews(one)).map(({ after }) => after.customer_id));
	const customers = await loadCustomers(tx, ids);
	await tellEvents(tx, await leadsChanged(tx, ids, new Set(), customers, now), customers, now, false);
}
