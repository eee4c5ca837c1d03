import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Stamps and build state; goes with node_modules. */
export const buildCache = path.join(root, 'node_modules', '.cache', 'customer-journeys');

/** The Node 24 that comes with the development dependencies (npm package `node`). */
export const node24 = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The environment of every tool of the project: Node 24 first on the PATH, the project's own tools behind it. */
export function toolEnvironment(environment = process.env) {
	const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	const folders = [path.dirname(node24), path.join(root, 'node_modules', '.bin')];
	return { ...environment, [key]: [...folders, environment[key]].filter(Boolean).join(path.delimiter) };
}

/**
 * Folder for what is worth keeping between checkouts (the prepared n8n): `CUSTOMER_JOURNEYS_CACHE`, else the
 * user's cache folder of this platform.
 */
export function userCache() {
	if (process.env.CUSTOMER_JOURNEYS_CACHE) return path.resolve(process.env.CUSTOMER_JOURNEYS_CACHE);
	return path.join(platformCache(), 'n8n-nodes-customer-journeys');
}

function platformCache() {
	if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
	if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
	if (process.platform === 'win32' && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA;
	return path.join(homedir(), '.cache');
}

/** @returns the script behind a command of an installed development dependency, to be run with Node itself */
export function toolScript(name) {
	const packages = { jest: 'jest/bin/jest.js', tsc: 'typescript/bin/tsc', gulp: 'gulp/bin/gulp.js', eslint: 'eslint/bin/eslint.js' };
	const script = path.join(root, 'node_modules', packages[name] ?? name);
	if (!packages[name] || !existsSync(script)) throw new Error(`There is no tool "${name}" among ${Object.keys(packages).join(', ')}, or it is not installed.`);
	return script;
}
