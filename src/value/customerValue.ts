import type { OrderDays } from '../features/orderDays';
import { orderDaysOf } from '../features/orderDaysBuilder';
import { expectedOrders, pAlive, type BuyerModel } from './buyerModel';
import { EXPECTED_DAYS } from './expectations';
import { fitBuyerModel, fitMostLikelyK } from './fitBuyerModel';
import { orderValue } from './outlook';
import type { Payments } from './payments';
import { purchaseHistory, type PurchaseHistory } from './purchaseHistory';
import { correlation, repeatSpend } from './repeatSpend';
import { fitShrunkRate, ordersAtRate } from './shrunkRate';
import { fitSpendModel, type SpendModel } from './spendModel';
import { FEWEST_REPEAT_BUYERS } from './valueModel';

export interface ValueSettings {
	/** The last local day the models see. */
	calibrationEndDay: number;
	/** The last local day that is known: what lies between is the hold-out. */
	lastDay: number;
	dayOf: (ms: number) => number;
	/** 7 for weeks. */
	unitDays: number;
	/** How far ahead orders and their value are expected, in units; default: the hold-out, else a year. */
	horizon?: number;
}

export interface CustomerValue {
	/** The customer's number in the store. */
	customer: number;
	x: number;
	tx: number;
	T: number;
	/** null: too few repeat buyers for a model. */
	pAlive: number | null;
	expectedOrders: number;
	/** In units of the currency; null without a value model. */
	expectedValue: number | null;
	/** The same within 30, 90 and 365 days. */
	within: { days: number; orders: number; value: number | null }[];
}

export interface ShopValue {
	customers: number;
	repeatBuyers: number;
	bgnbd: BuyerModel | null;
	mbgnbd: BuyerModel | null;
	/** The most likely k; also what customers' figures are computed with. */
	mbgcnbdK: BuyerModel | null;
	gammaGamma: SpendModel | null;
	/** Of frequency and mean value; Gamma-Gamma takes them to be unrelated. null: it cannot be said. */
	correlation: number | null;
	currency: string | null;
	horizon: number;
	holdout: { actual: number; predicted: number; mae: number; maeOwnRate: number } | null;
	perCustomer: CustomerValue[];
}

const YEAR_DAYS = 365;

/** Fits the purchase models of a shop and says what each customer is expected to do (intelligence.md, "Value"). */
export function customerValue(payments: Payments, settings: ValueSettings): ShopValue {
	const { calibrationEndDay, lastDay, unitDays } = settings;
	const { history: shop, currency } = orderDaysOf(payments, settings.dayOf);
	const { history, customers } = purchaseHistory(shop.offsets, shop.days, calibrationEndDay, unitDays);
	const repeatBuyers = history.x.reduce((sum, orders) => sum + (orders > 0 ? 1 : 0), 0);
	const enough = repeatBuyers >= FEWEST_REPEAT_BUYERS;
	const mbgnbd = enough ? fitBuyerModel(history, { k: 1, dropoutAtZero: true }) : null;
	const model = mbgnbd && fitMostLikelyK(history, mbgnbd);
	const spend = repeatSpend(shop, customers, history.x);
	const gammaGamma = enough && spend.orders.length >= FEWEST_REPEAT_BUYERS ? fitSpendModel(spend.orders, spend.means) : null;
	const heldOut = lastDay > calibrationEndDay ? (lastDay - calibrationEndDay) / unitDays : undefined;
	const horizon = settings.horizon ?? heldOut ?? YEAR_DAYS / unitDays;
	const rate = fitShrunkRate(history);
	const ordersOf = model ? (place: number, time: number) => expectedOrders(model, history.x[place], history.tx[place], history.T[place], time) : (place: number, time: number) => ordersAtRate(rate, history.x[place], history.T[place], time);
	/** In units of the currency, of the orders up to the calibration end. */
	const paid = (customer: number, repeats: number) => {
		const first = shop.offsets[customer];
		let all = 0;
		for (let order = 0; order <= repeats; order++) all += shop.netE4[first + order] / 10_000;
		return { all, repeats: all - shop.netE4[first] / 10_000 };
	};
	const days = history.x.reduce((sum, repeats) => sum + repeats + 1, 0);
	const meanOrder = days === 0 ? 0 : Math.max(0, customers.reduce((sum, customer, place) => sum + paid(customer, history.x[place]).all, 0) / days);
	const perCustomer = Array.from(customers, (customer, place): CustomerValue => {
		const expected = ordersOf(place, horizon);
		const worth = paid(customer, history.x[place]);
		const mean = gammaGamma ? orderValue({ spend: gammaGamma, meanOrder }, history.x[place], worth.repeats, worth.all) : null;
		const within = EXPECTED_DAYS.map((days) => ({ days, orders: ordersOf(place, days / unitDays) })).map((one) => ({ ...one, value: mean === null ? null : one.orders * mean }));
		return { customer: shop.numbers[customer], x: history.x[place], tx: history.tx[place], T: history.T[place], pAlive: model ? pAlive(model, history.x[place], history.tx[place], history.T[place]) : null, expectedOrders: expected, expectedValue: mean === null ? null : expected * mean, within };
	});
	return {
		customers: customers.length,
		repeatBuyers,
		bgnbd: enough ? fitBuyerModel(history, { k: 1, dropoutAtZero: false }) : null,
		mbgnbd,
		mbgcnbdK: model,
		gammaGamma,
		correlation: correlation(spend.orders, spend.means),
		currency,
		horizon,
		holdout: heldOut === undefined ? null : holdout(shop, customers, history, settings, heldOut, ordersOf),
		perCustomer,
	};
}

function holdout(shop: OrderDays, customers: Uint32Array, { x, T }: PurchaseHistory, { calibrationEndDay, lastDay }: ValueSettings, time: number, ordersOf: (place: number, time: number) => number): ShopValue['holdout'] {
	let [actual, predicted, error, ownError] = [0, 0, 0, 0];
	customers.forEach((customer, place) => {
		let orders = 0;
		for (let at = shop.offsets[customer]; at < shop.offsets[customer + 1]; at++) if (shop.days[at] > calibrationEndDay && shop.days[at] <= lastDay) orders++;
		const expected = ordersOf(place, time);
		actual += orders;
		predicted += expected;
		error += Math.abs(orders - expected);
		ownError += Math.abs(orders - (T[place] > 0 ? (x[place] / T[place]) * time : 0));
	});
	const each = Math.max(1, customers.length);
	return { actual, predicted, mae: error / each, maeOwnRate: ownError / each };
}
