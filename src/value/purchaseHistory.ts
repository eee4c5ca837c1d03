/**
 * What the purchase models know of each customer (Fader, Hardie & Lee 2005). The first order is not counted; several orders
 * of a day are one. Times are in the unit of the model, from the first order on.
 */
export interface PurchaseHistory {
	/** Repeat orders. */
	readonly x: Uint32Array;
	/** When the last one was; 0 without any. */
	readonly tx: Float64Array;
	/** How long the customer was watched. */
	readonly T: Float64Array;
	/** Sum of the logarithms of the times between orders. */
	readonly logGaps: Float64Array;
}

/**
 * @param offsets customer `c` ordered on the days `days[offsets[c] .. offsets[c + 1])`, ascending, each once
 * @param endDay the last day that is looked at; who ordered first after it is left out
 * @param unitDays days of the model's unit: 7 for weeks
 * @returns the history, and which customers are in it
 */
export function purchaseHistory(offsets: Uint32Array, days: Int32Array, endDay: number, unitDays: number): { history: PurchaseHistory; customers: Uint32Array } {
	const customers = Uint32Array.from({ length: offsets.length - 1 }, (_, customer) => customer).filter((customer) => offsets[customer] < offsets[customer + 1] && days[offsets[customer]] <= endDay);
	const history = { x: new Uint32Array(customers.length), tx: new Float64Array(customers.length), T: new Float64Array(customers.length), logGaps: new Float64Array(customers.length) };
	customers.forEach((customer, place) => {
		const first = days[offsets[customer]];
		let last = first;
		for (let order = offsets[customer] + 1; order < offsets[customer + 1] && days[order] <= endDay; order++) {
			history.x[place]++;
			history.logGaps[place] += Math.log((days[order] - last) / unitDays);
			last = days[order];
		}
		history.tx[place] = (last - first) / unitDays;
		history.T[place] = (endDay - first) / unitDays;
	});
	return { history, customers };
}
