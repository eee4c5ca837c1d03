import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './command.mjs';
import { packagesMatchLock } from './installed.mjs';

const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs what a folder's package-lock.json says. npm takes a half-unpacked package of an interrupted run for whole,
 * so a run that did not end is remembered and its node_modules thrown away.
 * @param {string} folder with package.json and package-lock.json
 * @param {{ env?: NodeJS.ProcessEnv }} options
 * @throws {Error} with npm's words, or when the outcome is not what the lock file asks for
 */
export async function installTree(folder, { env } = {}) {
	const tree = path.join(folder, 'node_modules');
	const unfinished = path.join(folder, '.cache', 'installing');
	if (existsSync(unfinished)) rmSync(tree, { recursive: true, force: true, maxRetries: 3 });
	mkdirSync(path.dirname(unfinished), { recursive: true });
	writeFileSync(unfinished, '');
	if (!existsSync(tree) && (await cleanInstall(folder, env))) return rmSync(unfinished);
	await npm(['install', '--no-save', ...flags], { cwd: folder, env });
	if (!packagesMatchLock(folder)) throw new Error(`npm installed other versions into ${folder} than its package-lock.json asks for. Delete ${tree} and try again.`);
	rmSync(unfinished);
}

/** `npm ci` refuses when a registry lacks optional packages of other platforms; `npm install` leaves them out. */
async function cleanInstall(folder, env) {
	try {
		await npm(['ci', ...flags], { cwd: folder, env });
		return true;
	} catch {
		return false;
	}
}
