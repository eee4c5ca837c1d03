import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { toPlainError } from '../../core/errors';
import { operations, type OperationName } from '../../operations';
import type { Operation } from '../port';
import { SqliteExecutor } from './executor';
import type { SqliteOptions } from './openDatabase';
import type { WorkerRequest } from './threadStore';

/** The thread that owns the SQLite file: n8n's event loop never waits for the disk. */
const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only');
const opened = SqliteExecutor.open(workerData as SqliteOptions);

opened.then(
	(executor) => port.postMessage({ ready: true, storeId: executor.storeId }),
	(error) => port.postMessage({ ready: false, error: toPlainError(error) }),
);

/** Messages come one by one, and each would be answered before the next is seen: those that are there already are taken together. */
const arrived: WorkerRequest[] = [];
port.on('message', (request: WorkerRequest) => {
	if (arrived.push(request) > 1) return;
	setImmediate(() => {
		for (const one of arrived.splice(0)) void answer(port, one);
	});
});

async function answer(port: MessagePort, request: WorkerRequest): Promise<void> {
	try {
		const executor = await opened;
		if (request.close) {
			await executor.close();
			port.postMessage({ id: request.id, output: undefined });
			port.close();
			return;
		}
		const operation = operations[request.name as OperationName] as Operation<unknown, unknown>;
		port.postMessage({ id: request.id, output: await executor.run(operation, request.input) });
	} catch (error) {
		port.postMessage({ id: request.id, error: toPlainError(error) });
	}
}
