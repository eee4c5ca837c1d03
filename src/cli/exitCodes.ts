import { JourneyError } from '../core/errors';

/** What the process ends with: product.md, "Command line". */
export const EXIT = { ok: 0, failed: 1, badUsage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line itself cannot be understood, whatever the files and stores it names: exit code 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** The one sentence that a person reads on standard error. */
export function sentenceOf(error: unknown): string {
	if (error instanceof JourneyError || error instanceof UsageError) return error.message;
	if (isFileError(error)) return fileSentence(error);
	return `This should not have happened: ${error instanceof Error ? error.message : String(error)} (set CUSTOMER_JOURNEYS_DEBUG=1 to see where).`;
}

export function exitCodeOf(error: unknown): ExitCode {
	return error instanceof UsageError ? EXIT.badUsage : EXIT.failed;
}

const FILE_PROBLEMS: Record<string, string> = {
	ENOENT: 'does not exist: check the spelling and the folder',
	EISDIR: 'is a folder: name a file in it',
	ENOTDIR: 'cannot be reached: part of its path is a file, not a folder',
	EACCES: 'may not be read or written by this user: change its permissions',
	EPERM: 'may not be read or written by this user: change its permissions',
	EROFS: 'lies on a disk that cannot be written to: choose another folder',
	ENOSPC: 'could not be written: the disk is full',
	EMFILE: 'could not be opened: this user has too many files open',
};

interface FileError {
	path: string;
	code: string;
}

function isFileError(error: unknown): error is FileError {
	const { path, code } = (error ?? {}) as Partial<FileError>;
	return typeof path === 'string' && typeof code === 'string' && Object.hasOwn(FILE_PROBLEMS, code);
}

function fileSentence(error: FileError): string {
	return `${error.path} ${FILE_PROBLEMS[error.code]}.`;
}
