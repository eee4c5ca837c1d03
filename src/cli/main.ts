import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../core/clock';
import { runCommandLine } from './program';
import { sinkOf, type Terminal } from './terminal';

/** The command line's process: loaded by the launcher dist/cli.js, which has refused a Node that is too old. */

// An import is all short-lived rows. V8 answers that by letting the space for new objects grow, in both threads, which
// doubles the memory (540 MB instead of 270 for Online Retail) and makes nothing faster.
setFlagsFromString('--semi-space-growth-factor=1');

// node:sqlite announces itself as experimental; the person who runs an import can do nothing about that.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
	if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});

// `customer-journeys ... | head` closes the pipe early: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const terminal: Terminal = {
	out: sinkOf(process.stdout),
	err: sinkOf(process.stderr),
	screen: process.stderr.isTTY ? process.stderr : undefined,
	outOnScreen: process.stdout.isTTY,
	env: process.env,
	// npm runs its scripts in the checkout; file names are meant from where the person called it.
	folder: (process.env.npm_lifecycle_event === 'cli' && process.env.INIT_CWD) || process.cwd(),
	clock: systemClock,
	onInterrupt(listener) {
		process.on('SIGINT', listener);
		process.on('SIGTERM', listener);
		return () => {
			process.off('SIGINT', listener);
			process.off('SIGTERM', listener);
		};
	},
};

void runCommandLine(process.argv.slice(2), terminal).then((exitCode) => {
	process.exitCode = exitCode;
});
