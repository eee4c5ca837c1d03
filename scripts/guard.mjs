/**
 * Runs a command for exactly as long as our standard input stays open, so that nothing we start outlives us, however
 * we end. Start it as the leader of a process group of its own: `node guard.mjs <program> [arguments]`.
 */
import { spawn } from 'node:child_process';

const GRACE_MS = 15_000;
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' && !program.endsWith('.exe') });

let ending = false;
function end() {
	if (ending) return;
	ending = true;
	child.kill('SIGTERM');
	setTimeout(killGroup, GRACE_MS).unref();
}

function killGroup() {
	if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/f', '/t']);
	else process.kill(-process.pid, 'SIGKILL');
}

process.stdin.on('end', end).on('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
