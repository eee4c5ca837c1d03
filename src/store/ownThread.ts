import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { fromPlainError, toPlainError, type PlainError } from '../core/errors';

/** What the thread says when it is done. */
type Answer<T> = { done: T } | { error: PlainError };

/**
 * Work with a thread of its own, so that neither n8n nor the store's own thread waits for it. The thread keeps no process alive,
 * and ends with its work.
 * @param file of the thread, as it is compiled: `/…/miner.js`; it calls {@link answerInThread}
 * @param request what a structured clone can carry @param here does the work where there is no compiled file to load
 * @throws whatever the work throws
 */
export async function inOwnThread<Request, T>(file: string, request: Request, here: (request: Request) => Promise<T>): Promise<T> {
	// Threads load JavaScript; a checkout that was never built has none.
	const compiled = [file, file.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`)].find((one) => existsSync(one));
	if (compiled === undefined) return await here(request);
	const worker = new Worker(compiled, { workerData: request, execArgv: ['--disable-warning=ExperimentalWarning'] });
	worker.unref();
	const answer = await new Promise<Answer<T>>((resolve, reject) => {
		worker.once('message', resolve).once('error', reject);
		worker.once('exit', (code) => reject(new Error(`A thread of the customer store ended with code ${code} before its work was done.`)));
	});
	if ('error' in answer) throw fromPlainError(answer.error);
	return answer.done;
}

/** The whole of a thread's file: does the work it was started for, answers, and ends. */
export function answerInThread<Request, T>(work: (request: Request) => Promise<T>): void {
	const port = parentPort;
	if (!port) throw new Error('This file runs in a worker thread only');
	work(workerData as Request).then(
		(done) => port.postMessage({ done } satisfies Answer<T>),
		(error) => port.postMessage({ error: toPlainError(error) } satisfies Answer<T>),
	);
}
