import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

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

function take(file) {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	const owner = ownerOf(file);
	if (owner === undefined || isAlive(owner)) return false;
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

function isAlive(processId) {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}
