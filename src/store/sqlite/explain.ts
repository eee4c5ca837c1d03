import { JourneyError } from '../../core/errors';
import { isError } from '../isError';

/** SQLite's result code without the details in its upper bits; undefined for other errors. */
function resultCode(error: unknown): number | undefined {
	const code = (error as { errcode?: unknown } | null)?.errcode;
	return typeof code === 'number' ? code & 0xff : undefined;
}

const BUSY = 5;
const LOCKED = 6;

/** Another process writes, recovers or closes the file at this moment. */
export function isBusy(error: unknown): boolean {
	const code = resultCode(error);
	return code === BUSY || code === LOCKED;
}

/** Turns the errors of SQLite and of the file system into sentences for a person. */
export function explain(error: unknown, { file, label }: { file: string; label: string }): unknown {
	if (error instanceof JourneyError || !isError(error)) return error;
	const store = `The customer store ${label}`;
	const unavailable = (text: string) => new JourneyError('store_unavailable', `${store} ${text}`);
	const readOnly = () => new JourneyError('store_read_only', `${store} cannot be written to: its file or folder is read-only. Give the user that runs n8n write access to ${file} and to its folder.`);
	const cannotOpen = () => unavailable(`cannot be opened at ${file}. Check that the folder exists, is on a local disk and can be written to.`);
	switch (resultCode(error) ?? (error as NodeJS.ErrnoException).code) {
		case 8:
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return readOnly();
		case 14:
		case 'ENOENT':
		case 'ENOTDIR':
		case 'EEXIST':
		case 'ENAMETOOLONG':
			return cannotOpen();
		case BUSY:
		case LOCKED:
			return unavailable('is being written to by another process for too long. Wait for the import or backup to end and try again.');
		case 10:
			return unavailable(`could not be read or written: the disk reports an error at ${file}. Check the disk; what was being written was rolled back whole.`);
		case 13:
		case 'ENOSPC':
			return unavailable('could not be written: the disk is full. Free some space; what was being written was rolled back whole.');
		case 11:
		case 26:
			return unavailable(`is not a readable store file: ${file} is damaged or is something else. Restore it from a backup or choose another store name.`);
		default:
			return error;
	}
}
