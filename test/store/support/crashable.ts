import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL of its own that a test crashes and starts again (crashablePostgres.mjs). */
export interface CrashablePostgres {
	url: string;
	/** `crash`: an immediate shutdown, in which no connection finishes anything. */
	order(word: 'crash' | 'start'): Promise<void>;
	stop(): Promise<void>;
}

export async function startCrashable(): Promise<CrashablePostgres> {
	const child = spawn(process.execPath, [path.join(__dirname, 'crashablePostgres.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => JSON.parse(String((await lines.next()).value)) as { url: string };
	const { url } = await next();
	return {
		url,
		async order(word) {
			child.stdin.write(`${word}\n`);
			await next();
		},
		async stop() {
			const gone = once(child, 'exit');
			child.stdin.end();
			await gone;
		},
	};
}
