import type { FeatureFamily, ShopHistory } from '../features/contract';
import { numberColumns } from '../features/numberColumns';
import { ofPlace } from '../features/orderDays';
import { fitWhole, round } from '../features/rounds';
import { equalWidths, quintiles, type Cuts } from './rfmCuts';
import { RFM_DEFAULTS } from './rfmDefaults';
import { rfmInWords } from './rfmWords';
import { RFM_GROUPS, type RfmMap } from './rfmGroups';
import type { RfmSettings } from './rfmSettings';
import { score, scorerOf } from './rfmScores';
import { sumsOf, windowStart, type RfmSums } from './rfmSums';

export interface RfmModel {
	/** By which the scores were given in the end. */
	method: RfmSettings['method'];
	/** Why another method than the wanted one. */
	hint: string | null;
	buyers: number;
	/** Of the revenue. */
	currency: string | null;
	/** First local day of the window. */
	fromDay: number;
	/** Of minus the days since the last order. */
	recency: Cuts;
	orders: Cuts;
	revenueE4: Cuts;
	map: RfmMap;
}

const FEWEST_BUYERS = 100;

type RfmColumn = 'orders' | 'order_days' | 'first_order_at' | 'last_order_at' | 'window_orders' | 'revenue_e4' | 'r' | 'f' | 'm' | 'rfm_group';

/** Those of a part of the shop who bought in the window. */
interface Buyers {
	/** Minus the days since the last order. */
	recency: Int32Array;
	orders: Uint32Array;
	revenueE4: Float64Array;
}

const ROUNDS = [
	round({
		gather: (part, asOf, settings: RfmSettings): Buyers => buyersOf(part, asOf.day, windowStart(asOf, settings)),
		learn: (gathered: readonly Buyers[], asOf, settings, { currency }): RfmModel => ({ ...learnRfm(gathered, windowStart(asOf, settings), settings), currency }),
	}),
];

function learnRfm(parts: readonly Buyers[], fromDay: number, settings: RfmSettings): Omit<RfmModel, 'currency'> {
	const [recency, orders, revenueE4] = [parts.map((part) => part.recency), parts.map((part) => part.orders), parts.map((part) => part.revenueE4)];
	const buyers = recency.reduce((sum, { length }) => sum + length, 0);
	const common = { buyers, fromDay, map: settings.map };
	if (settings.method === 'thresholds' || buyers < FEWEST_BUYERS) {
		const hint = settings.method === 'thresholds' ? null : `Only ${buyers} of ${FEWEST_BUYERS} buyers in the window: fixed values are used instead of ${settings.method === 'quintiles' ? 'fifths' : 'equal parts'} of the shop's customers.`;
		const { thresholds } = settings;
		const [five, four, three, two] = thresholds.recencyDays;
		// A score counts the cuts below it, so "at most 30 days" is "above minus 31".
		return { ...common, method: 'thresholds', hint, recency: [-two - 1, -three - 1, -four - 1, -five - 1], orders: thresholds.orders, revenueE4: thresholds.revenueE4 ?? multiples(orders, revenueE4) };
	}
	const cuts = settings.method === 'quintiles' ? quintiles : equalWidths;
	return { ...common, method: settings.method, hint: null, recency: cuts(recency), orders: cuts(orders), revenueE4: cuts(revenueE4) };
}

/**
 * Recency, frequency and monetary value (intelligence.md, "RFM"). Who bought nothing in the window but did before scores
 * 1, 1, 1; who never bought has no scores. Revenue below 0 (more given back than paid) is a low revenue like any other.
 */
export const rfm: FeatureFamily<RfmModel, RfmSettings, RfmColumn> = {
	name: 'rfm',
	defaults: RFM_DEFAULTS,
	columns: ['orders', 'order_days', 'first_order_at', 'last_order_at', 'window_orders', 'revenue_e4', 'r', 'f', 'm', 'rfm_group'],

	fit: (history, asOf, settings) => fitWhole(ROUNDS, history, asOf, settings),
	rounds: ROUNDS,
	way: ({ method, currency }) => `${method} ${currency}`,

	prepare: ({ orders }, asOf, settings) => void sumsOf(orders, windowStart(asOf, settings)),

	apply(model, { orders: history }, asOf, settings) {
		const size = history.numbers.length;
		const [r, f, m, firstAt, lastAt] = numberColumns(5, size);
		firstAt.set(history.firstAt);
		lastAt.set(history.lastAt);
		const sums = sumsOf(history, windowStart(asOf, settings));
		const scores = { r, f, m, groups: new Uint8Array(size) };
		const scorer = scorerOf(model, asOf.day);
		for (let place = 0; place < size; place++) score(sums, place, scorer, scores);
		const figures = { orders: sums.orders, order_days: sums.orderDays, first_order_at: firstAt, last_order_at: lastAt, window_orders: sums.windowOrders, revenue_e4: sums.revenueE4, r, f, m };
		return {
			...(Object.fromEntries(Object.entries(figures).map(([name, numbers]) => [name, { numbers }])) as Record<keyof typeof figures, { numbers: Float64Array }>),
			rfm_group: { labels: [null, ...RFM_GROUPS], codes: scores.groups },
		};
	},

	explain: (model, history, place, asOf, settings) => rfmInWords(rfm.apply(model, ofOne(history, place), asOf, settings), history.currency, settings, asOf.zone),
};

const ofOne = (history: ShopHistory, place: number): ShopHistory => ({ orders: ofPlace(history.orders, place), currency: history.currency });

/** Who bought in the window. */
function buyersOf({ orders: history }: ShopHistory, today: number, fromDay: number): Buyers {
	const size = history.numbers.length;
	const all = { recency: new Int32Array(size), orders: new Uint32Array(size), revenueE4: new Float64Array(size) };
	const buyers = gatherBuyers(sumsOf(history, fromDay), today, all);
	return { recency: all.recency.subarray(0, buyers), orders: all.orders.subarray(0, buyers), revenueE4: all.revenueE4.subarray(0, buyers) };
}

/** @returns how many there are */
function gatherBuyers({ windowOrders, lastDay, revenueE4 }: RfmSums, today: number, into: Buyers): number {
	let buyers = 0;
	for (let place = 0; place < windowOrders.length; place++) {
		if (windowOrders[place] === 0) continue;
		into.recency[buyers] = lastDay[place] - today;
		into.orders[buyers] = windowOrders[place];
		into.revenueE4[buyers++] = revenueE4[place];
	}
	return buyers;
}

/** Revenue of one, two, four and ten mean orders. */
function multiples(orders: readonly Uint32Array[], revenueE4: readonly Float64Array[]): Cuts {
	const all = orders.reduce((sum, part) => part.reduce((upTo, one) => upTo + one, sum), 0);
	const revenue = revenueE4.reduce((sum, part) => part.reduce((upTo, one) => upTo + one, sum), 0);
	const value = all === 0 ? 0 : Math.max(0, revenue / all);
	return [value, 2 * value, 4 * value, 10 * value];
}
