import { Client, type ClientConfig, type PoolClient } from 'pg';
import { socketOf } from './socket';

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

	/** @param lookEveryMs also how long an answer may take */
	constructor(
		private readonly config: ClientConfig,
		private readonly lookEveryMs: number,
	) {}

	async watch<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
		this.busySince.set(client, this.ticks);
		this.timer ??= setInterval(() => void this.look(), this.lookEveryMs).unref();
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
		const isThere = await this.isThere();
		this.probing = false;
		this.failures = isThere ? 0 : this.failures + 1;
		if (this.failures < PROBES) return;
		for (const client of slow) if (this.busySince.has(client)) cut(client);
	}

	/** Any word of the server will do, also a refusal. */
	private async isThere(): Promise<boolean> {
		const probe = new Client({ ...this.config, connectionTimeoutMillis: this.lookEveryMs, query_timeout: this.lookEveryMs });
		probe.on('error', () => undefined);
		try {
			await probe.connect();
			await probe.query('SELECT 1');
			return true;
		} catch (error) {
			return (error as { severity?: unknown }).severity !== undefined;
		} finally {
			probe.end().catch(() => undefined);
		}
	}
}

function cut(client: PoolClient): void {
	socketOf(client).destroy(new Error('Connection terminated: the server does not answer'));
}
