import { partOfHistory, type AsOf, type FeatureFamily, type ShopHistory } from '../features/contract';
import { worthOf } from './worthOf';
import { alive, orderValue, Outlook, yearAndLifetime } from './outlook';
import { fitPurchases, type ValueModel } from './valueModel';
import { valueInWords } from './valueInWords';
import { WORTH_DEFAULTS, worthSettings, type WorthSettings } from './worthSettings';

/** Tiers of lifetime value; at place 0 none. */
export const VALUE_TIERS = [null, 'low', 'middle', 'high'] as const;

const TOP_SHARE = 0.2;
const UPPER_HALF = 0.5;
/** Of fewer customers shares say nothing. */
const FEWEST_FOR_TIERS = 20;
const YEAR_DAYS = 365;

type Name = 'p_alive' | 'expected_orders' | 'ltv_e4' | 'value_tier' | 'margin_e4';

/**
 * P(alive), orders expected in a year, lifetime value, its tier and the margin of the last year (intelligence.md, "Value").
 * Lifetime value: the margin of what the customer has bought, and of what is expected at today's worth; revenue where no margin is
 * known at all.
 */
export const valueFamily = {
	name: 'value',
	settings: worthSettings,
	defaults: WORTH_DEFAULTS,
	columns: ['p_alive', 'expected_orders', 'ltv_e4', 'value_tier', 'margin_e4'],
	fit: fitValue,
	apply: applyValue,
	explain: (model, history, place, asOf, settings) => valueInWords(model, history, place, asOf, settings, applyValue(model, partOfHistory(history, place, place + 1), asOf, settings).ltv_e4.numbers[0]),
} as const satisfies FeatureFamily<ValueModel, WorthSettings, Name>;

export function fitValue(history: ShopHistory, asOf: AsOf, settings: WorthSettings): ValueModel {
	const model = fitPurchases(history, asOf);
	if (model.customers < FEWEST_FOR_TIERS) return model;
	const ltv = applyValue(model, history, asOf, settings).ltv_e4.numbers.filter((one) => !Number.isNaN(one)).sort();
	const above = (share: number) => ltv[Math.ceil((1 - share) * ltv.length) - 1];
	return { ...model, tiers: { middleFrom: above(UPPER_HALF), highFrom: above(TOP_SHARE) } };
}

export function applyValue(model: ValueModel, history: ShopHistory, asOf: AsOf, settings: WorthSettings) {
	const { orders } = history;
	const { numbers, offsets, days, netE4 } = orders;
	const column = () => ({ numbers: new Float64Array(numbers.length).fill(Number.NaN) });
	const found = { p_alive: column(), expected_orders: column(), ltv_e4: column(), value_tier: { labels: VALUE_TIERS, codes: new Uint8Array(numbers.length) }, margin_e4: column() };
	const outlook = new Outlook(model, yearAndLifetime(settings));
	const expected = new Float64Array(2);
	const purchases = { x: 0, tx: 0, T: 0 };
	for (let place = 0; place < numbers.length; place++) {
		const [from, to] = [offsets[place], offsets[place + 1]];
		if (from === to) continue;
		let [all, lastYear] = [0, 0];
		for (let at = from; at < to; at++) {
			all += netE4[at];
			if (days[at] > asOf.day - YEAR_DAYS) lastYear += netE4[at];
		}
		purchases.x = to - from - 1;
		purchases.tx = days[to - 1] - days[from];
		purchases.T = Math.max(purchases.tx, asOf.day - days[from]);
		outlook.expected(purchases, expected);
		const { soFarE4, lastYearE4, share } = worthOf(history, place, all, lastYear, settings);
		const expectedE4 = expected[1] * 10_000 * orderValue(model, purchases.x, (all - netE4[from]) / 10_000, all / 10_000);
		found.p_alive.numbers[place] = alive(model, purchases);
		found.expected_orders.numbers[place] = expected[0];
		found.ltv_e4.numbers[place] = Math.round(soFarE4 + expectedE4 * share);
		found.margin_e4.numbers[place] = Math.round(lastYearE4);
		found.value_tier.codes[place] = tierOf(model.tiers, found.ltv_e4.numbers[place]);
	}
	return found;
}

/** Equal customers are in one tier; where all are equal, it is the middle one. */
function tierOf(tiers: ValueModel['tiers'], ltv: number): number {
	if (!tiers) return 0;
	if (ltv > tiers.highFrom || (ltv === tiers.highFrom && tiers.highFrom > tiers.middleFrom)) return 3;
	return ltv >= tiers.middleFrom ? 2 : 1;
}
