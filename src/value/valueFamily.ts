import { joined } from '../core/joined';
import { partOfHistory, type AsOf, type FeatureFamily, type ShopHistory } from '../features/contract';
import { fitWhole, round } from '../features/rounds';
import { alive, orderValue, Outlook, yearAndLifetime } from './outlook';
import { gatherPurchases, learnPurchases, type GatheredPurchases, type ValueModel } from './valueModel';
import { valueInWords } from './valueInWords';
import { worthOf } from './worthOf';
import { WORTH_DEFAULTS } from './worthDefaults';
import type { WorthSettings } from './worthSettings';

/** Tiers of lifetime value; at place 0 none. */
export const VALUE_TIERS = [null, 'low', 'middle', 'high'] as const;

const TOP_SHARE = 0.2;
const UPPER_HALF = 0.5;
/** Of fewer customers shares say nothing. */
const FEWEST_FOR_TIERS = 20;
const YEAR_DAYS = 365;

type Name = 'p_alive' | 'expected_orders' | 'ltv_e4' | 'value_tier' | 'margin_e4';

/** The tiers are by everybody's lifetime value, which needs all the rest. */
const ROUNDS = [
	round({
		gather: (part: ShopHistory, asOf: AsOf, _settings: WorthSettings) => gatherPurchases(part, asOf),
		learn: (gathered: readonly GatheredPurchases[], _asOf, _settings, whole): ValueModel => learnPurchases(gathered, whole),
	}),
	round({
		gather: (part: ShopHistory, asOf: AsOf, settings: WorthSettings, _whole, model?: ValueModel): GatheredWorth => ({ ltv: worthTiers(model as ValueModel) ? applyValue(model as ValueModel, part, asOf, settings).ltv_e4.numbers.filter((one) => !Number.isNaN(one)) : new Float64Array(0) }),
		learn: (gathered: readonly GatheredWorth[], _asOf, _settings, _whole, model): ValueModel => withTiers(model as ValueModel, joined(gathered.map(({ ltv }) => ltv))),
	}),
];

interface GatheredWorth {
	ltv: Float64Array;
}

const worthTiers = ({ customers }: ValueModel) => customers >= FEWEST_FOR_TIERS;

function withTiers(model: ValueModel, ltv: Float64Array): ValueModel {
	if (!worthTiers(model)) return model;
	const sorted = ltv.slice().sort();
	const above = (share: number) => sorted[Math.ceil((1 - share) * sorted.length) - 1];
	return { ...model, tiers: { middleFrom: above(UPPER_HALF), highFrom: above(TOP_SHARE) } };
}

/**
 * P(alive), orders expected in a year, lifetime value, its tier and the margin of the last year (intelligence.md, "Value").
 * Lifetime value: the margin of what the customer has bought, and of what is expected at today's worth; revenue where no margin is
 * known at all.
 */
export const valueFamily = {
	name: 'value',
	defaults: WORTH_DEFAULTS,
	columns: ['p_alive', 'expected_orders', 'ltv_e4', 'value_tier', 'margin_e4'],
	fit: fitValue,
	rounds: ROUNDS,
	way: ({ buyer, tiers, currency, byMargin }) => `${buyer ? 'model' : 'rate'} ${tiers ? 'tiers' : 'no tiers'} ${currency} ${byMargin ? 'margin' : 'revenue'}`,
	learnsLong: true,
	apply: applyValue,
	explain: (model, history, place, asOf, settings) => valueInWords(model, history, place, asOf, settings, applyValue(model, partOfHistory(history, place, place + 1), asOf, settings).ltv_e4.numbers[0]),
} as const satisfies FeatureFamily<ValueModel, WorthSettings, Name>;

export function fitValue(history: ShopHistory, asOf: AsOf, settings: WorthSettings): ValueModel {
	return fitWhole(ROUNDS, history, asOf, settings);
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
