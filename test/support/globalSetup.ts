import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

declare global {
	var postgresProcess: ChildProcess | undefined;
}

/**
 * Starts the one real PostgreSQL of a jest run and puts its connection string into `TEST_POSTGRES_URL`.
 * A variable that is already set is left alone, so that a run can be pointed at a server of one's own.
 * @throws when the server does not come up, with its own last words
 */
export default async function globalSetup(): Promise<void> {
	if (process.env.TEST_POSTGRES_URL) return;
	const child = spawn(process.execPath, [path.join(__dirname, 'postgresProcess.mjs')], {
		stdio: ['pipe', 'pipe', 'inherit'],
		// Ctrl-C reaches jest alone: the server goes when its standard input closes, after the last test.
		detached: true,
	});
	globalThis.postgresProcess = child;
	process.env.TEST_POSTGRES_URL = await firstLine(child);
	child.unref();
}

function firstLine(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', () => reject(new Error('PostgreSQL for the tests did not start; see the lines above.')));
		createInterface({ input: child.stdout! }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
	});
}
