import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, types, type PoolClient } from 'pg';
import { closedError } from '../closedError';
import { Conversation } from './conversation';
import { codeOf, explain, isConnectionError, isRivalry } from './explain';
import { Slots } from './slots';
import { Watchdog } from './watchdog';

export interface ConnectionOptions {
	/** How the server's certificate is checked stands in its `sslmode`. */
	url: string;
	/** Connections kept open at most. */
	poolSize?: number;
	/** How long making a connection may take. */
	connectTimeoutMs?: number;
	/** How often a server is asked for a sign of life while work is under way (Watchdog). */
	lookEveryMs?: number;
}

const BIGINT = 20;
const NUMERIC = 1700;
/** Instants, ids and sums stay far below 2^53. */
const numbers = {
	getTypeParser: ((oid: number, format?: 'text') =>
		oid === BIGINT || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** A server that restarts is back within this time; longer, and the caller is told. */
const TRY_AGAIN_MS = [40, 80, 160, 320, 640, 1_000];

/** What is done in a transaction. */
export type Work<T> = (conversation: Conversation) => Promise<T>;

/** The connections of one store: transactions on pooled connections, tried again where nothing can have been committed. */
export class Connections {
	private readonly pool: Pool;
	private readonly slots: Slots;
	private readonly watchdog: Watchdog;
	private readonly running = new Set<Promise<unknown>>();
	private ended: Promise<void> | undefined;

	/** @param schema checked by the caller: it stands in the connection's options as it is */
	constructor(
		{ url, poolSize = 8, connectTimeoutMs = 10_000, lookEveryMs = 5_000 }: ConnectionOptions,
		schema: string,
		private readonly label: string,
	) {
		const config = { connectionString: url, application_name: 'customer-journeys' };
		this.slots = new Slots(poolSize);
		this.watchdog = new Watchdog(config, lookEveryMs);
		this.pool = new Pool({
			...config,
			// What is asked for at the same time goes out together, and the server works on it while answers are read.
			pipeline: true,
			max: poolSize,
			idleTimeoutMillis: 30_000,
			connectionTimeoutMillis: connectTimeoutMs,
			allowExitOnIdle: true,
			keepAlive: true,
			keepAliveInitialDelayMillis: 10_000,
			options: Object.entries({ ...SESSION, search_path: schema })
				.map(([name, value]) => `-c ${name}=${value}`)
				.join(' '),
			types: numbers,
		});
		// A connection that the server closes says so by an event, which ends the process when nobody listens; it may come in
		// the middle of work, between two queries. Whoever uses the connection next notices, and an idle one is replaced.
		this.pool.on('connect', (client) => client.on('error', () => undefined));
		this.pool.on('error', () => undefined);
	}

	/**
	 * Runs work in a transaction.
	 * @param begin BEGIN in the wanted mode
	 * @throws JourneyError for what a person can solve
	 */
	async transaction<T>(begin: string, work: Work<T>): Promise<T> {
		if (this.ended) throw closedError(this.label);
		const result = this.tryAgain(begin, work);
		this.running.add(result);
		try {
			return await result;
		} finally {
			this.running.delete(result);
		}
	}

	/** Lets what is under way come to its end. */
	close(): Promise<void> {
		this.ended ??= Promise.allSettled(this.running).then(() => this.pool.end());
		return this.ended;
	}

	private async tryAgain<T>(begin: string, work: Work<T>): Promise<T> {
		let isCareful = false;
		for (let attempt = 0; ; attempt++) {
			const transaction = new Transaction(begin, work, isCareful);
			try {
				return await this.withClient((client) => transaction.run(client));
			} catch (error) {
				if (transaction.wasDeceived) {
					isCareful = true;
					continue;
				}
				if (attempt >= TRY_AGAIN_MS.length || !mayRunAgain(error, transaction)) throw this.givenUp(error);
				await sleep(TRY_AGAIN_MS[attempt] + ((process.pid + attempt * 7) % 20));
			}
		}
	}

	private async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
		await this.slots.take();
		try {
			const client = await this.pool.connect();
			let lost = false;
			try {
				return await this.watchdog.watch(client, () => work(client));
			} catch (error) {
				lost = isConnectionError(error);
				throw error;
			} finally {
				client.release(lost);
			}
		} finally {
			this.slots.give();
		}
	}

	private givenUp(error: unknown): unknown {
		const explained = explain(error, this.label);
		if (isConnectionError(error)) this.slots.refuseWaiting(explained);
		return explained;
	}
}

/**
 * What every connection is told. A plan made while a table was small is not kept while it grows: single calls took twelve
 * times as long by such plans. Rows are looked up by index: with the cost of a disk from before there were chips, a
 * thousand look-ups seem dearer than reading a table of 300,000 rows. A worker that vanished must not hold its locks for long.
 */
const SESSION = {
	synchronous_commit: 'on',
	plan_cache_mode: 'force_custom_plan',
	random_page_cost: '1.1',
	idle_in_transaction_session_timeout: '60s',
	tcp_keepalives_idle: 30,
	tcp_keepalives_interval: 10,
	tcp_keepalives_count: 3,
};

class Transaction<T> {
	/** From here on the server may have committed although no answer came. */
	committing = false;
	/** A row that was said to be new was there: nothing was committed, and once more it is looked for. */
	wasDeceived = false;

	constructor(
		private readonly begin: string,
		private readonly work: Work<T>,
		private readonly isCareful: boolean,
	) {}

	async run(client: PoolClient): Promise<T> {
		const conversation = new Conversation(client, this.isCareful);
		try {
			conversation.begin(this.begin);
			const result = await this.work(conversation);
			this.committing = true;
			await conversation.commit();
			return result;
		} catch (error) {
			this.wasDeceived = conversation.wasDeceived(error);
			if (!isConnectionError(error)) await conversation.rollback();
			throw error;
		}
	}
}

/** Only where nothing was committed for sure. A server that is not there at all (refused, unknown) gets a few moments to come back. */
function mayRunAgain(error: unknown, { committing }: { committing: boolean }): boolean {
	if (isRivalry(error)) return true;
	return !committing && isConnectionError(error) && !/^(ENOTFOUND|EAI_|ETIMEDOUT)/.test(codeOf(error)) && !/timeout/i.test((error as Error).message) && !/does not answer/.test((error as Error).message);
}
