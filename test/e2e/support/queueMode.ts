import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { testPostgresUrl } from '../../support/stores';
import { instances, type N8nProcess, type RunnableN8n } from './n8n';
import { loadScript, projectRoot } from './scripts';

const { freePort } = loadScript<{ freePort(): Promise<number> }>('ports.mjs');

/** Where Redis is missing the test is left out with a message; the full run (CI) installs it and must have it. */
export function redisIsThere(): boolean {
	if (spawnSync('redis-server', ['--version']).status === 0) return true;
	if (process.env.CI) throw new Error('redis-server is not installed: apt-get install redis-server');
	process.stderr.write('redis-server is not installed: n8n in queue mode is not tested here.\n');
	return false;
}

/**
 * What n8n in queue mode needs beside its main process: Redis, a PostgreSQL database of its own, and workers, each with a
 * folder of its own into which the package is installed, as on another host.
 */
export class QueueMode {
	private readonly folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-e2e-queue-'));
	private readonly database = `n8n_${randomBytes(6).toString('hex')}`;
	private readonly key = randomBytes(16).toString('hex');
	private redis: ChildProcess | undefined;
	private redisPort = 0;
	private workers = 0;

	static async start(): Promise<QueueMode> {
		const mode = new QueueMode();
		await mode.onPostgres(`CREATE DATABASE ${mode.database}`);
		mode.redisPort = await freePort();
		// Through the guard, so that it ends when we do, however we end.
		mode.redis = spawn(process.execPath, [path.join(projectRoot, 'scripts', 'guard.mjs'), 'redis-server', '--port', String(mode.redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', mode.folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
		await mode.untilRedisListens();
		return mode;
	}

	/** Environment of the main process and of every worker. A job whose worker was killed is given up after seconds, not after a minute. */
	get env(): NodeJS.ProcessEnv {
		const { hostname, port, username, password } = new URL(testPostgresUrl());
		return {
			EXECUTIONS_MODE: 'queue',
			N8N_ENCRYPTION_KEY: this.key,
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: hostname,
			DB_POSTGRESDB_PORT: port,
			DB_POSTGRESDB_USER: decodeURIComponent(username),
			DB_POSTGRESDB_PASSWORD: decodeURIComponent(password),
			DB_POSTGRESDB_DATABASE: this.database,
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(this.redisPort),
			QUEUE_WORKER_LOCK_DURATION: '10000',
			QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
			QUEUE_WORKER_STALLED_INTERVAL: '3000',
		};
	}

	/** A worker that takes executions from the queue. */
	async worker(): Promise<N8nProcess> {
		const userFolder = path.join(this.folder, `worker-${++this.workers}`);
		cpSync(process.env.E2E_NODES_FOLDER as string, path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
		const port = await freePort();
		const worker = await instances.startN8n(JSON.parse(process.env.E2E_N8N as string) as RunnableN8n, {
			userFolder,
			args: ['worker', '--concurrency=5'],
			env: { ...this.env, QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port), N8N_WORKER_SERVER_ADDRESS: '127.0.0.1' },
		});
		const ready = `http://127.0.0.1:${port}/healthz/readiness`;
		for (const deadline = Date.now() + 180_000; !(await answers(ready)); await pause(200)) {
			if (!worker.running || Date.now() > deadline) throw new Error(`The worker is not ready. Its last words:\n${worker.lastWords(30)}`);
		}
		return worker;
	}

	async remove(): Promise<void> {
		if (this.redis?.exitCode === null) {
			const gone = once(this.redis, 'exit');
			this.redis.stdin?.end();
			await gone;
		}
		await this.onPostgres(`DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`);
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private async onPostgres(sql: string): Promise<void> {
		const client = new Client({ connectionString: testPostgresUrl() });
		await client.connect();
		await client.query(sql);
		await client.end();
	}

	private async untilRedisListens(): Promise<void> {
		for (const deadline = Date.now() + 20_000; !(await listens(this.redisPort)); await pause(50)) {
			if (Date.now() > deadline) throw new Error('Redis did not start within 20 s.');
		}
	}
}

function listens(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		const settle = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.once('connect', () => settle(true)).once('error', () => settle(false));
	});
}

async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
	} catch {
		return false;
	}
}
