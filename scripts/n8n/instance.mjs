import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { node24, root } from '../paths.mjs';
import { freePort } from '../ports.mjs';

/** No telemetry, no banners, no look-ups in the network: an n8n that minds its own business. */
const quiet = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_SECURE_COOKIE: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
};

/**
 * Starts an n8n and waits until it answers.
 * @param {import('./prepare.mjs').RunnableN8n} n8n
 * @param {object} options
 * @param {string} options.userFolder n8n keeps everything in `<userFolder>/.n8n`
 * @param {number} [options.port] default: a free one
 * @param {NodeJS.ProcessEnv} [options.env] added last: a PostgreSQL, queue mode, a log level ...
 * @param {string[]} [options.args] n8n command, such as ['worker']; default: ['start']
 * @param {number} [options.readyWithinMs]
 * @returns {Promise<N8nInstance>}
 * @throws {Error} with n8n's last words when it ends or does not answer in time
 */
export async function startN8n(n8n, { userFolder, port, env = {}, args = ['start'], readyWithinMs = 180_000 }) {
	const ownPort = port ?? (await freePort());
	mkdirSync(userFolder, { recursive: true });
	const logFile = path.join(userFolder, `n8n-${args[0]}.log`);
	const log = openSync(logFile, 'a');
	const guard = spawn(node24, [path.join(root, 'scripts', 'guard.mjs'), ...n8n.command, ...args], {
		cwd: userFolder,
		stdio: ['pipe', log, log],
		detached: true,
		env: {
			...withoutTestRunner(n8n.env),
			...quiet,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(ownPort),
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...env,
		},
	});
	closeSync(log);
	const instance = new N8nInstance(guard, `http://127.0.0.1:${ownPort}`, logFile);
	if (args[0] === 'start') await instance.untilReady(readyWithinMs);
	return instance;
}

/** n8n behaves differently when it believes to be under test itself. */
function withoutTestRunner(environment) {
	const { NODE_ENV, JEST_WORKER_ID, VITEST, NODE_OPTIONS, ...rest } = environment;
	return rest;
}

/** A running n8n with everything it started, in a process group of its own that ends when we do. */
export class N8nInstance {
	constructor(guard, url, logFile) {
		this.guard = guard;
		this.url = url;
		this.logFile = logFile;
		this.exited = new Promise((resolve) => guard.once('exit', resolve));
		// When n8n ends by itself the pipe to its guard breaks, which is no news of its own.
		guard.stdin.on('error', () => {});
	}

	get running() {
		return this.guard.exitCode === null && this.guard.signalCode === null;
	}

	/** The last lines n8n wrote. */
	lastWords(lines = 30) {
		return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	}

	async untilReady(withinMs) {
		const deadline = Date.now() + withinMs;
		while (!(await answers(`${this.url}/healthz/readiness`)) || !(await answers(`${this.url}/rest/settings`))) {
			if (!this.running) throw new Error(`n8n ended while starting. Its last words:\n${this.lastWords()}`);
			if (Date.now() > deadline) {
				await this.kill();
				throw new Error(`n8n did not answer within ${withinMs / 1000} s. Its last words:\n${this.lastWords()}`);
			}
			await pause(200);
		}
	}

	/** Asks n8n to end, and kills whatever is left after 15 s. */
	async stop() {
		if (!this.running) return;
		this.guard.stdin.end();
		await this.exited;
	}

	/** kill -9 of n8n and all it started: what a power cut looks like. */
	async kill() {
		if (!this.running) return;
		if (process.platform === 'win32') await once(spawn('taskkill', ['/pid', String(this.guard.pid), '/f', '/t']), 'exit');
		else process.kill(-this.guard.pid, 'SIGKILL');
		await this.exited;
	}
}

async function answers(url) {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}
