import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../core/errors';
import { refreshAt, type RefreshAnswer, type RefreshRequest } from './refreshThread';

/** The thread that refreshes figures, and ends. */
const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only');

refreshAt(workerData as RefreshRequest).then(
	(done) => port.postMessage({ done } satisfies RefreshAnswer),
	(error) => port.postMessage({ error: toPlainError(error) } satisfies RefreshAnswer),
);
