import { join } from 'node:path';
import { openStore, type StoreLocation } from '../store/open';
import { inOwnThread } from '../store/ownThread';
import type { Store } from '../store/Store';
import { refresh, type Refreshed } from './refresh';

/** What a refresh came to. */
export type RefreshSummary = Omit<Refreshed, 'families'>;

export interface RefreshRequest {
	location: StoreLocation;
	owner: string;
	unlessSinceMs?: number;
	leaveFree?: number;
}

/**
 * {@link refresh} in a thread and on a connection of its own; one that is cut off has lost nothing. One processor is left to the
 * process that it runs in, which has other things to do.
 */
export async function refreshInThread(request: RefreshRequest): Promise<RefreshSummary> {
	return await inOwnThread(join(__dirname, 'refreshWorker.js'), { leaveFree: 1, ...request }, refreshAt);
}

/** Opens the store, refreshes, closes it. */
export async function refreshAt({ location, ...options }: RefreshRequest): Promise<RefreshSummary> {
	const store = await openStore(location, { thread: false });
	try {
		return await refreshOpen(store, options);
	} finally {
		await store.close();
	}
}

export async function refreshOpen(store: Store, options: Omit<RefreshRequest, 'location'>): Promise<RefreshSummary> {
	const { families: _families, ...done } = await refresh(store, options);
	return done;
}
