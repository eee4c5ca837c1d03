import type { Bucket } from '../../../src/features/bucket';
import type { AsOf, ShopHistory } from '../../../src/features/contract';
import { HistoryBuilder } from '../../../src/features/history';

export interface Buyer {
	number: number;
	/** UTC milliseconds; default: the first order. */
	since?: number;
	/** In the order of time; amounts in ten-thousandths of euros. */
	orders: readonly { at: number; paidE4: number }[];
}

/** Buyers as the columns of orders keep them, with all their orders. */
export function bucketOf(buyers: readonly Buyer[]): Bucket {
	const orders = buyers.flatMap((buyer) => buyer.orders);
	const ends = (counts: readonly number[]) => Uint32Array.from(counts.reduce((all, count) => [...all, all[all.length - 1]! + count], [0]));
	return {
		numbers: Float64Array.from(buyers, ({ number }) => number),
		texts: ['EUR'],
		tables: {
			known: { offsets: ends(buyers.map(() => 1)), columns: { since: Float64Array.from(buyers, ({ since, orders: [first] }) => since ?? first?.at ?? 0) } },
			orders: { offsets: ends(buyers.map((buyer) => buyer.orders.length)), columns: { at: Float64Array.from(orders, ({ at }) => at), amount_e4: Float64Array.from(orders, ({ paidE4 }) => paidE4), currency: new Float64Array(orders.length) } },
			refunds: { offsets: new Uint32Array(buyers.length + 1), columns: { order: new Float64Array(0), at: new Float64Array(0), amount_e4: new Float64Array(0) } },
		},
	};
}

/** The history as it was known at an instant, of a shop that has been open for longer. */
export function knownAsOf(buyers: readonly Buyer[], asOf: AsOf): ShopHistory {
	const builder = new HistoryBuilder(asOf, 'EUR', buyers.reduce((sum, { orders }) => sum + orders.length, 0), buyers.length);
	builder.add(bucketOf(buyers));
	return builder.done().history;
}
