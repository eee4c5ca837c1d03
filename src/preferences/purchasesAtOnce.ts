import { FILLED_IN } from '../features/columnKinds';
import type { FigureChange } from '../features/watchers';
import { refreshStateOfShop } from '../features/refreshState';
import { changePlans } from '../store/plans/columnPlans';
import { preferencePlans } from '../store/plans/preferencePlans';
import type { Tx } from '../store/port';
import { factsOf } from './facts';
import { learnedPreferences } from './learnedPreferences';
import { preferencesOf } from './preferenceModel';

/**
 * Price preference and favourite category of customers whose orders changed, who are locked and whose figures are written
 * already: by what the last refresh learned of the shop. Whoever's history was filled in waits for the refresh, which tells
 * nobody (journeys.md section 10).
 * @param now UTC milliseconds
 */
export async function purchasesChanged(tx: Tx, changes: readonly FigureChange[], now: number): Promise<void> {
	const model = await learnedPreferences(tx);
	if (!model || changes.length === 0) return;
	const ids = changes.map(({ after }) => after.customer_id);
	const { currency } = await refreshStateOfShop(tx);
	// Asked for together: of whom history was filled in, there are few.
	const [filledIn, facts] = await Promise.all([tx.all(changePlans.of, { ids, what: FILLED_IN }), factsOf(tx, ids, { at: now, currency, purchasesOnly: true })]);
	const waiting = new Set(filledIn.map(({ customer_id }) => customer_id));
	const before = new Map(changes.map((change) => [change.after.customer_id, change.before]));
	const rows = facts.filter(({ customer }) => !waiting.has(customer)).map((one) => {
		const { price_tier, favourite_category } = preferencesOf(model, one, now);
		return { customer_id: one.customer, as_of: now, price_tier, favourite_category };
	});
	const isOther = ({ customer_id, price_tier, favourite_category }: (typeof rows)[number]) => {
		const kept = before.get(customer_id);
		return (kept?.price_tier ?? null) !== price_tier || (kept?.favourite_category ?? null) !== favourite_category;
	};
	tx.send(preferencePlans.savePurchases, rows.filter(isOther));
}
