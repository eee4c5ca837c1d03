import type { AsOf, ShopHistory } from '../features/contract';
import type { BuyerModel } from './buyerModel';
import { fitMostLikelyK } from './fitBuyerModel';
import { purchaseHistory } from './purchaseHistory';
import { correlation, RELATED_FROM, repeatSpend } from './repeatSpend';
import { fitShrunkRate, type ShrunkRate } from './shrunkRate';
import { fitSpendModel, type SpendModel } from './spendModel';

/** What is learnt from the whole shop (intelligence.md, "Value"). Plain JSON. */
export interface ValueModel {
	customers: number;
	repeatBuyers: number;
	/** In days; null: too few repeat buyers, `rate` is used instead. */
	buyer: BuyerModel | null;
	rate: ShrunkRate;
	/** In units of the currency; null: too few repeat buyers, or frequency and value are related. */
	spend: SpendModel | null;
	/** Of frequency and mean value; null: it cannot be said. */
	correlation: number | null;
	/** Mean of a day's orders, in units of the currency. */
	meanOrder: number;
	currency: string | null;
	/** Lifetime value in ten-thousandths from which a customer is in the tier; null: too few customers for tiers. */
	tiers: { middleFrom: number; highFrom: number } | null;
	/** The catalogue says what is left of some products. */
	byMargin?: boolean;
	/** Then, the share that is left of revenue of which it does not. */
	marginElsewhere?: number;
}

/** Below it, a customer's own rate drawn to the shop's says more than a model of four parameters. */
export const FEWEST_REPEAT_BUYERS = 200;

/** All but the tiers, which need everybody's lifetime value first. */
export function fitPurchases({ orders, currency, margins }: ShopHistory, asOf: AsOf): ValueModel {
	const { history, customers } = purchaseHistory(orders.offsets, orders.days, asOf.day, 1);
	const repeatBuyers = history.x.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0);
	const enough = repeatBuyers >= FEWEST_REPEAT_BUYERS;
	const spend = repeatSpend(orders, customers, history.x);
	const related = correlation(spend.orders, spend.means);
	return {
		customers: customers.length,
		repeatBuyers,
		buyer: enough ? fitMostLikelyK(history) : null,
		rate: fitShrunkRate(history),
		spend: enough && spend.orders.length >= FEWEST_REPEAT_BUYERS && Math.abs(related ?? 0) < RELATED_FROM ? fitSpendModel(spend.orders, spend.means) : null,
		correlation: related,
		meanOrder: orders.days.length > 0 ? Math.max(0, orders.netE4.reduce((sum, one) => sum + one, 0) / 10_000 / orders.days.length) : 0,
		currency,
		tiers: null,
		...(margins && { byMargin: true, marginElsewhere: margins.elsewhere }),
	};
}
