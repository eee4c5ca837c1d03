import { FILLED_IN } from '../features/columnKinds';
import { lockRows } from '../customers/locking';
import { readRefreshState } from '../features/refreshState';
import { changePlans } from '../store/plans/columnPlans';
import { featurePlans } from '../store/plans/featurePlans';
import { deedEntryPlans, preferencePlans, type KeptPreferences } from '../store/plans/preferencePlans';
import { write, type Tx } from '../store/port';
import { metaPlans } from '../store/storeClock';
import type { PreferenceModel, Preferences } from './contract';
import { factsOf } from './facts';
import { learnedPreferences } from './learnedPreferences';
import { preferencesOf } from './preferenceModel';
import { isOther } from './savePreferences';

const KEY = 'preferences';
/** Events in one transaction: short enough that nobody else waits. */
const PAGE = 300;
/** Longer than taking events in takes: what was given its number before then is there. What took longer all the same waits for the refresh. */
const IN_FLIGHT_MS = 60_000;

export interface RenewedPreferences {
	/** Customers whose kept preferences are other than before. */
	renewed: number;
	/** There may be more to do. */
	more: boolean;
}

/**
 * Brings the kept engagement, best hour, best channel and views of customers up to date who opened, clicked or looked at
 * something since the last refresh, a page of events at a time. While a refresh is under way, it is left to that.
 */
export const renewPreferences = write(async (tx, _input: Record<string, never>): Promise<RenewedPreferences> => {
	const { asOf, lease, marks } = await readRefreshState(tx);
	const [model, now] = [await learnedPreferences(tx), await tx.now()];
	if (!model || asOf === null || (lease !== null && lease.until > now)) return { renewed: 0, more: false };
	await tx.run(metaPlans.reserve, { key: KEY, value: '0' });
	const row = (await tx.first(metaPlans.lock, { key: KEY })) as { value: string };
	// A refresh has read everything up to its mark.
	const after = Math.max(Number(row.value), marks.at(-1)?.events ?? 0);
	const { events: highest } = (await tx.first(changePlans.highest, {})) as { events: number };
	const found = await tx.all(deedEntryPlans.page, { after, limit: PAGE });
	const young = tx.soleWriter ? -1 : found.findIndex(({ ingested_at }) => ingested_at > now - IN_FLIGHT_MS);
	const events = young < 0 ? found : found.slice(0, young);
	// Where one writer holds the whole file, nothing comes in below the highest number any more.
	const reached = tx.soleWriter && found.length < PAGE ? highest : (events.at(-1)?.seq ?? after);
	if (reached <= after) return { renewed: 0, more: false };
	const renewed = await renew(tx, [...new Set(events.map(({ customer_id }) => customer_id))], model, now);
	await tx.run(metaPlans.set, { key: KEY, value: String(reached) });
	return { renewed, more: events.length === PAGE };
});

/** Whoever's history was filled in waits for the refresh, which tells nobody (journeys.md section 10). */
async function renew(tx: Tx, ids: number[], model: PreferenceModel, now: number): Promise<number> {
	if (ids.length === 0) return 0;
	if (!tx.soleWriter) await lockRows(tx, ids);
	const filledIn = new Set((await tx.all(changePlans.of, { ids, what: FILLED_IN })).map(({ customer_id }) => customer_id));
	const kept = new Map((await tx.all(featurePlans.ofMany, { ids: ids.filter((id) => !filledIn.has(id)) })).map((figures) => [figures.customer_id, figures]));
	const rows = (await factsOf(tx, [...kept.keys()], { at: now, currency: null })).flatMap((facts): KeptPreferences[] => {
		const before = kept.get(facts.customer) as unknown as Preferences;
		const { engagement, best_hour, best_channel, views_30d } = preferencesOf(model, facts, now);
		// Purchases are none of the events.
		const after = { ...before, engagement, best_hour, best_channel, views_30d };
		const { price_tier, favourite_category } = before;
		return isOther(before, after) ? [{ customer_id: facts.customer, price_tier, favourite_category, engagement, best_hour, best_channel, views_30d }] : [];
	});
	await tx.change(preferencePlans.save, rows.map((one) => ({ ...one, as_of: now })));
	return rows.length;
}
