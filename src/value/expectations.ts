import type { AsOf, ShopHistory } from '../features/contract';
import { orderValue, Outlook, type Purchases } from './outlook';
import type { ValueModel } from './valueModel';

/** What is expected of a customer within so many days from now. */
export interface Expectation {
	days: number;
	orders: number;
	/** Ten-thousandths of the shop's main currency. */
	revenueE4: number;
}

export const EXPECTED_DAYS = [30, 90, 365] as const;

/** What a customer has bought, as the models of value see it; undefined for who has not ordered. */
export function purchasesAt({ orders: { offsets, days, netE4 } }: ShopHistory, place: number, { day }: Pick<AsOf, 'day'>): (Purchases & { firstE4: number; allE4: number }) | undefined {
	const [from, to] = [offsets[place], offsets[place + 1]];
	if (from === to) return undefined;
	let allE4 = 0;
	for (let at = from; at < to; at++) allE4 += netE4[at];
	const tx = days[to - 1] - days[from];
	return { x: to - from - 1, tx, T: Math.max(tx, day - days[from]), firstE4: netE4[from], allE4 };
}

/** Expected orders and revenue in 30, 90 and 365 days (intelligence.md, "Value"); nothing of who has not ordered. */
export function expectations(model: ValueModel, history: ShopHistory, place: number, asOf: Pick<AsOf, 'day'>): Expectation[] {
	const purchases = purchasesAt(history, place, asOf);
	if (!purchases) return [];
	const expected = new Float64Array(EXPECTED_DAYS.length);
	new Outlook(model, EXPECTED_DAYS.map((days) => [{ days, weight: 1 }])).expected(purchases, expected);
	const worth = orderValue(model, purchases.x, (purchases.allE4 - purchases.firstE4) / 10_000, purchases.allE4 / 10_000);
	return EXPECTED_DAYS.map((days, horizon) => ({ days, orders: expected[horizon], revenueE4: Math.round(expected[horizon] * worth * 10_000) }));
}
