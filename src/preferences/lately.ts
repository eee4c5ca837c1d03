import { CHANGED, FILLED_IN } from '../features/columnKinds';
import { readRefreshState } from '../features/refreshState';
import { changePlans } from '../store/plans/columnPlans';
import { preferencePlans } from '../store/plans/preferencePlans';
import type { Tx } from '../store/port';
import { DAY_MS, type Preferences } from './contract';
import { factsOf } from './facts';
import { learnedPreferences } from './learnedPreferences';
import { preferencesOf } from './preferenceModel';

/** By what a preference is moved: opens, clicks and views, or orders. */
export type Mover = 'answers' | 'purchases';

/** An event that happened longer before the refresh, and came in after it, waits for the next one. */
const LATE_MS = 7 * DAY_MS;
/** Longer than any transaction takes: what came in just before the refresh, it may not have seen. */
const IN_FLIGHT_MS = 10 * 60_000;

/**
 * Preferences as of now of those customers who did something since the last refresh, by what it learned of the shop: nobody else's
 * are other than those that are kept. Kept ones follow answers a little later (renewPreferences.ts), and orders at once where there are
 * not too many to read; so they are worked out where they are asked for, so that taking events in costs nothing.
 * Whoever's history was filled in waits for the refresh, which tells nobody (journeys.md section 10).
 * @param now UTC milliseconds
 */
export async function preferencesLately(tx: Tx, ids: readonly number[], mover: Mover, now: number): Promise<Map<number, Partial<Preferences>>> {
	const { asOf, currency } = await readRefreshState(tx);
	if (asOf === null || ids.length === 0) return new Map();
	const moved = mover === 'purchases' ? await tx.all(changePlans.of, { ids: [...ids], what: CHANGED.orders }) : await tx.all(preferencePlans.didLately, { ids: [...ids], since: asOf - LATE_MS, ingested: asOf - (tx.soleWriter ? 0 : IN_FLIGHT_MS) });
	if (moved.length === 0) return new Map();
	const filledIn = new Set((await tx.all(changePlans.of, { ids: [...ids], what: FILLED_IN })).map(({ customer_id }) => customer_id));
	const fresh = [...new Set(moved.map(({ customer_id }) => customer_id))].filter((id) => !filledIn.has(id));
	const model = await learnedPreferences(tx);
	if (!model || fresh.length === 0) return new Map();
	const facts = await factsOf(tx, fresh, { at: now, currency: mover === 'purchases' ? currency : null, purchasesOnly: mover === 'purchases' });
	return new Map(facts.map((one) => [one.customer, movedBy(mover, preferencesOf(model, one, now))]));
}

function movedBy(mover: Mover, { price_tier, favourite_category, ...answers }: Preferences): Partial<Preferences> {
	return mover === 'purchases' ? { price_tier, favourite_category } : answers;
}
