import { canonicalJson, hashOf } from '../core/hash';
import type { RecordedOrder } from '../customers/contract';
import type { OrderRow } from '../store/plans/ingestPlans';
import type { OrderInput, OrderStatus } from './records';

/** What the store knows of an order, as far as versions of it are compared. */
export type KnownOrder = Pick<OrderRow, 'customer_id' | 'status' | 'body_hash' | 'updated_at'>;

/** Hash of what a version says, whoever says it and when. */
export function versionHash(item: OrderInput, customerKey: string | undefined): string {
	return hashOf(canonicalJson({ ...item, ref: undefined, updatedAt: undefined, customer: customerKey }));
}

/**
 * What a version of an order does to the one that is known. The shop's own instant of the version decides; a version
 * without one counts as the newest by its arrival.
 */
export function judgeVersion(item: OrderInput, known: KnownOrder | undefined, bodyHash: string): RecordedOrder['result'] {
	if (!known) return 'recorded';
	const isNewer = item.updatedAt !== undefined && item.updatedAt > known.updated_at;
	// The same body may bring back an order that was cancelled meanwhile, when the shop says that it came later.
	if (known.body_hash === bodyHash && !(isNewer && item.status !== known.status)) return 'unchanged';
	return item.updatedAt !== undefined && item.updatedAt < known.updated_at ? 'older' : 'updated';
}

/** An order that ended is not brought back by a version that does not say when it was. */
export function statusAfter(item: OrderInput, known: KnownOrder | undefined): OrderStatus {
	const ended = known?.status === 'cancelled' || known?.status === 'refunded';
	if (!ended || item.updatedAt !== undefined || item.status === 'cancelled' || item.status === 'refunded') return item.status;
	return known.status as OrderStatus;
}

/** The instant that later versions are compared with. A version without one holds back no later one. */
export function versionAt(item: OrderInput, known: KnownOrder | undefined): number {
	return item.updatedAt ?? Math.max(item.orderedAt, known?.updated_at ?? item.orderedAt);
}
