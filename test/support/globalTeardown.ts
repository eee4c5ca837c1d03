import { once } from 'node:events';

/** Stops the PostgreSQL that globalSetup started and waits until its temporary folder is gone. */
export default async function globalTeardown(): Promise<void> {
	const child = globalThis.postgresProcess;
	if (!child || child.exitCode !== null) return;
	child.removeAllListeners('exit');
	const gone = once(child, 'exit');
	child.ref();
	child.stdin?.end();
	await gone;
}
