import type { Operation, Tx } from '../port';
import { isBusy } from './explain';

/** What the operations run on. */
export interface OneFile {
	/** Work in a transaction: all of it is on the disk afterwards, or nothing has happened. */
	transact<T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T>;
	/** A view of the transaction that is open for one operation, with an instant of its own. */
	begin(): Tx;
	/** Clears what was deleted from the disk. */
	sweep(): void;
	/** The error as its caller is to see it. */
	explain(error: unknown): unknown;
}

/** An operation that was asked for, until it is answered. */
interface Job {
	operation: Operation<unknown, unknown>;
	input: unknown;
	resolve(output: unknown): void;
	reject(error: unknown): void;
}

/**
 * Operations that have waited for one another become durable together, for a commit waits for the disk as long as a
 * thousand customers take. After so many milliseconds of work the answers are not kept back for another one.
 */
const TOGETHER_MS = 5;

/** Operations take turns in the order they were asked for. */
export class Turns {
	private readonly asked: Job[] = [];
	private working: Promise<void> | undefined;

	constructor(private readonly file: OneFile) {}

	take<I, O>(operation: Operation<I, O>, input: I): Promise<O> {
		return new Promise<O>((resolve, reject) => {
			this.asked.push({ operation, input, resolve, reject } as Job);
			this.working ??= this.work();
		});
	}

	/** When what was asked for has been answered. */
	async end(): Promise<void> {
		await this.working;
	}

	private async work(): Promise<void> {
		// What is asked for in the same breath belongs together.
		await undefined;
		for (let job = this.asked.shift(); job; job = this.asked.shift()) {
			const jobs = [job];
			if (!mayJoin(job) || !this.asked[0] || !mayJoin(this.asked[0]) || !(await this.answerTogether(jobs))) {
				for (const one of jobs) await this.answerAlone(one);
			}
		}
		this.working = undefined;
	}

	/**
	 * One commit for the first job and those asked for after it, as long as nothing fails.
	 * @param jobs those who are in it from now on
	 * @returns false when nothing of it has happened, and each is to have a transaction, and perhaps an error, of its own
	 */
	private async answerTogether(jobs: Job[]): Promise<boolean> {
		try {
			const outputs = await this.file.transact('write', async () => {
				const startedAt = performance.now();
				const outputs: unknown[] = [];
				for (let place = 0; place < jobs.length; place++) {
					outputs.push(await jobs[place].operation.run(this.file.begin(), jobs[place].input));
					const [next] = this.asked;
					if (place === jobs.length - 1 && next && mayJoin(next) && performance.now() - startedAt < TOGETHER_MS) jobs.push(this.asked.shift() as Job);
				}
				return outputs;
			});
			jobs.forEach((job, place) => job.resolve(outputs[place]));
		} catch (error) {
			// They have waited for another process as long as each of them may.
			if (!isBusy(error)) return false;
			for (const job of jobs) job.reject(this.file.explain(error));
		}
		return true;
	}

	private async answerAlone({ operation, input, resolve, reject }: Job): Promise<void> {
		try {
			const output = await this.file.transact(operation.mode, () => operation.run(this.file.begin(), input));
			if (operation.destroys) this.file.sweep();
			resolve(output);
		} catch (error) {
			reject(this.file.explain(error));
		}
	}
}

/** What is to be gone from the disk when it is answered has a commit of its own, and who only reads needs none. */
const mayJoin = ({ operation }: Job): boolean => operation.mode === 'write' && !operation.destroys;
