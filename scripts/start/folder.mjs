import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lockAtOnce } from '../lock.mjs';

/** Says that the folder was made by `npm start`, and holds nothing else. */
const MARK = 'made-by-npm-start';
const LOCK = 'npm-start.lock';

/**
 * n8n's user folder for one `npm start` at a time: two n8n on one folder would both send every letter.
 * @param {string} folder made when it is not there
 * @param {{ fresh: boolean, ours: boolean }} options fresh: empty it first, which is done only to a folder that `npm start`
 *   has made; ours: it lies where nothing else does, in the checkout's cache
 * @returns {Promise<() => void>} gives the folder back
 * @throws {Error} when another `npm start` uses it, or when it was not made by one and is to be emptied
 */
export async function takeFolder(folder, { fresh, ours }) {
	const mayEmpty = ours || !existsSync(folder) || readdirSync(folder).length === 0 || existsSync(path.join(folder, MARK));
	if (fresh && !mayEmpty) throw new Error(`--fresh deletes all that is in ${folder}, and npm start did not make that folder. Choose another one with --folder, or empty it yourself.`);
	mkdirSync(folder, { recursive: true });
	const giveBack = await lockAtOnce(path.join(folder, LOCK), (owner, file) => `npm start uses ${folder} already (process ${owner}). Stop it first, or take another folder: npm start -- --folder PATH. If that process is something else, delete ${file}.`);
	if (fresh) for (const name of readdirSync(folder)) if (name !== LOCK) rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
	if (mayEmpty) writeFileSync(path.join(folder, MARK), '');
	return giveBack;
}

/** @throws {Error} for what is no port */
export function portOf(text, usual) {
	const port = text === undefined ? usual : Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new Error(`--port must be a whole number from 1 to 65535, not "${text}".`);
}
