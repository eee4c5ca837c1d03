import type { AsOf } from '../features/contract';
import { nextPurchase, noonOf, type NextPurchase } from '../rhythm/nextPurchase';
import type { GoodsIndex } from './goodsIndex';
import { GoodsStanding } from './goodsStanding';
import type { PurchaseDays } from './purchaseDays';

const DAY_MS = 86_400_000;

/** When a customer buys one of the goods again. Instants are UTC milliseconds; null: not expected within the horizon. */
export interface NextOfGoods {
	at: number | null;
	from: number | null;
	until: number | null;
	/** Probability that the customer does not buy it again within a year (twice the usual gap where that is longer). */
	noReturn: number;
	/** The same in days from the day that was asked about. */
	days: NextPurchase;
}

/**
 * When customers buy goods again (intelligence.md, "Next purchase"): own gaps drawn to what buyers of the product take, that to
 * its category and that to the shop, conditioned on the time that has passed since the last purchase.
 * @returns a function to be asked for a customer with one of the goods, as of the end of a day not before the last purchase
 */
export function nextOfGoods(index: GoodsIndex): (bought: Pick<PurchaseDays, 'id' | 'parent' | 'days'>, day: number, zone: AsOf['zone']) => NextOfGoods {
	const standing = new GoodsStanding(index.model.curves);
	const [early, middle, late] = index.model.calibration.levels;
	return ({ id, parent, days }, day, zone) => {
		standing.place(Int32Array.from(days), 0, days.length, day, index.of(id, parent));
		const horizon = Math.max(nextPurchase.defaults.horizonDays, 2 * standing.typicalGap);
		const until = (probability: number) => {
			const found = standing.daysUntil(probability);
			return found <= horizon ? found : Number.NaN;
		};
		const next: NextPurchase = { from: until(early), at: until(middle), until: until(late), noReturn: 1 - standing.within(horizon) };
		const noon = noonOf({ day, zone });
		const after = (count: number) => (Number.isNaN(count) ? null : noon + count * DAY_MS);
		return { at: after(Math.round(next.at)), from: after(Math.floor(next.from)), until: after(Math.ceil(next.until)), noReturn: next.noReturn, days: next };
	};
}
