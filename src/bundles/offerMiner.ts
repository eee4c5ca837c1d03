import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../core/errors';
import { openStore, type StoreLocation } from '../store/open';
import type { MinerAnswer } from './offerThread';
import { refreshOffers } from './refreshOffers';

/** The thread that mines: reads the store on a connection of its own, keeps the model, and ends. */
const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only');

mine(workerData as StoreLocation).then(
	(refreshed) => port.postMessage({ refreshed } satisfies MinerAnswer),
	(error) => port.postMessage({ error: toPlainError(error) } satisfies MinerAnswer),
);

async function mine(location: StoreLocation): Promise<MinerAnswer['refreshed']> {
	const store = await openStore(location, { thread: false });
	try {
		return await refreshOffers(store);
	} finally {
		await store.close();
	}
}
