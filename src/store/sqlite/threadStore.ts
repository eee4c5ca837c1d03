import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromPlainError, JourneyError, type PlainError } from '../../core/errors';
import type { OperationInput, OperationName, OperationOutput } from '../../operations';
import type { Store } from '../Store';
import type { SqliteOptions } from './executor';

export interface WorkerRequest {
	id: number;
	name?: string;
	input?: unknown;
	close?: boolean;
}

interface WorkerAnswer {
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
	private gone: Error | undefined;

	private constructor(
		private readonly worker: Worker,
		readonly label: string,
		readonly storeId: string,
	) {
		worker.on('message', (answer: WorkerAnswer) => this.settle(answer));
		worker.on('error', (error) => this.fail(error));
		worker.on('exit', () => this.fail(new JourneyError('store_unavailable', `The customer store ${label} was closed.`)));
		worker.unref();
	}

	static async open(options: SqliteOptions): Promise<SqliteThreadStore> {
		const worker = new Worker(workerFile(), { workerData: options, execArgv: ['--disable-warning=ExperimentalWarning'] });
		const first = await new Promise<WorkerAnswer>((resolve, reject) => {
			worker.once('message', resolve);
			worker.once('error', reject);
			worker.once('exit', () => reject(new JourneyError('store_unavailable', `The customer store ${options.label} could not be opened: its thread ended before it was ready. Try again; if it stays so, install the package anew.`)));
		});
		if (!first.ready || !first.storeId) {
			await worker.terminate();
			throw fromPlainError(first.error as PlainError);
		}
		// Only ours: without its own listeners a Worker delivers no messages any more.
		worker.removeAllListeners('error');
		return new SqliteThreadStore(worker, options.label, first.storeId);
	}

	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		return this.request({ name, input }) as Promise<OperationOutput<K>>;
	}

	async close(): Promise<void> {
		if (this.gone) return;
		await this.request({ close: true });
		this.gone = new JourneyError('store_unavailable', `The customer store ${this.label} was closed.`);
		await this.worker.terminate();
	}

	private request(request: Omit<WorkerRequest, 'id'>): Promise<unknown> {
		if (this.gone) return Promise.reject(this.gone);
		const id = ++this.lastId;
		this.worker.ref();
		return new Promise((resolve, reject) => {
			this.waiting.set(id, { resolve, reject });
			this.worker.postMessage({ ...request, id });
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
		for (const waiting of this.waiting.values()) waiting.reject(this.gone);
		this.waiting.clear();
	}
}

/** Worker threads load JavaScript: from a TypeScript checkout (tests) that is the built file beside it. */
function workerFile(): string {
	const beside = join(__dirname, 'worker.js');
	if (existsSync(beside)) return beside;
	return join(__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`), 'worker.js');
}
