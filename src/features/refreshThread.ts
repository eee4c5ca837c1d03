import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromPlainError, type PlainError } from '../core/errors';
import { openStore, type StoreLocation } from '../store/open';
import type { Store } from '../store/Store';
import { refresh, type Refreshed } from './refresh';

/** What a refresh came to. */
export type RefreshSummary = Omit<Refreshed, 'families'>;

export interface RefreshRequest {
	location: StoreLocation;
	owner: string;
	unlessSinceMs?: number;
}

/** What the thread says when it is done. */
export interface RefreshAnswer {
	done?: RefreshSummary;
	error?: PlainError;
}

/**
 * {@link refresh} in a thread and on a connection of its own, so that neither n8n nor the store's own thread waits for it. The
 * thread keeps no process alive; one that is cut off has lost nothing.
 */
export async function refreshInThread(request: RefreshRequest): Promise<RefreshSummary> {
	const file = workerFile();
	if (file === undefined) return await refreshAt(request);
	const worker = new Worker(file, { workerData: request, execArgv: ['--disable-warning=ExperimentalWarning'] });
	worker.unref();
	const answer = await new Promise<RefreshAnswer>((resolve, reject) => {
		worker.once('message', resolve).once('error', reject);
		worker.once('exit', (code) => reject(new Error(`The thread that refreshes figures ended with code ${code}.`)));
	});
	if (answer.error) throw fromPlainError(answer.error);
	return answer.done as RefreshSummary;
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

/** Threads load JavaScript; a checkout that was never built has none. */
function workerFile(): string | undefined {
	const beside = join(__dirname, 'refreshWorker.js');
	const built = join(__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`), 'refreshWorker.js');
	return [beside, built].find((file) => existsSync(file));
}
