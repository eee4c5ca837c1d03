import { DateTime } from 'luxon';
import type { AsOf, FeatureFamily, ShopHistory } from '../features/contract';
import { ofPlace } from '../features/orderDays';
import { equalWidths, quintiles, scoreOf, type Cuts } from './rfmCuts';
import { rfmInWords } from './rfmWords';
import { RFM_GROUPS, type RfmMap } from './rfmGroups';
import { RFM_DEFAULTS, rfmSettings, type RfmSettings } from './rfmSettings';

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

export const FEWEST_BUYERS = 100;
const DAY_MS = 86_400_000;

type RfmColumn = 'orders' | 'order_days' | 'first_order_at' | 'last_order_at' | 'window_orders' | 'revenue_e4' | 'r' | 'f' | 'm' | 'rfm_group';

/**
 * Recency, frequency and monetary value (intelligence.md, "RFM"). Who bought nothing in the window but did before scores
 * 1, 1, 1; who never bought has no scores. Revenue below 0 (more given back than paid) is a low revenue like any other.
 */
export const rfm: FeatureFamily<RfmModel, RfmSettings, RfmColumn> = {
	name: 'rfm',
	settings: rfmSettings,
	defaults: RFM_DEFAULTS,
	columns: ['orders', 'order_days', 'first_order_at', 'last_order_at', 'window_orders', 'revenue_e4', 'r', 'f', 'm', 'rfm_group'],

	fit(history, asOf, settings) {
		const fromDay = windowStart(asOf, settings);
		const { recency, orders, revenueE4, orderValueE4 } = buyersOf(history, asOf, fromDay);
		const buyers = recency.length;
		const common = { buyers, fromDay, map: settings.map };
		if (settings.method === 'thresholds' || buyers < FEWEST_BUYERS) {
			const hint = settings.method === 'thresholds' ? null : `Only ${buyers} of ${FEWEST_BUYERS} buyers in the window: fixed values are used instead of ${settings.method === 'quintiles' ? 'fifths' : 'equal parts'} of the shop's customers.`;
			const { thresholds } = settings;
			const [five, four, three, two] = thresholds.recencyDays;
			// A score counts the cuts below it, so "at most 30 days" is "above minus 31".
			return { ...common, method: 'thresholds', hint, recency: [-two - 1, -three - 1, -four - 1, -five - 1], orders: thresholds.orders, revenueE4: thresholds.revenueE4 ?? multiples(orderValueE4) };
		}
		const cuts = settings.method === 'quintiles' ? quintiles : equalWidths;
		return { ...common, method: settings.method, hint: null, recency: cuts(recency), orders: cuts(orders), revenueE4: cuts(revenueE4) };
	},

	apply(model, { orders: history }, asOf, settings) {
		const size = history.numbers.length;
		const column = () => new Float64Array(size).fill(Number.NaN);
		const found = { orders: new Float64Array(size), order_days: new Float64Array(size), first_order_at: column(), last_order_at: column(), window_orders: new Float64Array(size), revenue_e4: new Float64Array(size), r: column(), f: column(), m: column() };
		const groups = new Uint8Array(size);
		const codes = model.map.map((row) => row.map((group) => RFM_GROUPS.indexOf(group) + 1));
		const fromDay = windowStart(asOf, settings);
		for (let place = 0; place < size; place++) {
			const [first, end] = [history.offsets[place], history.offsets[place + 1]];
			let [orders, windowOrders, revenueE4] = [0, 0, 0];
			for (let at = first; at < end; at++) {
				orders += history.orders[at];
				if (history.days[at] < fromDay) continue;
				windowOrders += history.orders[at];
				revenueE4 += history.netE4[at];
			}
			found.orders[place] = orders;
			found.order_days[place] = end - first;
			found.window_orders[place] = windowOrders;
			found.revenue_e4[place] = revenueE4;
			if (end === first) continue;
			found.first_order_at[place] = history.firstAt[place];
			found.last_order_at[place] = history.lastAt[end - 1];
			const inWindow = windowOrders > 0;
			const r = inWindow ? scoreOf(history.days[end - 1] - asOf.day, model.recency) : 1;
			const f = inWindow ? scoreOf(windowOrders, model.orders) : 1;
			const m = inWindow ? scoreOf(revenueE4, model.revenueE4) : 1;
			found.r[place] = r;
			found.f[place] = f;
			found.m[place] = m;
			groups[place] = codes[r - 1][Math.floor((f + m + 1) / 2) - 1];
		}
		return {
			...(Object.fromEntries(Object.entries(found).map(([name, numbers]) => [name, { numbers }])) as Record<keyof typeof found, { numbers: Float64Array }>),
			rfm_group: { labels: [null, ...RFM_GROUPS], codes: groups },
		};
	},

	explain: (model, history, place, asOf, settings) => rfmInWords(rfm.apply(model, ofOne(history, place), asOf, settings), history.currency, settings, asOf.zone),
};

const ofOne = (history: ShopHistory, place: number): ShopHistory => ({ orders: ofPlace(history.orders, place), currency: history.currency });

/** The same date, that many months before. */
function windowStart({ day }: AsOf, { windowMonths }: RfmSettings): number {
	return Math.floor(DateTime.fromMillis(day * DAY_MS, { zone: 'utc' }).minus({ months: windowMonths }).toMillis() / DAY_MS);
}

/** Who bought in the window, in columns that may be sorted. */
function buyersOf({ orders: history }: ShopHistory, asOf: AsOf, fromDay: number): { recency: Float64Array; orders: Float64Array; revenueE4: Float64Array; orderValueE4: number } {
	const size = history.numbers.length;
	const [recency, orders, revenueE4] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
	let [buyers, allOrders, allRevenueE4] = [0, 0, 0];
	for (let place = 0; place < size; place++) {
		const [first, end] = [history.offsets[place], history.offsets[place + 1]];
		if (first === end || history.days[end - 1] < fromDay) continue;
		for (let at = end - 1; at >= first && history.days[at] >= fromDay; at--) {
			orders[buyers] += history.orders[at];
			revenueE4[buyers] += history.netE4[at];
		}
		recency[buyers] = history.days[end - 1] - asOf.day;
		allOrders += orders[buyers];
		allRevenueE4 += revenueE4[buyers];
		buyers++;
	}
	return { recency: recency.subarray(0, buyers), orders: orders.subarray(0, buyers), revenueE4: revenueE4.subarray(0, buyers), orderValueE4: allOrders > 0 ? allRevenueE4 / allOrders : 0 };
}

/** Revenue of one, two, four and ten mean orders. */
function multiples(orderValueE4: number): Cuts {
	const value = Math.max(0, orderValueE4);
	return [value, 2 * value, 4 * value, 10 * value];
}
