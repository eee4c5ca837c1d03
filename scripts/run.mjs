/**
 * What every npm script goes through: sets the checkout up when needed, then runs a tool or script of the project with
 * Node 24. Usage: `node scripts/run.mjs <jest|tsc|gulp|eslint|file.js|file.mjs> [arguments]`; no argument: set-up only.
 */
import { spawn } from 'node:child_process';
import { node24, toolEnvironment, toolScript } from './paths.mjs';
import { setup } from './setup.mjs';

const FIRST_NODE = 20;
if (Number.parseInt(process.versions.node, 10) < FIRST_NODE) {
	process.stderr.write(`This checkout needs Node.js ${FIRST_NODE} or newer to set itself up (it brings Node 24 along), and this is ${process.versions.node}: install a newer one from https://nodejs.org\n`);
	process.exit(1);
}
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// Leaving by `exit` lets set-up end the tools it has started.
for (const signal of signals) process.on(signal, () => process.exit(1));
try {
	await setup();
} catch (error) {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
}
const [tool, ...args] = process.argv.slice(2);
if (tool) runWithNode24(/\.m?js$/.test(tool) ? tool : toolScript(tool), args);

function runWithNode24(script, args) {
	const child = spawn(node24, [script, ...args], { stdio: 'inherit', env: toolEnvironment() });
	// A terminal's Ctrl-C reaches the child by itself; what only we were sent is passed on, and the child decides.
	for (const signal of signals) process.removeAllListeners(signal).on(signal, () => child.kill(signal));
	child.once('error', (error) => {
		process.stderr.write(`${error.message}\n`);
		process.exit(1);
	});
	child.once('exit', (code, signal) => {
		if (!signal) process.exit(code);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
}
