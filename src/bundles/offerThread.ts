import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromPlainError, type PlainError } from '../core/errors';
import { openStore, type StoreLocation } from '../store/open';
import { refreshOffers, type RefreshedOffers } from './refreshOffers';

/** What the thread says when it is done. */
export interface MinerAnswer {
	refreshed?: RefreshedOffers;
	error?: PlainError;
}

/**
 * {@link refreshOffers} in a thread and on a connection of its own, so that neither n8n nor the store's own thread waits for
 * it. The thread keeps no process alive.
 * @returns undefined: another process is at it
 */
export async function refreshInThread(location: StoreLocation): Promise<RefreshedOffers | undefined> {
	const file = minerFile();
	if (file === undefined) return await refreshHere(location);
	const worker = new Worker(file, { workerData: location, execArgv: ['--disable-warning=ExperimentalWarning'] });
	worker.unref();
	const answer = await new Promise<MinerAnswer>((resolve, reject) => {
		worker.once('message', resolve).once('error', reject);
		worker.once('exit', (code) => reject(new Error(`The thread that mines offers ended with code ${code}.`)));
	});
	if (answer.error) throw fromPlainError(answer.error);
	return answer.refreshed;
}

async function refreshHere(location: StoreLocation): Promise<RefreshedOffers | undefined> {
	const store = await openStore(location, { thread: false });
	try {
		return await refreshOffers(store);
	} finally {
		await store.close();
	}
}

/** Threads load JavaScript; a checkout that was never built has none. */
function minerFile(): string | undefined {
	const beside = join(__dirname, 'offerMiner.js');
	const built = join(__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`), 'offerMiner.js');
	return [beside, built].find((file) => existsSync(file));
}
