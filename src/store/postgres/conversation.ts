import type { PoolClient, QueryResult } from 'pg';
import { isThereAlready } from './explain';
import type { Positional } from './positional';
import { socketOf } from './socket';

/**
 * The statements of one transaction. They go out in the order in which they are asked for, and the server works them off in
 * that order; whoever needs no answer need not wait for one. Once one has failed the server refuses all that follow.
 */
export class Conversation {
	private failure: { readonly error: unknown } | undefined;
	private isOver = false;
	private isHeldBack = false;
	private hasTrusted = false;

	/** @param isCareful rows were said to be new before, and one was not */
	constructor(
		readonly client: PoolClient,
		private readonly isCareful = false,
	) {}

	/** Whether rows that are said to be new may be written without looking for them; whether they were is told by {@link wasDeceived}. */
	trust(): boolean {
		if (!this.isCareful) this.hasTrusted = true;
		return !this.isCareful;
	}

	/** Whether it failed because a row that was said to be new may have been there. */
	wasDeceived(error: unknown): boolean {
		return this.hasTrusted && isThereAlready(error);
	}

	/** @throws the first error of the transaction: those after it only say that there was one */
	async query(text: Positional, values: unknown[]): Promise<QueryResult> {
		return await this.ask(() => this.client.query({ name: text.name, text: text.sql, values }));
	}

	/** The same with each row as a list of its fields. */
	async lists(text: Positional, values: unknown[]): Promise<unknown[][]> {
		const { rows } = await this.ask(() => this.client.query({ name: text.name, text: text.sql, values, rowMode: 'array' }));
		return rows as unknown[][];
	}

	/** Nobody waits for the answer; an error is thrown by whatever is waited for next. */
	send(text: Positional, values: unknown[]): void {
		this.query(text, values).catch(() => undefined);
		if (values.some(isMuch)) this.handOver();
	}

	/** BEGIN goes out together with the first statement: one round trip less. */
	begin(sql: string): void {
		this.ask(() => this.client.query(sql)).catch(() => undefined);
	}

	/** Nothing was committed when it throws, unless the connection was lost. COMMIT goes out behind what was sent: where that failed, the server rolls back. */
	async commit(): Promise<void> {
		const done = this.ask(() => this.client.query('COMMIT'));
		this.isOver = true;
		await done;
		if (this.failure) throw this.failure.error;
	}

	async rollback(): Promise<void> {
		this.isOver = true;
		await this.client.query('ROLLBACK');
	}

	private async ask(query: () => Promise<QueryResult>): Promise<QueryResult> {
		// A statement after the end would stand for itself, and be committed at once.
		if (this.isOver) throw new Error('A statement came after the end of its transaction');
		this.holdBack();
		try {
			return await query();
		} catch (error) {
			this.failure ??= { error };
			throw this.failure.error;
		}
	}

	/** What is asked for before anybody waits goes out in one piece: handing over each by itself costs more than making it. */
	private holdBack(): void {
		if (this.isHeldBack) return;
		this.isHeldBack = true;
		socketOf(this.client).cork();
		process.nextTick(() => this.handOver());
	}

	/** A statement for many rows goes at once: the server works on it while the next is made. */
	private handOver(): void {
		if (!this.isHeldBack) return;
		this.isHeldBack = false;
		socketOf(this.client).uncork();
	}
}

const MUCH = 8_192;
const isMuch = (value: unknown): boolean => typeof value === 'string' && value.length > MUCH;
