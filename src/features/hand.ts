import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fromPlainError, type PlainError } from '../core/errors';
import type { AsOf } from './contract';
import { ShopPart } from './shopPart';

export type TaskName = { [Name in keyof ShopPart]: ShopPart[Name] extends (input: never) => unknown ? Name : never }[keyof ShopPart];
export type TaskInput<Name extends TaskName> = Parameters<ShopPart[Name]>[0];
export type TaskOutput<Name extends TaskName> = ReturnType<ShopPart[Name]>;

/** Somebody who holds a part of the shop and works on it. */
export interface Hand {
	/** So many tasks are given to it at a time, so that it never waits for the next one. */
	readonly ahead: number;
	/** @param transfer memory that is handed over and not copied */
	ask<Name extends TaskName>(task: Name, input: TaskInput<Name>, transfer?: ArrayBuffer[]): Promise<TaskOutput<Name>>;
	close(): Promise<void>;
}

/** This thread. Between two tasks others have their turn. */
export class OwnHand implements Hand {
	readonly ahead = 1;
	private readonly part: ShopPart;

	constructor(asOf: AsOf) {
		this.part = new ShopPart(asOf);
	}

	async ask<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
		const done = (this.part[task] as (input: TaskInput<Name>) => TaskOutput<Name>)(input);
		await turn();
		return done;
	}

	async close(): Promise<void> {}
}

/** What a thread is asked, and what it answers. */
export interface Asked {
	id: number;
	task: TaskName;
	input: unknown;
}
export type Answered = { id: number } & ({ done: unknown } | { error: PlainError });

/** Another thread (shopPartWorker.ts), which takes its tasks one after the other. */
export class ThreadHand implements Hand {
	readonly ahead = 3;
	private readonly worker: Worker;
	private readonly open = new Map<number, { resolve(done: unknown): void; reject(error: unknown): void }>();
	private asked = 0;
	private broken: unknown;

	/** @param file of the thread, as it is compiled */
	constructor(file: string, { at, zone }: AsOf) {
		this.worker = new Worker(file, { workerData: { at, zone: zone.name }, execArgv: ['--disable-warning=ExperimentalWarning'] });
		this.worker.on('message', (answer: Answered) => this.answered(answer));
		this.worker.on('error', (error) => this.broke(error));
		this.worker.on('exit', (code) => this.broke(new Error(`A thread of the customer store ended with code ${code} before its work was done.`)));
	}

	async ask<Name extends TaskName>(task: Name, input: TaskInput<Name>, transfer: ArrayBuffer[] = []): Promise<TaskOutput<Name>> {
		if (this.broken !== undefined) throw this.broken;
		const id = this.asked++;
		const answer = new Promise<unknown>((resolve, reject) => this.open.set(id, { resolve, reject }));
		this.worker.postMessage({ id, task, input } satisfies Asked, transfer);
		return (await answer) as TaskOutput<Name>;
	}

	async close(): Promise<void> {
		await this.worker.terminate();
	}

	private answered(answer: Answered): void {
		const asker = this.open.get(answer.id);
		this.open.delete(answer.id);
		if ('error' in answer) asker?.reject(fromPlainError(answer.error));
		else asker?.resolve(answer.done);
	}

	private broke(error: unknown): void {
		this.broken ??= error;
		for (const { reject } of this.open.values()) reject(this.broken);
		this.open.clear();
	}
}
