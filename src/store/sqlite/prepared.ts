import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { replaceParameters } from '../namedParameters';
import type { SqlValue } from '../port';

/**
 * A kept statement that takes its named parameters by place: binding by name costs more than the statement itself where
 * half a million rows are written.
 */
export class Prepared {
	readonly returnsRows: boolean;
	private readonly statement: StatementSync;
	private readonly onlyReads: boolean;
	/** Names of the columns, where rows come as lists. */
	private columns: readonly string[] | undefined;
	/** Parameter names in the order of their places; a name may stand in several. */
	private readonly names: string[] = [];

	constructor(database: DatabaseSync, sql: string) {
		this.returnsRows = /^\s*(SELECT|WITH)\b|\bRETURNING\b/i.test(sql);
		this.onlyReads = this.returnsRows && !/\b(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql);
		this.statement = database.prepare(
			replaceParameters(sql, (name) => {
				this.names.push(name);
				return '?';
			}),
		);
		if (this.returnsRows) this.columns = namesInLists(this.statement);
	}

	all(params: object): unknown[] {
		const values = this.values(params);
		let rows: unknown[];
		try {
			rows = this.statement.all(...values);
		} catch (error) {
			rows = this.readLarge(error, () => this.statement.all(...values));
		}
		if (!this.columns) return rows;
		for (let place = 0; place < rows.length; place++) rows[place] = this.named(rows[place] as readonly unknown[]);
		return rows;
	}

	get(params: object): unknown {
		const values = this.values(params);
		let row: unknown;
		try {
			row = this.statement.get(...values);
		} catch (error) {
			row = this.readLarge(error, () => this.statement.get(...values));
		}
		return row === undefined || !this.columns ? row : this.named(row as readonly unknown[]);
	}

	/** @returns the number of rows changed */
	run(params: object): number {
		return Number(this.statement.run(...this.values(params)).changes);
	}

	/** @param values by their places @returns the number of rows changed */
	runWith(values: readonly SqlValue[]): number {
		return Number(this.statement.run(...(values as SQLInputValue[])).changes);
	}

	/**
	 * node:sqlite throws at an integer above 2^53, such as the sum of absurd amounts. One such row must not keep everybody
	 * else's from being read: it is read again, with the digits that a number has.
	 */
	private readLarge<T>(error: unknown, run: () => T): T {
		if (!this.onlyReads || (error as { code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error;
		this.statement.setReadBigInts(true);
		try {
			return inNumbers(run()) as T;
		} finally {
			this.statement.setReadBigInts(false);
		}
	}

	private named(values: readonly unknown[]): Record<string, unknown> {
		// A newer version of this package, in another process, may give a table more columns at any time.
		if (this.columns?.length !== values.length) this.columns = columnNames(this.statement);
		const columns = this.columns;
		const row: Record<string, unknown> = {};
		for (let place = 0; place < columns.length; place++) row[columns[place]] = values[place];
		return row;
	}

	/** Arrays become JSON texts, undefined becomes NULL. */
	private values(params: object): SQLInputValue[] {
		const values: SQLInputValue[] = new Array(this.names.length);
		for (let place = 0; place < this.names.length; place++) {
			const value = (params as Record<string, SqlValue | undefined>)[this.names[place]];
			values[place] = typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? JSON.stringify(value) : ((value as SQLInputValue | undefined) ?? null);
		}
		return values;
	}
}

/** Rows, a row or a value. */
function inNumbers(read: unknown): unknown {
	if (typeof read === 'bigint') return Number(read);
	if (Array.isArray(read)) return read.map(inNumbers);
	if (typeof read !== 'object' || read === null || read instanceof Uint8Array) return read;
	return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, inNumbers(value)]));
}

/**
 * Has rows come as lists: the objects that node:sqlite makes take half as long again to make, and several times as long to
 * read. @returns the names of their places; undefined where this Node cannot do that
 */
function namesInLists(statement: StatementSync): string[] | undefined {
	if (typeof statement.setReturnArrays !== 'function' || typeof statement.columns !== 'function') return undefined;
	statement.setReturnArrays(true);
	return columnNames(statement);
}

const columnNames = (statement: StatementSync): string[] => statement.columns().map(({ name }) => name);
