import { DateTime } from 'luxon';
import { joined } from '../core/joined';
import type { AsOf, FeatureFamily, ShopHistory } from '../features/contract';
import { ofPlace } from '../features/orderDays';
import { fitWhole, round } from '../features/rounds';
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

/** Those who bought in the window. */
interface Buyers {
	/** Minus the days since the last order. */
	recency: Int32Array;
	orders: Uint32Array;
	revenueE4: Float64Array;
}

const ROUNDS = [
	round({
		gather: (part, asOf, settings: RfmSettings): Buyers => buyersOf(part, asOf, windowStart(asOf, settings)),
		learn: (gathered: readonly Buyers[], asOf, settings): RfmModel => learnRfm({ recency: joined(gathered.map((part) => part.recency)), orders: joined(gathered.map((part) => part.orders)), revenueE4: joined(gathered.map((part) => part.revenueE4)) }, windowStart(asOf, settings), settings),
	}),
];

function learnRfm({ recency, orders, revenueE4 }: Buyers, fromDay: number, settings: RfmSettings): RfmModel {
	const buyers = recency.length;
	const common = { buyers, fromDay, map: settings.map };
	if (settings.method === 'thresholds' || buyers < FEWEST_BUYERS) {
		const hint = settings.method === 'thresholds' ? null : `Only ${buyers} of ${FEWEST_BUYERS} buyers in the window: fixed values are used instead of ${settings.method === 'quintiles' ? 'fifths' : 'equal parts'} of the shop's customers.`;
		const { thresholds } = settings;
		const [five, four, three, two] = thresholds.recencyDays;
		// A score counts the cuts below it, so "at most 30 days" is "above minus 31".
		return { ...common, method: 'thresholds', hint, recency: [-two - 1, -three - 1, -four - 1, -five - 1], orders: thresholds.orders, revenueE4: thresholds.revenueE4 ?? multiples({ recency, orders, revenueE4 }) };
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

	apply(model, { orders: history }, asOf, settings) {
		const size = history.numbers.length;
		const column = () => new Float64Array(size);
		const [r, f, m, firstAt, lastAt] = [column(), column(), column(), history.firstAt.slice(), column()];
		const [days, groups] = [column(), new Uint8Array(size)];
		const codes = model.map.map((row) => row.map((group) => RFM_GROUPS.indexOf(group) + 1));
		const [recency, orders, revenueE4] = [model.recency, model.orders, model.revenueE4].map((cuts) => Float64Array.from(cuts));
		const sums = sumsOf(history, windowStart(asOf, settings));
		for (let place = 0; place < size; place++) {
			const end = history.offsets[place + 1];
			days[place] = end - history.offsets[place];
			if (days[place] === 0) {
				r[place] = f[place] = m[place] = lastAt[place] = Number.NaN;
				continue;
			}
			lastAt[place] = history.lastAt[end - 1];
			const inWindow = sums.windowOrders[place] > 0;
			r[place] = inWindow ? scoreOf(history.days[end - 1] - asOf.day, recency) : 1;
			f[place] = inWindow ? scoreOf(sums.windowOrders[place], orders) : 1;
			m[place] = inWindow ? scoreOf(sums.revenueE4[place], revenueE4) : 1;
			groups[place] = codes[r[place] - 1][((f[place] + m[place] + 1) >> 1) - 1];
		}
		const figures = { orders: new Float64Array(sums.orders), order_days: days, first_order_at: firstAt, last_order_at: lastAt, window_orders: new Float64Array(sums.windowOrders), revenue_e4: sums.revenueE4.slice(), r, f, m };
		return {
			...(Object.fromEntries(Object.entries(figures).map(([name, numbers]) => [name, { numbers }])) as Record<keyof typeof figures, { numbers: Float64Array }>),
			rfm_group: { labels: [null, ...RFM_GROUPS], codes: groups },
		};
	},

	explain: (model, history, place, asOf, settings) => rfmInWords(rfm.apply(model, ofOne(history, place), asOf, settings), history.currency, settings, asOf.zone),
};

const ofOne = (history: ShopHistory, place: number): ShopHistory => ({ orders: ofPlace(history.orders, place), currency: history.currency });

/** The same date, that many months before. */
function windowStart({ day }: AsOf, { windowMonths }: RfmSettings): number {
	return Math.floor(DateTime.fromMillis(day * DAY_MS, { zone: 'utc', locale: 'en' }).minus({ months: windowMonths }).toMillis() / DAY_MS);
}

/** Who bought in the window. */
function buyersOf({ orders: history }: ShopHistory, asOf: AsOf, fromDay: number): Buyers {
	const size = history.numbers.length;
	const [recency, orders, revenueE4] = [new Int32Array(size), new Uint32Array(size), new Float64Array(size)];
	const sums = sumsOf(history, fromDay);
	let buyers = 0;
	for (let place = 0; place < size; place++) {
		if (sums.windowOrders[place] === 0) continue;
		recency[buyers] = history.days[history.offsets[place + 1] - 1] - asOf.day;
		orders[buyers] = sums.windowOrders[place];
		revenueE4[buyers++] = sums.revenueE4[place];
	}
	return { recency: recency.slice(0, buyers), orders: orders.slice(0, buyers), revenueE4: revenueE4.slice(0, buyers) };
}

/** What customers bought, by place. */
interface Sums {
	fromDay: number;
	orders: Uint32Array;
	windowOrders: Uint32Array;
	revenueE4: Float64Array;
}

const known = new WeakMap<ShopHistory['orders'], Sums>();

/** Summed up once for a history: who learns from it computes from it. */
function sumsOf(history: ShopHistory['orders'], fromDay: number): Sums {
	const before = known.get(history);
	if (before?.fromDay === fromDay) return before;
	const { offsets, days, orders, netE4 } = history;
	const size = history.numbers.length;
	const sums: Sums = { fromDay, orders: new Uint32Array(size), windowOrders: new Uint32Array(size), revenueE4: new Float64Array(size) };
	for (let place = 0; place < size; place++) {
		let at = offsets[place + 1] - 1;
		const first = offsets[place];
		let [count, revenueE4] = [0, 0];
		for (; at >= first && days[at] >= fromDay; at--) {
			count += orders[at];
			revenueE4 += netE4[at];
		}
		sums.windowOrders[place] = count;
		sums.revenueE4[place] = revenueE4;
		for (; at >= first; at--) count += orders[at];
		sums.orders[place] = count;
	}
	known.set(history, sums);
	return sums;
}

/** Revenue of one, two, four and ten mean orders. */
function multiples({ orders, revenueE4 }: Buyers): Cuts {
	const [all, revenue] = [orders.reduce((sum, one) => sum + one, 0), revenueE4.reduce((sum, one) => sum + one, 0)];
	const value = all === 0 ? 0 : Math.max(0, revenue / all);
	return [value, 2 * value, 4 * value, 10 * value];
}
