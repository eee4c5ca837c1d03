import { JourneyError } from '../../core/errors';
import { isError } from '../isError';

/** PostgreSQL's SQLSTATE, or Node's word for what the network said; '' for other errors. */
export function codeOf(error: unknown): string {
	const code = (error as { code?: unknown } | null)?.code;
	return typeof code === 'string' ? code : '';
}

/** The server cannot be reached, went away, or does not answer. */
export function isConnectionError(error: unknown): boolean {
	if (!isError(error)) return false;
	// 57P0x: the server stops or starts; 55000 at a connection: the database is closed for now.
	return /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|57P0|55000|08)/.test(codeOf(error)) || /Connection terminated|timeout exceeded|timeout expired|Client has encountered a connection error|not queryable/i.test(error.message);
}

/** Two transactions stood in each other's way: nothing was committed, and the same one may simply run again. */
export function isRivalry(error: unknown): boolean {
	return ['40P01', '40001'].includes(codeOf(error));
}

/** A row with this key is there already. */
export function isThereAlready(error: unknown): boolean {
	return codeOf(error) === '23505';
}

/** Turns the errors of PostgreSQL and of the network into sentences for a person. */
export function explain(error: unknown, label: string): unknown {
	if (error instanceof JourneyError || !isError(error)) return error;
	const code = codeOf(error);
	const unavailable = (text: string) => new JourneyError('store_unavailable', `The customer store ${label}${text}`);
	switch (code) {
		case '28P01':
		case '28000':
			return unavailable(' refused the user or password. Check the Customer Store credential.');
		case '3D000':
			return unavailable(': the database does not exist. Create it or correct the Customer Store credential.');
		case '42501':
			return unavailable(': this user may not create or change tables there. Grant it CREATE on the database, or create the schema for it.');
		case '25006':
			return new JourneyError('store_read_only', `The customer store ${label} cannot be written to: the server is a read-only copy. Use the address of the primary server.`);
		case '53300':
			return unavailable(' takes no more connections. Raise max_connections of the server, or close other programs that use it.');
		case '53100':
			return unavailable(' could not be written: the disk of the server is full. Free some space; what was being written was rolled back whole.');
		default:
			return isConnectionError(error) ? unavailable(` cannot be reached (${code || 'connection lost'}). Nothing was half-written; check that the server is running and try again.`) : error;
	}
}
