import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A lock without a process in it is nobody's after this time. */
const FORGOTTEN_MS = 10_000;

/**
 * Does one piece of work at a time across processes. The lock names its process, so one that died is taken over.
 * @template T
 * @param {string} file lock file
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once when somebody else is at work
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
	mkdirSync(path.dirname(file), { recursive: true });
	for (let waited = false; !take(file); waited = true) {
		if (!waited) onWait();
		await pause(250);
	}
	const release = () => rmSync(file, { force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		process.off('exit', release);
		release();
	}
}

/**
 * The same without waiting for whoever is at work.
 * @param {string} file lock file
 * @param {(owner: number, file: string) => string} refusal what is said when a living process has it
 * @returns {Promise<() => void>} gives the lock back; so does the end of this process
 * @throws {Error} with the refusal
 */
export async function lockAtOnce(file, refusal) {
	mkdirSync(path.dirname(file), { recursive: true });
	while (!take(file)) {
		const owner = ownerOf(file);
		if (owner !== undefined && isAlive(owner)) throw new Error(refusal(owner, file));
		await pause(100);
	}
	const release = () => rmSync(file, { force: true });
	process.once('exit', release);
	return release;
}

function take(file) {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	const owner = ownerOf(file);
	if (owner === undefined ? !isForgotten(file) : isAlive(owner)) return false;
	rmSync(file, { force: true });
	return false;
}

/** @returns the process id in the lock, or undefined while it is being written or has just gone */
function ownerOf(file) {
	try {
		return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
	} catch {
		return undefined;
	}
}

/** Whoever takes a lock writes their number at once; where the disk was full there is none. */
function isForgotten(file) {
	try {
		return Date.now() - statSync(file).mtimeMs > FORGOTTEN_MS;
	} catch {
		return false;
	}
}

function isAlive(processId) {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}
