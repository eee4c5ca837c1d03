import { join } from 'node:path';
import { openStore, type StoreLocation } from '../store/open';
import { inOwnThread } from '../store/ownThread';
import { refreshOffers, type RefreshedOffers } from './refreshOffers';

/**
 * {@link refreshOffers} in a thread and on a connection of its own.
 * @returns undefined: another process is at it
 */
export async function refreshInThread(location: StoreLocation): Promise<RefreshedOffers | undefined> {
	return await inOwnThread(join(__dirname, 'offerMiner.js'), location, mineAt);
}

/** Opens the store, mines, keeps the model, closes the store. */
export async function mineAt(location: StoreLocation): Promise<RefreshedOffers | undefined> {
	const store = await openStore(location, { thread: false });
	try {
		return await refreshOffers(store);
	} finally {
		await store.close();
	}
}
