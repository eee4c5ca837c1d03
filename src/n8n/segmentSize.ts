import { systemClock } from '../core/clock';
import type { SegmentRef } from '../segments/savedSegments';
import type { StoreHandle } from './storeRegistry';

/** How long a person waits for a number. */
export const PATIENCE_MS = 3_000;

export interface Size {
	/** of those looked at */
	members: number;
	lookedAt: number;
	/** all there are */
	customers: number;
	/** everybody was looked at */
	complete: boolean;
}

/**
 * Counts the members page by page, so that the store is never held for long, and gives up when nobody would wait longer: then
 * it says so. A whole count of a saved segment is kept for lists.
 */
export async function countMembers(store: StoreHandle, segment: SegmentRef, patienceMs = PATIENCE_MS): Promise<Size> {
	const { customers } = await store.run('segments.customers', {});
	const until = systemClock.now() + patienceMs;
	const size: Size = { members: 0, lookedAt: 0, customers, complete: false };
	for (let after = 0; ; ) {
		const page = await store.run('segments.members', { segment, after });
		size.members += page.count;
		size.lookedAt += page.lookedAt;
		size.complete = page.done;
		after = page.after;
		if (page.done && page.name !== null && page.version !== null) await store.run('segments.keepSize', { name: page.name, version: page.version, members: size.members, customers: size.lookedAt, at: page.at });
		if (page.done || systemClock.now() > until) return size;
	}
}

/** A number that is not exact says that it is not. */
export function sizeInWords({ members, lookedAt, customers, complete }: Size): string {
	if (complete) return `${thousands(members)} of ${thousands(lookedAt)} ${lookedAt === 1 ? 'customer' : 'customers'} (${share(members, lookedAt)})`;
	const about = lookedAt === 0 ? 0 : Math.round((members / lookedAt) * customers);
	return `about ${thousands(about)} of ${thousands(customers)} customers: estimated from the first ${thousands(lookedAt)}, of whom ${thousands(members)} are in`;
}

export const thousands = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const share = (part: number, whole: number) => (whole === 0 ? '0 %' : part > 0 && part / whole < 0.01 ? '< 1 %' : `${Math.round((part / whole) * 100)} %`);
