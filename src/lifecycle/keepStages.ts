import { lockRows } from '../customers/locking';
import { readRefreshState } from '../features/refreshState';
import { writeFigures } from '../features/saveFigures';
import { figuresOf } from '../features/updateFigures';
import { liveJourneys } from '../journeys/liveJourneys';
import { STAGE_CHANGED } from '../journeys/ownEventTypes';
import type { JourneySettings } from '../journeys/settings';
import { segmentsChanged } from '../segments/changed';
import { stagePlans } from '../store/plans/stagePlans';
import { write, type Tx } from '../store/port';
import { metaPlans, readMeta } from '../store/storeClock';

const PAGE = 200;
const QUIET_UNTIL = 'stages.quietUntil';

export interface KeptStages {
	/** Customers who were looked at. */
	looked: number;
	/** There is more to do at once. */
	more: boolean;
	/** When time alone may change a stage next, UTC milliseconds. */
	nextDueAt: number | null;
}

/**
 * What time alone does to stages, a page at a time: a customer whose stage has held long enough is told to the journeys, once,
 * whoever else looks. Any live journey that starts by stages may call.
 */
export const keepStages = write(async (tx, { limit = PAGE }: { limit?: number }): Promise<KeptStages> => {
	const due = (await tx.all(stagePlans.due, { now: await tx.glance(), limit })).map(({ customer_id }) => customer_id);
	await lockRows(tx, due);
	const now = await tx.now();
	// Another process may have looked while the locks were waited for.
	const still = new Map((await tx.all(stagePlans.due, { now, limit: 2 * limit })).map((row) => [row.customer_id, row.stage_check_at]));
	const ids = due.filter((id) => still.has(id));
	const figures = (await figuresOf(tx, ids, now)) ?? [];
	const computed = new Set(figures.map(({ after }) => after.customer_id));
	const quietUntil = Number((await readMeta(tx, QUIET_UNTIL)) ?? 0);
	const isQuiet = (id: number) => (still.get(id) as number) <= quietUntil;
	await writeFigures(tx, figures.filter(({ after }) => isQuiet(after.customer_id)), { cause: 'silent', baseline: new Set(), now });
	await writeFigures(tx, figures.filter(({ after }) => !isQuiet(after.customer_id)), { cause: 'time', baseline: new Set((await readRefreshState(tx)).unsettled), now });
	await segmentsChanged(tx, computed, now, false);
	for (const customer_id of ids) if (!computed.has(customer_id)) await tx.run(stagePlans.putOff, { customer_id });
	return { looked: ids.length, more: due.length >= limit, nextDueAt: (await tx.first(stagePlans.next, { after: now }))?.at ?? null };
});

/**
 * A journey starts by stages from now on.
 * @param listened what it was until now; undefined: it is new, or comes back after it was switched off. What time did while nobody listened starts nobody (journeys.md section 10)
 */
export async function watchStages(tx: Tx, { key, entry }: JourneySettings, listened: JourneySettings | undefined, now: number): Promise<void> {
	if (entry.eventType !== STAGE_CHANGED || listened?.entry.eventType === STAGE_CHANGED) return;
	const others = (await liveJourneys(tx, now)).some(({ settings, on }) => on && settings.key !== key && settings.entry.eventType === STAGE_CHANGED);
	if (!others) await tx.run(metaPlans.set, { key: QUIET_UNTIL, value: String(now) });
}
