import { joined } from '../core/joined';
import type { AsOf, ShopHistory, Whole } from '../features/contract';
import type { BuyerModel } from './buyerModel';
import { fitMostLikelyK } from './fitBuyerModel';
import { purchaseHistory, type PurchaseHistory } from './purchaseHistory';
import { correlation, RELATED_FROM, repeatSpend, type RepeatSpend } from './repeatSpend';
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

/** What part of a shop says of its purchases. */
export interface GatheredPurchases {
	history: PurchaseHistory;
	spend: Pick<RepeatSpend, 'orders' | 'means'>;
	/** Days with an order, and what was paid on all of them, in ten-thousandths. */
	days: number;
	netE4: number;
}

export function gatherPurchases({ orders }: ShopHistory, asOf: AsOf): GatheredPurchases {
	const { history, customers } = purchaseHistory(orders.offsets, orders.days, asOf.day, 1);
	const { orders: repeats, means } = repeatSpend(orders, customers, history.x);
	return { history, spend: { orders: repeats.slice(), means: means.slice() }, days: orders.days.length, netE4: orders.netE4.reduce((sum, one) => sum + one, 0) };
}

/** All but the tiers, which need everybody's lifetime value first. */
export function learnPurchases(gathered: readonly GatheredPurchases[], { currency, marginElsewhere }: Whole): ValueModel {
	const column = <Name extends keyof PurchaseHistory>(name: Name) => joined<PurchaseHistory[Name]>(gathered.map(({ history }) => history[name]));
	const history: PurchaseHistory = { x: column('x'), tx: column('tx'), T: column('T'), logGaps: column('logGaps') };
	const spend = { orders: joined(gathered.map((part) => part.spend.orders)), means: joined(gathered.map((part) => part.spend.means)) };
	const [days, netE4] = [gathered.reduce((sum, part) => sum + part.days, 0), gathered.reduce((sum, part) => sum + part.netE4, 0)];
	const repeatBuyers = history.x.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0);
	const enough = repeatBuyers >= FEWEST_REPEAT_BUYERS;
	const related = correlation(spend.orders, spend.means);
	return {
		customers: history.x.length,
		repeatBuyers,
		buyer: enough ? fitMostLikelyK(history) : null,
		rate: fitShrunkRate(history),
		spend: enough && spend.orders.length >= FEWEST_REPEAT_BUYERS && Math.abs(related ?? 0) < RELATED_FROM ? fitSpendModel(spend.orders, spend.means) : null,
		correlation: related,
		meanOrder: days > 0 ? Math.max(0, netE4 / 10_000 / days) : 0,
		currency,
		tiers: null,
		...(marginElsewhere !== null && { byMargin: true, marginElsewhere }),
	};
}
