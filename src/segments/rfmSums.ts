import type { AsOf } from '../features/contract';
import { numberColumns } from '../features/numberColumns';
import type { OrderDays } from '../features/orderDays';

/** What customers bought, by place. */
export interface RfmSums {
	/** First local day of the window. */
	readonly fromDay: number;
	readonly orders: Float64Array;
	/** Days with an order. */
	readonly orderDays: Float64Array;
	/** Orders and net revenue in the window. */
	readonly windowOrders: Float64Array;
	readonly revenueE4: Float64Array;
	/** Local day of the last order; nothing of who has not ordered. */
	readonly lastDay: Int32Array;
}

const DAY_MS = 86_400_000;

/** The same date, that many months before; where that month is shorter, its last day. */
export function windowStart({ day }: Pick<AsOf, 'day'>, { windowMonths }: { windowMonths: number }): number {
	const today = new Date(day * DAY_MS);
	const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() - windowMonths];
	const lastOfMonth = Date.UTC(year, month + 1, 0);
	return Math.min(lastOfMonth, Date.UTC(year, month, today.getUTCDate())) / DAY_MS;
}

const known = new WeakMap<OrderDays, RfmSums>();

/** Summed up once for a history: who learns from it computes from it. */
export function sumsOf(history: OrderDays, fromDay: number): RfmSums {
	const before = known.get(history);
	if (before?.fromDay === fromDay) return before;
	const sums = summedUp(history, fromDay);
	known.set(history, sums);
	return sums;
}

function summedUp(history: OrderDays, fromDay: number): RfmSums {
	const size = history.numbers.length;
	const [orders, orderDays, windowOrders, revenueE4] = numberColumns(4, size);
	const sums = { fromDay, orders, orderDays, windowOrders, revenueE4, lastDay: new Int32Array(size) };
	for (let place = 0; place < size; place++) sumUp(history, place, sums);
	return sums;
}

function sumUp({ offsets, days, orders, netE4 }: OrderDays, place: number, sums: RfmSums): void {
	const first = offsets[place];
	const end = offsets[place + 1];
	if (first === end) return;
	let at = end - 1;
	let count = 0;
	let revenueE4 = 0;
	sums.lastDay[place] = days[at];
	sums.orderDays[place] = end - first;
	for (; at >= first && days[at] >= sums.fromDay; at--) {
		count += orders[at];
		revenueE4 += netE4[at];
	}
	sums.windowOrders[place] = count;
	sums.revenueE4[place] = revenueE4;
	for (; at >= first; at--) count += orders[at];
	sums.orders[place] = count;
}
