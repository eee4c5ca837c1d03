import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromPlainError, JourneyError, type PlainError } from '../../core/errors';
import type { OperationInput, OperationName, OperationOutput } from '../../operations';
import { closedError } from '../closedError';
import type { Store } from '../Store';
import type { SqliteOptions } from './openDatabase';

export interface WorkerRequest {
	id: number;
	name?: string;
	input?: unknown;
	close?: boolean;
}

export interface WorkerAnswer {
	id?: number;
	output?: unknown;
	error?: PlainError;
	ready?: boolean;
	storeId?: string;
}

interface Waiting {
	resolve(value: unknown): void;
	reject(error: Error): void;
}

/** The store on a SQLite file, behind a worker thread that keeps the process alive only while an answer is awaited. */
export class SqliteThreadStore implements Store {
	readonly kind = 'sqlite';
	private readonly waiting = new Map<number, Waiting>();
	private lastId = 0;
	/** Why no more requests are taken. */
	private gone: Error | undefined;
	private closed: Promise<void> | undefined;

	private constructor(
		private readonly worker: Worker,
		readonly label: string,
		readonly storeId: string,
	) {
		worker.on('message', (answer: WorkerAnswer) => this.settle(answer));
		worker.on('error', (error) => this.fail(stopped(label, error)));
		worker.on('exit', () => this.fail(stopped(label)));
		worker.unref();
	}

	static async open(options: SqliteOptions): Promise<SqliteThreadStore> {
		const worker = new Worker(workerFile(), { workerData: options, execArgv: ['--disable-warning=ExperimentalWarning'] });
		const first = await firstAnswer(worker, options.label);
		if (first.ready && first.storeId) return new SqliteThreadStore(worker, options.label, first.storeId);
		await worker.terminate();
		throw fromPlainError(first.error as PlainError);
	}

	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		return this.request({ name, input }) as Promise<OperationOutput<K>>;
	}

	/** Calls that are under way come to their end first. */
	close(): Promise<void> {
		this.closed ??= this.end();
		return this.closed;
	}

	private async end(): Promise<void> {
		const closing = this.request({ close: true });
		this.gone ??= closedError(this.label);
		// A worker that is gone has nothing to close.
		await closing.catch(() => undefined);
		await this.worker.terminate();
	}

	private request(request: Omit<WorkerRequest, 'id'>): Promise<unknown> {
		if (this.gone) return Promise.reject(this.gone);
		const id = ++this.lastId;
		return new Promise((resolve, reject) => {
			try {
				this.worker.postMessage({ ...request, id });
			} catch {
				reject(new JourneyError('bad_input', `What was given to the customer store holds something that is not data (a function, for example). Send plain JSON.`));
				return;
			}
			this.waiting.set(id, { resolve, reject });
			this.worker.ref();
		});
	}

	private settle(answer: WorkerAnswer): void {
		const waiting = this.waiting.get(answer.id as number);
		if (!waiting) return;
		this.waiting.delete(answer.id as number);
		if (this.waiting.size === 0) this.worker.unref();
		if (answer.error) waiting.reject(fromPlainError(answer.error));
		else waiting.resolve(answer.output);
	}

	private fail(error: Error): void {
		this.gone ??= error;
		for (const waiting of this.waiting.values()) waiting.reject(error);
		this.waiting.clear();
	}
}

/** What the worker says of the file. Listeners of its own are left alone: without them it delivers no messages any more. */
function firstAnswer(worker: Worker, label: string): Promise<WorkerAnswer> {
	return new Promise((resolve, reject) => {
		const settle = (done: () => void) => {
			worker.off('message', onMessage).off('error', onError).off('exit', onExit);
			done();
		};
		const onMessage = (answer: WorkerAnswer) => settle(() => resolve(answer));
		const onError = (error: unknown) => settle(() => reject(stopped(label, error)));
		const onExit = () => settle(() => reject(stopped(label)));
		worker.on('message', onMessage).on('error', onError).on('exit', onExit);
	});
}

/** What was committed stays; what was not is rolled back by SQLite itself. */
function stopped(label: string, cause?: unknown): JourneyError {
	const why = cause instanceof Error ? ` (${cause.message.slice(0, 200)})` : '';
	return new JourneyError('store_unavailable', `The customer store ${label} stopped working in the middle${why}. Nothing was half-written; try again.`);
}

/** Worker threads load JavaScript: from a TypeScript checkout (tests) that is the built file beside it. */
function workerFile(): string {
	const beside = join(__dirname, 'worker.js');
	if (existsSync(beside)) return beside;
	return join(__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`), 'worker.js');
}
