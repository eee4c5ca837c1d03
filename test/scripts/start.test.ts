import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const scripts = resolve(__dirname, '../../scripts');
const url = (file: string) => pathToFileURL(join(scripts, file)).href;
const folderIn = (...path: string[]) => join(mkdtempSync(join(tmpdir(), 'npm start ')), ...path);

/** Runs a few lines as `npm start` would, in a process of their own. @returns what they wrote, or what they failed with */
async function run(lines: string, nodeOptions: string[] = []): Promise<string> {
	return await new Promise((done) => {
		execFile(process.execPath, [...nodeOptions, '--input-type=module', '-e', lines], (error, out, err) => done(error ? err : out));
	});
}
const take = (folder: string, options: object, then = '') => `import { takeFolder } from ${JSON.stringify(url('start/folder.mjs'))}; await takeFolder(${JSON.stringify(folder)}, ${JSON.stringify({ fresh: false, ours: false, ...options })}); ${then}`;

const children: ChildProcess[] = [];
afterEach(async () => {
	await Promise.all(children.splice(0).map(async (child) => {
		if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
	}));
});

describe('The folder of npm start', () => {
	it('is emptied by --fresh where npm start has made it', async () => {
		const folder = folderIn('n8n');
		expect(await run(take(folder, {}))).toBe('');
		mkdirSync(join(folder, '.n8n'));
		writeFileSync(join(folder, '.n8n', 'database.sqlite'), 'x');
		expect(await run(take(folder, {}))).toBe('');
		expect(existsSync(join(folder, '.n8n', 'database.sqlite'))).toBe(true);
		expect(await run(take(folder, { fresh: true }))).toBe('');
		expect(readdirSync(folder)).toEqual(['made-by-npm-start']);
	});

	it('is left as it is, with a sentence, where it was somebody else\'s, also after npm start was there', async () => {
		const home = folderIn();
		mkdirSync(join(home, 'letters'));
		expect(await run(take(home, { fresh: true }))).toContain(`--fresh deletes all that is in ${home}, and npm start did not make that folder.`);
		expect(await run(take(home, {}))).toBe('');
		expect(await run(take(home, { fresh: true }))).toContain('npm start did not make that folder');
		expect(readdirSync(home)).toEqual(['letters']);
		expect(await run(take(home, { fresh: true, ours: true }))).toBe('');
		expect(readdirSync(home)).toEqual(['made-by-npm-start']);
	});

	it('has one npm start at a time; what a killed one has left stands in nobody\'s way', async () => {
		const folder = folderIn('n8n');
		const first = spawn(process.execPath, ['--input-type=module', '-e', take(folder, {}, "process.stdout.write('has it'); setInterval(() => {}, 1000);")], { stdio: ['ignore', 'pipe', 'inherit'] });
		children.push(first);
		await once(first.stdout, 'data');
		for (const fresh of [false, true]) expect(await run(take(folder, { fresh }))).toContain(`npm start uses ${folder} already (process ${first.pid})`);
		first.kill('SIGKILL');
		await once(first, 'exit');
		expect(await run(take(folder, {}))).toBe('');
	});

	it('a lock without a process in it, as a full disk leaves it, is nobody\'s after a while', async () => {
		const folder = folderIn();
		const lock = join(folder, 'npm-start.lock');
		writeFileSync(lock, '');
		const longAgo = new Date(Date.parse('2026-01-01T00:00:00Z'));
		utimesSync(lock, longAgo, longAgo);
		expect(await run(take(folder, { ours: true }, "process.stdout.write('has it');"))).toBe('has it');
	});
});

it.each([['8080', '8080'], [undefined, '5678'], ['abc', '--port must be a whole number from 1 to 65535, not "abc".'], ['0', 'not "0"'], ['70000', 'not "70000"']])('the port %s of npm start', async (text, expected) => {
	expect(await run(`import { portOf } from ${JSON.stringify(url('start/folder.mjs'))}; process.stdout.write(String(portOf(${JSON.stringify(text)}, 5678)));`)).toContain(expected);
});

it('an old Node is told which one is needed, before anything else is done', async () => {
	const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})`;
	expect(await run(`process.argv.push('no-such-tool'); await import(${JSON.stringify(url('run.mjs'))});`, ['--import', old])).toBe('This checkout needs Node.js 20 or newer to set itself up (it brings Node 24 along), and this is 18.20.4: install a newer one from https://nodejs.org\n');
});
