import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { StoreLocation } from '../../../src/store/open';
import { compiled } from './compiled';

export type Line = Record<string, unknown>;

/** A process that works on a store (storeProcess.cjs). */
export interface StoreChild {
	process: ChildProcessByStdio<Writable, Readable, null>;
	/** what it printed so far */
	lines: Line[];
	/** The next line for which `wanted` holds, looked for from the start. @throws when the process ends before */
	line(wanted: (line: Line) => boolean): Promise<Line>;
	go(): void;
	/** Ends it as a power cut would: no handler runs. */
	kill(): Promise<void>;
	/** @returns the exit code */
	end(): Promise<number | null>;
}

const children = new Set<StoreChild['process']>();
afterAll(() => {
	for (const child of children) child.kill('SIGKILL');
});

export function storeChild(location: StoreLocation, action: 'open' | 'asNobody' | 'track' | 'import' | 'compete' | 'journey' | 'crash', options: Record<string, unknown> = {}): StoreChild {
	const sources = path.resolve(path.dirname(compiled('src/store/open')), '..', '..');
	const task = JSON.stringify({ sources, location, action, options });
	const node = [process.execPath, '--disable-warning=ExperimentalWarning', path.join(__dirname, 'storeProcess.cjs'), task];
	// A disk that is full at so many KiB a file: the write fails, and the signal that would end the process is ignored.
	const [command, ...rest] = options.diskKiB === undefined ? node : ['bash', '-c', `trap '' XFSZ; ulimit -f ${String(options.diskKiB)}; exec "$0" "$@"`, ...node];
	const child = spawn(command as string, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
	children.add(child);
	const ended = once(child, 'close').then(() => void children.delete(child));
	const lines: Line[] = [];
	let wake: (() => void)[] = [];
	const wakeAll = () => {
		for (const one of wake.splice(0)) one();
	};
	createInterface({ input: child.stdout }).on('line', (text) => {
		lines.push(JSON.parse(text) as Line);
		wakeAll();
	});
	void ended.then(wakeAll);
	child.stdin.on('error', () => undefined);
	return {
		process: child,
		lines,
		async line(wanted) {
			for (;;) {
				const found = lines.find(wanted);
				if (found) return found;
				if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The process ended before; it said ${JSON.stringify(lines.slice(-3))}`);
				await new Promise<void>((resolve) => (wake = [...wake, resolve]));
			}
		},
		go: () => void child.stdin.write('go\n'),
		async kill() {
			child.kill('SIGKILL');
			await ended;
		},
		async end() {
			await ended;
			return child.exitCode;
		},
	};
}
