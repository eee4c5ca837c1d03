import { offerPlans, type OfferRow } from '../store/plans/offerPlans';
import { read, write, type Tx } from '../store/port';
import type { Spread } from './offerContract';

const PAGE = 500;

/**
 * Notes what came of offers that waited for an answer, a page at a time: an order of the product in time accepts, the event
 * `offer_declined` or silence declines. What a control group was not shown is settled alike: accepted means bought anyway.
 * @param input.after the number of the last offer of the page before
 */
export const settleOffers = write(async (tx: Tx, { after }: { after: number }): Promise<{ settled: number; next: number | null }> => {
	const open = await tx.all(offerPlans.open, { after, limit: PAGE });
	if (open.length === 0) return { settled: 0, next: null };
	const now = await tx.now();
	const ids = [...new Set(open.map((one) => one.customer_id))];
	const since = Math.min(...open.map((one) => one.offered_at));
	const bought = grouped(await tx.all(offerPlans.bought, { ids, since }));
	const declined = grouped(await tx.all(offerPlans.declined, { ids, since }));
	const settled = open.flatMap((offer) => {
		const orders = (bought.get(offer.customer_id) ?? []).filter((one) => one.product_id === offer.product_id).map((one) => one.ordered_at);
		const refusals = (declined.get(offer.customer_id) ?? []).filter(({ properties }) => isAbout(properties, offer.product_id)).map((one) => one.occurred_at);
		const outcome = outcomeOf(offer, orders, refusals, now);
		return outcome ? [{ id: offer.id, ...outcome }] : [];
	});
	await tx.change(offerPlans.settle, settled);
	return { settled: settled.length, next: open.length < PAGE ? null : open[open.length - 1].id };
});

/** Pure. An order counts even where the customer had said no before. Instants are UTC milliseconds. */
export function outcomeOf(offer: Pick<OfferRow, 'offered_at' | 'respond_until'>, orders: readonly number[], refusals: readonly number[], now: number): { outcome: 'accepted' | 'declined'; outcome_at: number } | undefined {
	const inTime = orders.filter((at) => at >= offer.offered_at && at <= offer.respond_until);
	if (inTime.length > 0) return { outcome: 'accepted', outcome_at: Math.min(...inTime) };
	if (now <= offer.respond_until) return undefined;
	const said = refusals.filter((at) => at >= offer.offered_at && at <= offer.respond_until);
	return { outcome: 'declined', outcome_at: said.length > 0 ? Math.min(...said) : offer.respond_until };
}

function isAbout(properties: string, product: string): boolean {
	const { product_id: named } = JSON.parse(properties) as { product_id?: unknown };
	return named === undefined || named === null || String(named) === product;
}

export interface OfferResults {
	/** By kind, and whether they were shown or kept back from a control group. */
	kinds: { kind: string; shown: boolean; offers: number; accepted: number; declined: number }[];
	spread: Spread;
}

/** What came of the offers made within a time. Instants are UTC milliseconds, both included. */
export const offerResults = read(async (tx: Tx, { since, until }: { since: number; until: number }): Promise<OfferResults> => {
	const kinds = (await tx.all(offerPlans.results, { since, until })).map((row) => ({ ...row, shown: row.shown === 1 }));
	const rows = await tx.all(offerPlans.spread, { since, until });
	const active = (await tx.first(offerPlans.active, {}))?.products ?? 0;
	return { kinds, spread: spreadOf(rows.map(({ offers }) => offers), active) };
});

/** @param counts offers of each product that was offered @param active products that may be offered */
export function spreadOf(counts: readonly number[], active: number): Spread {
	const offers = counts.reduce((sum, one) => sum + one, 0);
	const most = [...counts].sort((a, b) => b - a).slice(0, Math.max(1, Math.ceil(counts.length / 10)));
	const top = most.reduce((sum, one) => sum + one, 0);
	return { offers, products: counts.length, coverage: active === 0 ? 0 : Math.min(1, counts.length / active), concentration: offers === 0 ? 0 : top / offers };
}

function grouped<T extends { customer_id: number }>(rows: readonly T[]): Map<number, T[]> {
	const groups = new Map<number, T[]>();
	for (const row of rows) groups.set(row.customer_id, [...(groups.get(row.customer_id) ?? []), row]);
	return groups;
}
