import { types } from 'node:util';

/** Also for errors of another realm, which is how jest's sandbox sees those of Node itself. */
export function isError(error: unknown): error is Error {
	return error instanceof Error || types.isNativeError(error);
}
