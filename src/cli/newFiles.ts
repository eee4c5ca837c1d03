import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { JourneyError } from '../core/errors';

/** Writes a file that is not there yet, readable by its owner alone. @throws JourneyError `bad_file` when it is there */
export async function writeNewFile(path: string, content: string, shownAs: string): Promise<void> {
	try {
		await writeFile(path, content, { flag: 'wx', mode: 0o600 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(shownAs);
		throw error;
	}
}

/**
 * Writes files into a folder, which is made when it is not there. None is written when one of them is there already.
 * @param files names, each a name and no path
 * @throws JourneyError `bad_file`
 */
export async function writeNewFiles(folder: string, files: readonly { name: string; content: string }[], shownAs: string): Promise<void> {
	for (const { name } of files) {
		if (!resolve(folder, name).startsWith(resolve(folder) + sep) || /[\\/]/.test(name)) throw new JourneyError('bad_file', `${name} is no name of a file: nothing was written.`);
		if (await isThere(join(folder, name))) throw exists(join(shownAs, name));
	}
	await mkdir(folder, { recursive: true, mode: 0o700 });
	for (const { name, content } of files) await writeNewFile(join(folder, name), content, join(shownAs, name));
}

async function isThere(path: string): Promise<boolean> {
	try {
		await stat(path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}

const exists = (name: string) => new JourneyError('bad_file', `${name} is there already and is not overwritten: name another place, or move it away. Nothing was written.`, { path: name });
