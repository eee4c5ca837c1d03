import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and keeps its words for the case that it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} what it wrote to standard output
 * @throws {Error} with the last lines it wrote when it exits with another code than 0
 */
export function run(command, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
		endWithUs(child);
		let stdout = '';
		let everything = '';
		child.stdout.setEncoding('utf8').on('data', (text) => {
			stdout += text;
			everything += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text) => (everything += text));
		child.once('error', reject);
		child.once('close', (code, signal) => {
			if (code === 0) return resolve(stdout);
			const tail = everything.trim().split('\n').slice(-40).join('\n');
			reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `code ${code}`}:\n${tail}`));
		});
	});
}

const children = new Set();

/** A tool must not go on in the background when we are ended: the next run would work in the same folder. */
function endWithUs(child) {
	if (children.size === 0) for (const signal of endings) process.on(signal, endChildren);
	children.add(child);
	child.once('close', () => {
		children.delete(child);
		if (children.size === 0) for (const signal of endings) process.off(signal, endChildren);
	});
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'];

function endChildren(ending) {
	for (const child of children) child.kill();
	// Where nobody else decides what a signal means, it ends the process as it would have without us.
	if (typeof ending === 'string' && process.listenerCount(ending) === 1) process.exit(1);
}

/**
 * Runs npm, the very one that started us when there is one.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function npm(args, options = {}) {
	const env = withoutOuterNpm(options.env ?? process.env);
	const script = process.env.npm_execpath;
	if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], { ...options, env });
	return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, env, shell: process.platform === 'win32' });
}

/** An npm that runs inside `npm run` must not take this project's folder and settings for its own. */
function withoutOuterNpm(environment) {
	const outer = /^(npm_package_|npm_lifecycle_|npm_command$|npm_config_(local_prefix|prefix|global|global_prefix|ignore_scripts)$)/i;
	return Object.fromEntries(Object.entries(environment).filter(([name]) => !outer.test(name)));
}
