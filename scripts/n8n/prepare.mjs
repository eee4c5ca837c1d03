/**
 * Makes a runnable n8n: the fitting one of the machine, or the pinned one in the user's cache folder, installed the
 * first time and reused by every checkout afterwards.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, run } from '../command.mjs';
import { packagesMatchLock } from '../installed.mjs';
import { installTree } from '../installTree.mjs';
import { withLock } from '../lock.mjs';
import { node24, root, toolEnvironment, userCache } from '../paths.mjs';
import { step } from '../progress.mjs';

const recipe = path.join(root, 'scripts', 'n8n');
export const pinnedVersion = JSON.parse(readFileSync(path.join(recipe, 'package.json'), 'utf8')).dependencies.n8n;

/**
 * @typedef {object} RunnableN8n
 * @property {string} version
 * @property {string[]} command what to start: program and first arguments
 * @property {NodeJS.ProcessEnv} env in which it starts
 * @property {string} origin for a person: where it comes from
 */

/**
 * @param {{ pinned?: boolean }} options pinned: take the pinned version whatever the PATH offers (tests)
 * @returns {Promise<RunnableN8n>}
 */
export async function prepareN8n({ pinned = false } = {}) {
	return (!pinned && n8nOnThePath()) || (await pinnedN8n());
}

/** An n8n that the user already has: 2.41 or a newer 2.x, on Node 24 or newer. */
function n8nOnThePath() {
	const env = { ...process.env, PATH: pathWithoutTheProject() };
	try {
		const ask = (program) => execFileSync(program, ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32' }).trim();
		const [major, minor] = ask('n8n').split('.').map(Number);
		const node = Number.parseInt(ask('node').slice(1), 10);
		if (major !== 2 || minor < 41 || node < 24) return undefined;
		return { version: ask('n8n'), command: ['n8n'], env, origin: 'found on the PATH' };
	} catch {
		return undefined;
	}
}

function pathWithoutTheProject() {
	const own = [path.dirname(node24), path.join(root, 'node_modules', '.bin')];
	return (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !own.includes(folder)).join(path.delimiter);
}

async function pinnedN8n() {
	const folder = path.join(userCache(), `n8n-${pinnedVersion}`);
	if (!isReady(folder)) {
		const lock = `${folder}.lock`;
		const waiting = () => process.stderr.write(`… another run is preparing n8n; waiting for it (if there is none, delete ${lock})\n`);
		await withLock(lock, () => prepare(folder), waiting);
	}
	return { version: pinnedVersion, command: [node24, entry(folder)], env: toolEnvironment(), origin: `prepared in ${folder}` };
}

const entry = (folder) => path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
const stampFile = (folder) => path.join(folder, 'ready.json');

/** The stamp is written last, so a preparation that was interrupted is noticed and carried on. */
function isReady(folder) {
	return existsSync(stampFile(folder)) && existsSync(entry(folder));
}

async function prepare(folder) {
	if (isReady(folder)) return;
	mkdirSync(folder, { recursive: true });
	rmSync(stampFile(folder), { force: true });
	for (const file of ['package.json', 'package-lock.json']) copyFileSync(path.join(recipe, file), path.join(folder, file));
	if (!packagesMatchLock(folder)) {
		const estimate = 'first time only: 4 to 8 minutes, 1.5 GB to download, 2.7 GB on disk';
		await step(`Installing n8n ${pinnedVersion} into ${folder} (${estimate})`, () => installTree(folder, { env: toolEnvironment() }));
	}
	if (!(await sqliteWorks(folder))) await step('Preparing the database driver of n8n (up to 4 minutes where it must be compiled)', () => rebuildSqlite(folder));
	await step(`Checking n8n ${pinnedVersion}`, () => check(folder));
	writeFileSync(stampFile(folder), JSON.stringify({ n8n: pinnedVersion }));
}

async function sqliteWorks(folder) {
	try {
		await run(node24, ['-e', 'require("sqlite3")'], { cwd: folder });
		return true;
	} catch {
		return false;
	}
}

/** Takes the prebuilt driver where the network has it, else compiles it against the headers that came with Node 24. */
async function rebuildSqlite(folder) {
	const headers = headersOfNode24();
	const env = headers ? { ...toolEnvironment(), npm_config_nodedir: headers } : toolEnvironment();
	try {
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'], { cwd: folder, env });
	} catch (error) {
		throw new Error(`The database driver of n8n (sqlite3) could be neither fetched nor compiled; compiling needs Python 3, make and a C++ compiler (on Debian: apt-get install python3 make g++).\n${error.message}`);
	}
}

function headersOfNode24() {
	const packages = path.join(path.dirname(node24), '..', 'node_modules');
	if (!existsSync(packages)) return undefined;
	return readdirSync(packages)
		.map((name) => path.join(packages, name))
		.find((folder) => existsSync(path.join(folder, 'include', 'node', 'node.h')));
}

async function check(folder) {
	const version = (await run(node24, [entry(folder), '--version'], { env: toolEnvironment() })).trim();
	if (version !== pinnedVersion) throw new Error(`The n8n in ${folder} says it is "${version}", not ${pinnedVersion}. Delete that folder and try again.`);
	if (!(await sqliteWorks(folder))) throw new Error(`The database driver of n8n in ${folder} does not load. Delete that folder and try again.`);
}

if (process.argv[1] === path.join(recipe, 'prepare.mjs')) {
	// No top-level await: the tests load this module with `require`.
	prepareN8n().then(
		({ version, origin }) => process.stdout.write(`n8n ${version}, ${origin}\n`),
		(error) => {
			process.stderr.write(`${error.message}\n`);
			process.exitCode = 1;
		},
	);
}
