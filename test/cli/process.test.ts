import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder } from '../support/stores';
import { Prompt } from './support/cli';

/** The built command line, as people start it. `npm test` builds it first. */
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');
const NOBODY = 65534;

beforeAll(() => {
	if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: run "npm run build" first.');
});

interface Ended {
	code: number | null;
	signal: string | null;
	stdout: string;
	stderr: string;
}

function start(folder: string, args: string[], options: SpawnOptions = {}): { child: ChildProcess; ended: Promise<Ended> } {
	const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, N8N_USER_FOLDER: folder, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'], ...options });
	let stdout = '';
	let stderr = '';
	child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	return { child, ended: once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, stdout, stderr })) };
}

const run = (folder: string, ...args: string[]): Promise<Ended> => start(folder, args).ended;

/** Waits until the import has written something, then does it; the file must be long enough that a slow machine notices in time. */
function once3MB(store: string, act: () => void): void {
	const watch = setInterval(() => {
		if ((statSync(`${store}-wal`, { throwIfNoEntry: false })?.size ?? 0) < 3_000_000) return;
		clearInterval(watch);
		act();
	}, 5);
	watch.unref();
}

function ordersFile(folder: string, lines: number): string {
	const rows = Array.from({ length: lines }, (_, index) => `${Math.floor(index / 10)},2026-01-01T10:00:00Z,c${index % 500},p${index % 97},1,${(index % 13) + 1}.50`);
	writeFileSync(join(folder, 'orders.csv'), ['order_id,ordered_at,customer_id,product_id,quantity,price', ...rows, ''].join('\n'));
	return 'orders.csv';
}

test('standard output holds the answer alone, standard error the rest, without a word of Node itself', async () => {
	const folder = freshFolder();
	const ended = await run(folder, 'waiting', '--json');
	expect(JSON.parse(ended.stdout)).toMatchObject({ total: 0 });
	expect(ended.stderr).toBe(`Store: embedded "default" (${join(folder, '.n8n', 'customer-journeys', 'default.sqlite')})\n`);
	expect(ended.code).toBe(0);
});

test('bad usage ends with 2, a failure with 1', async () => {
	const folder = freshFolder();
	expect(await run(folder, 'jurney')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Unknown command 'jurney'\..*\n$/) });
	expect(await run(folder, 'import', 'customers', 'none.csv')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/none\.csv does not exist: check the spelling and the folder\.\n$/) });
});

test('Ctrl-C in the middle of an import leaves a store that the same command completes', async () => {
	const folder = freshFolder();
	const file = ordersFile(folder, 80_000);
	const { child, ended } = start(folder, ['import', 'orders', file, '--store', 's.sqlite', '--json']);
	once3MB(join(folder, 's.sqlite'), () => child.kill('SIGINT'));
	const stopped = await ended;
	const first = JSON.parse(stopped.stdout) as { accepted: number; complete: boolean };
	expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('run the same command again to go on') });
	expect(first.complete).toBe(false);
	const again = await run(folder, 'import', 'orders', file, '--store', 's.sqlite', '--json');
	expect(JSON.parse(again.stdout)).toMatchObject({ read: 80_000, accepted: 80_000 - first.accepted, duplicates: first.accepted, complete: true });
});

test('kill -9 in the middle of an import: afterwards the store holds what one undisturbed import makes', async () => {
	const folder = freshFolder();
	const file = ordersFile(folder, 120_000);
	const { child, ended } = start(folder, ['import', 'orders', file, '--store', 'killed.sqlite']);
	once3MB(join(folder, 'killed.sqlite'), () => child.kill('SIGKILL'));
	expect((await ended).signal).toBe('SIGKILL');
	const again = JSON.parse((await run(folder, 'import', 'orders', file, '--store', 'killed.sqlite', '--json')).stdout) as { read: number; duplicates: number };
	expect(again.read).toBe(120_000);
	expect(again.duplicates).toBeGreaterThan(0);
	await run(folder, 'import', 'orders', file, '--store', 'whole.sqlite');
	const customers = await Promise.all(['killed.sqlite', 'whole.sqlite'].map(async (store) => JSON.parse((await run(folder, 'customer', 'c7', '--store', store, '--json')).stdout) as Record<string, unknown>));
	expect({ ...customers[0], asOf: '' }).toEqual({ ...customers[1], asOf: '' });
});

test('a reader that has seen enough, such as head, is no error', async () => {
	const folder = freshFolder();
	writeFileSync(join(folder, 'r.jsonl'), Array.from({ length: 20_000 }, (_, index) => `{"key":"r${index}","customer":"c1","channel":"email","class":"marketing"}\n`).join(''));
	const { child, ended } = start(folder, ['policy', 'decide', '--requests', 'r.jsonl', '--store', 's.sqlite', '--dry-run']);
	child.stdout!.once('data', () => child.stdout!.destroy());
	expect(await ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('EPIPE') });
});

test('a store that may not be written is one clear sentence', async () => {
	const folder = freshFolder();
	await run(folder, 'store', 'init', 's.sqlite');
	writeFileSync(join(folder, 'c.csv'), 'customer_id\nc1\n');
	chmodSync(join(folder, 's.sqlite'), 0o444);
	chmodSync(folder, 0o555);
	// Root may write everywhere.
	const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
	const { code, stdout, stderr } = await start(folder, ['import', 'customers', 'c.csv', '--store', 's.sqlite'], asUser).ended;
	chmodSync(folder, 0o755);
	expect(stderr.trim().split('\n').at(-1)).toMatch(/^The customer store .*s\.sqlite cannot be (written to: its file or folder is read-only|opened at)/);
	expect([code, stdout]).toEqual([1, '']);
});

test('a file that is no store is refused', async () => {
	const folder = freshFolder();
	writeFileSync(join(folder, 'notes.txt'), 'Buy milk.\n'.repeat(500));
	expect(await run(folder, 'waiting', '--store', 'notes.txt')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^The customer store .*notes\.txt is not a readable store file: .*\n$/) });
});

test('a saved test is played without a word on standard output but the document', async () => {
	const { code, stdout } = await run(freshFolder(), 'templates', 'test', 'abandoned-cart', '--json');
	expect(JSON.parse(stdout)).toMatchObject({ ok: true, templates: [{ slug: 'abandoned-cart', ok: true, problems: [] }] });
	expect(code).toBe(0);
});

test('what the built command line prints is what the sources print', async () => {
	const prompt = new Prompt();
	const help = await prompt.run('import', '--help');
	expect((await run(prompt.folder, 'import', '--help')).stdout).toBe(help.stdout);
});
