/**
 * Another transaction changed who somebody is while this one waited for its locks: a merge, an unmerge. The transaction is
 * rolled back and runs again on what holds now. The code is PostgreSQL's own for that; in SQLite, where writers come one
 * after another, it never happens.
 */
export class MustRunAgain extends Error {
	readonly code = '40001';

	constructor(why: string) {
		super(`${why}: the transaction runs again`);
	}
}
