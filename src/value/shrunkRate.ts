import type { PurchaseHistory } from './purchaseHistory';

/** Of shops too small for a model of four parameters: the own rate drawn to the shop's. */
export interface ShrunkRate {
	/** Orders in a unit of time, over the whole shop. */
	shop: number;
	/** Each customer counts as watched so much longer, at the shop's rate. */
	typical: number;
}

export function fitShrunkRate({ x, T }: Pick<PurchaseHistory, 'x' | 'T'>): ShrunkRate {
	const watched = T.reduce((sum, time) => sum + time, 0);
	return { shop: watched > 0 ? x.reduce((sum, orders) => sum + orders, 0) / watched : 0, typical: T.slice().sort()[T.length >> 1] || 1 };
}

/** Orders expected in the time `t`. */
export function ordersAtRate({ shop, typical }: ShrunkRate, x: number, T: number, t: number): number {
	return ((x + shop * typical) / (T + typical)) * t;
}
