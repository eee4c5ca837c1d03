/** Views of products that belong to one decision: how long before the order, on how many days, and over how long. */
const LOOKS_BACK_DAYS = 90;
const FEWEST_VIEW_DAYS = 3;
const LEAST_SPAN_DAYS = 14;
/** One order looked at for long is no habit yet. */
const FEWEST_WEIGHED = 2;

/** How customers come to their orders, by place. */
export interface Weighing {
	/** Order days since the shop tells of the customer's views, beginning with the second order. */
	readonly seen: Uint32Array;
	/** Of these, those before which products were looked at several times over weeks. */
	readonly weighed: Uint32Array;
}

/**
 * Counts the order days of one customer before which products were looked at on three days or more, the first of them two weeks
 * before or more: after the order before, and within 90 days. The first order is left out, and so are orders from before the
 * first view: nobody knows what came before them.
 * @param orders order days at [from, end), ascending @param views days on which products were looked at, ascending, each once
 */
export function weighedOrders(orders: Int32Array, from: number, end: number, views: readonly number[]): { seen: number; weighed: number } {
	let [seen, weighed, view] = [0, 0, 0];
	for (let at = from + 1; at < end && views.length > 0; at++) {
		const [before, day] = [orders[at - 1], orders[at]];
		if (day < views[0]) continue;
		seen++;
		while (view < views.length && (views[view] <= before || views[view] < day - LOOKS_BACK_DAYS)) view++;
		const first = view;
		while (view < views.length && views[view] < day) view++;
		if (view - first >= FEWEST_VIEW_DAYS && day - views[first] >= LEAST_SPAN_DAYS) weighed++;
	}
	return { seen, weighed };
}

/** Most orders, and two at least, come after products were looked at for weeks. */
export function weighsLong(seen: number, weighed: number): boolean {
	return weighed >= FEWEST_WEIGHED && 2 * weighed > seen;
}
