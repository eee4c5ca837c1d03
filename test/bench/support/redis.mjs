import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { familyCpuSeconds } from './figures.mjs';

/**
 * A Redis of its own on a free port.
 * @param {{ durable: boolean }} options whether what was answered outlives a power cut, as it does in our stores; else it is kept in memory only
 * @throws {Error} when redis-server is not installed
 */
export async function startRedis(folder, { durable }) {
	const port = await freePort();
	const kept = durable ? ['--appendonly', 'yes', '--appendfsync', 'always', '--appenddirname', `redis-${port}`] : ['--appendonly', 'no'];
	const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...kept, '--dir', folder], { stdio: 'ignore' });
	const failed = new Promise((_resolve, reject) => server.once('error', () => reject(new Error('redis-server is not installed: apt-get install redis-server'))));
	// Commands of one turn of the event loop go out together: the client's fast setting.
	const client = new Redis(port, '127.0.0.1', { enableAutoPipelining: true, lazyConnect: true, retryStrategy: () => null });
	client.on('error', () => undefined);
	await Promise.race([failed, connected(client)]);
	return {
		client,
		cpuSeconds: () => familyCpuSeconds(server.pid),
		stop: async () => {
			client.disconnect();
			const gone = once(server, 'exit');
			server.kill();
			await gone;
		},
	};
}

async function connected(client) {
	for (let attempt = 0; ; attempt++) {
		try {
			return await client.connect();
		} catch (error) {
			if (attempt === 100) throw error;
			await pause(50);
		}
	}
}

function freePort() {
	return new Promise((resolve) => {
		const probe = createServer().listen(0, '127.0.0.1', () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}
