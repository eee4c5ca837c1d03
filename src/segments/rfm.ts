import type { FeatureFamily, ShopHistory } from '../features/contract';
import { numberColumns } from '../features/numberColumns';
import { ofPlace } from '../features/orderDays';
import { fitWhole, round } from '../features/rounds';
import { equalWidths, quintiles, scoreOf, type Cuts } from './rfmCuts';
import { rfmInWords } from './rfmWords';
import { RFM_GROUPS, type RfmMap } from './rfmGroups';
import { RFM_DEFAULTS, rfmSettings, type RfmSettings } from './rfmSettings';
import { sumsOf, windowStart } from './rfmSums';

export interface RfmModel {
	/** By which the scores were given in the end. */
	method: RfmSettings['method'];
	/** Why another method than the wanted one. */
	hint: string | null;
	buyers: number;
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
		learn: (gathered: readonly Buyers[], asOf, settings): RfmModel => learnRfm(gathered, windowStart(asOf, settings), settings),
	}),
];

function learnRfm(parts: readonly Buyers[], fromDay: number, settings: RfmSettings): RfmModel {
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
	settings: rfmSettings,
	defaults: RFM_DEFAULTS,
	columns: ['orders', 'order_days', 'first_order_at', 'last_order_at', 'window_orders', 'revenue_e4', 'r', 'f', 'm', 'rfm_group'],

	fit: (history, asOf, settings) => fitWhole(ROUNDS, history, asOf, settings),
	rounds: ROUNDS,

	prepare: ({ orders }, asOf, settings) => void sumsOf(orders, windowStart(asOf, settings)),

	apply(model, { orders: history }, asOf, settings) {
		const size = history.numbers.length;
		const [r, f, m, firstAt, lastAt] = numberColumns(5, size);
		firstAt.set(history.firstAt);
		lastAt.set(history.lastAt);
		const { orders, orderDays, windowOrders, revenueE4, lastDay } = sumsOf(history, windowStart(asOf, settings));
		const groups = new Uint8Array(size);
		const codes = Uint8Array.from(model.map.flat(), (group) => RFM_GROUPS.indexOf(group) + 1);
		const [recencyCuts, orderCuts, revenueCuts] = [model.recency, model.orders, model.revenueE4].map((cuts) => Float64Array.from(cuts));
		for (let place = 0; place < size; place++) {
			if (orderDays[place] === 0) {
				r[place] = f[place] = m[place] = Number.NaN;
				continue;
			}
			let [recency, frequency, monetary] = [1, 1, 1];
			if (windowOrders[place] > 0) {
				recency = scoreOf(lastDay[place] - asOf.day, recencyCuts);
				frequency = scoreOf(windowOrders[place], orderCuts);
				monetary = scoreOf(revenueE4[place], revenueCuts);
			}
			r[place] = recency;
			f[place] = frequency;
			m[place] = monetary;
			groups[place] = codes[5 * (recency - 1) + ((frequency + monetary + 1) >> 1) - 1];
		}
		const figures = { orders, order_days: orderDays, first_order_at: firstAt, last_order_at: lastAt, window_orders: windowOrders, revenue_e4: revenueE4, r, f, m };
		return {
			...(Object.fromEntries(Object.entries(figures).map(([name, numbers]) => [name, { numbers }])) as Record<keyof typeof figures, { numbers: Float64Array }>),
			rfm_group: { labels: [null, ...RFM_GROUPS], codes: groups },
		};
	},

	explain: (model, history, place, asOf, settings) => rfmInWords(rfm.apply(model, ofOne(history, place), asOf, settings), history.currency, settings, asOf.zone),
};

const ofOne = (history: ShopHistory, place: number): ShopHistory => ({ orders: ofPlace(history.orders, place), currency: history.currency });

/** Who bought in the window. */
function buyersOf({ orders: history }: ShopHistory, today: number, fromDay: number): Buyers {
	const size = history.numbers.length;
	const [recency, orders, revenueE4] = [new Int32Array(size), new Uint32Array(size), new Float64Array(size)];
	const sums = sumsOf(history, fromDay);
	let buyers = 0;
	for (let place = 0; place < size; place++) {
		if (sums.windowOrders[place] === 0) continue;
		recency[buyers] = sums.lastDay[place] - today;
		orders[buyers] = sums.windowOrders[place];
		revenueE4[buyers++] = sums.revenueE4[place];
	}
	return { recency: recency.subarray(0, buyers), orders: orders.subarray(0, buyers), revenueE4: revenueE4.subarray(0, buyers) };
}

/** Revenue of one, two, four and ten mean orders. */
function multiples(orders: readonly Uint32Array[], revenueE4: readonly Float64Array[]): Cuts {
	const all = orders.reduce((sum, part) => part.reduce((upTo, one) => upTo + one, sum), 0);
	const revenue = revenueE4.reduce((sum, part) => part.reduce((upTo, one) => upTo + one, sum), 0);
	const value = all === 0 ? 0 : Math.max(0, revenue / all);
	return [value, 2 * value, 4 * value, 10 * value];
}
