import { Client, type ClientConfig, type PoolClient } from 'pg';
import { isConnectionError } from './explain';

/** A query may take long; the server must show now and then that it is there at all. */
const LOOK_EVERY_MS = 5_000;
const PROBE_TIMEOUT_MS = 5_000;
const PROBES = 2;

/**
 * Notices a server that stopped answering without closing its connections (a pulled cable, a frozen machine): the network
 * itself takes a quarter of an hour for that. While work is under way for longer than a moment, a connection of its own
 * asks whether somebody is there; when nobody is, twice in a row, the waiting connections are cut, and what waits fails.
 */
export class Watchdog {
	private readonly busySince = new Map<PoolClient, number>();
	private timer: NodeJS.Timeout | undefined;
	private ticks = 0;
	private failures = 0;
	private probing = false;

	constructor(private readonly config: ClientConfig) {}

	async watch<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
		this.busySince.set(client, this.ticks);
		this.timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
		try {
			return await work();
		} finally {
			this.busySince.delete(client);
			if (this.busySince.size === 0) this.rest();
		}
	}

	private rest(): void {
		clearInterval(this.timer);
		this.timer = undefined;
		this.failures = 0;
	}

	private async look(): Promise<void> {
		this.ticks++;
		const slow = [...this.busySince].filter(([, since]) => this.ticks - since >= 2).map(([client]) => client);
		if (slow.length === 0 || this.probing) return;
		this.probing = true;
		this.failures = (await this.isThere()) ? 0 : this.failures + 1;
		this.probing = false;
		if (this.failures < PROBES) return;
		for (const client of slow) if (this.busySince.has(client)) cut(client);
	}

	/** Any answer will do, also a refusal. */
	private async isThere(): Promise<boolean> {
		const probe = new Client({ ...this.config, connectionTimeoutMillis: PROBE_TIMEOUT_MS, query_timeout: PROBE_TIMEOUT_MS });
		probe.on('error', () => undefined);
		try {
			await probe.connect();
			await probe.query('SELECT 1');
			return true;
		} catch (error) {
			return !isConnectionError(error);
		} finally {
			probe.end().catch(() => undefined);
		}
	}
}

function cut(client: PoolClient): void {
	(client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(new Error('Connection terminated: the server does not answer'));
}
