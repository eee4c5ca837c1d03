import { formatAmountE4 } from '../core/money';
import type { AsOf, ShopHistory } from '../features/contract';
import { expectations, purchasesAt } from './expectations';
import { alive } from './outlook';
import { FEWEST_REPEAT_BUYERS, type ValueModel } from './valueModel';
import { worthOf } from './worthOf';
import type { WorthSettings } from './worthSettings';

/** Why the value of the customer at a place is what it is. @param ltvE4 as it was computed */
export function valueInWords(model: ValueModel, history: ShopHistory, place: number, asOf: AsOf, settings: WorthSettings, ltvE4: number): string {
	const purchases = purchasesAt(history, place, asOf);
	if (!purchases) return 'No order yet.';
	const money = (amountE4: number) => `${formatAmountE4(Math.round(amountE4 / 100) * 100)}${history.currency === null ? '' : ` ${history.currency}`}`;
	const still = model.buyer ? `Still buys with a probability of ${Math.round(100 * alive(model, purchases))} %.` : `Fewer than ${FEWEST_REPEAT_BUYERS} customers of the shop have ordered twice: expectations are the own rate, drawn to the shop's.`;
	const [month, quarter, year] = expectations(model, history, place, asOf).map(({ days, orders, revenueE4 }) => ({ within: days === 365 ? 'a year' : `${days} days`, orders: orders < 0.05 ? 'hardly any' : orders.toFixed(1), worth: money(revenueE4) }));
	const { soFarE4, share } = worthOf(history, place, purchases.allE4, 0, settings);
	const percent = `${Math.round(share * 100)} %`;
	const margin = history.margins ? `; ${percent} of what was paid is left, as the catalogue says${settings.marginShare === null ? '' : ', and the settings where it does not'}` : share === 1 ? '' : `, both at a margin of ${percent}`;
	const years = Math.round((settings.horizonDays / 365) * 10) / 10;
	return `${still} Orders expected in ${month.within}: ${month.orders} (${month.worth}), in ${quarter.within}: ${quarter.orders} (${quarter.worth}), in ${year.within}: ${year.orders} (${year.worth}). Lifetime value ${money(ltvE4)}: ${money(Math.round(soFarE4))} so far, ${money(ltvE4 - Math.round(soFarE4))} expected in ${years} ${years === 1 ? 'year' : 'years'} at today's worth${margin}.`;
}
