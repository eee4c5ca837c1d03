import { ManualClock } from '../../../src/core/clock';
import { runCommandLine } from '../../../src/cli/program';
import type { Terminal } from '../../../src/cli/terminal';
import { freshFolder } from '../../support/stores';

export interface Outcome {
	exitCode: number;
	stdout: string;
	stderr: string;
	/** what `--json` printed */
	json(): Record<string, unknown>;
	/** what a command with JSON lines printed */
	lines(): Record<string, unknown>[];
}

/** A person at a prompt in an empty folder, with an n8n folder of their own. */
export class Prompt {
	readonly folder = freshFolder();
	readonly clock = new ManualClock(Date.parse('2026-11-21T18:00:00Z'));
	readonly env: NodeJS.ProcessEnv = { N8N_USER_FOLDER: this.folder };
	private readonly interrupts = new Set<() => void>();

	/** Ctrl-C. */
	interrupt(): void {
		for (const listener of this.interrupts) listener();
	}

	get heedsInterrupts(): boolean {
		return this.interrupts.size > 0;
	}

	/** Runs the command line in this process. */
	async run(...args: string[]): Promise<Outcome> {
		return await this.runWith({}, ...args);
	}

	async runWith(changes: Partial<Terminal>, ...args: string[]): Promise<Outcome> {
		let stdout = '';
		let stderr = '';
		const terminal: Terminal = {
			out: { write: async (text) => void (stdout += text) },
			err: { write: async (text) => void (stderr += text) },
			env: this.env,
			folder: this.folder,
			clock: this.clock,
			storeThread: false,
			onInterrupt: (listener) => {
				this.interrupts.add(listener);
				return () => this.interrupts.delete(listener);
			},
			...changes,
		};
		const exitCode = await runCommandLine(args, terminal);
		return {
			exitCode,
			stdout,
			stderr,
			json: () => JSON.parse(stdout) as Record<string, unknown>,
			lines: () => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>),
		};
	}
}
