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
	/** Names of the columns, where rows come as lists. */
	private columns: readonly string[] | undefined;
	/** Parameter names in the order of their places; a name may stand in several. */
	private readonly names: string[] = [];

	constructor(database: DatabaseSync, sql: string) {
		this.returnsRows = /^\s*(SELECT|WITH)\b|\bRETURNING\b/i.test(sql);
		this.statement = database.prepare(
			replaceParameters(sql, (name) => {
				this.names.push(name);
				return '?';
			}),
		);
		if (this.returnsRows) this.columns = namesInLists(this.statement);
	}

	all(params: object): unknown[] {
		const rows = this.statement.all(...this.values(params)) as unknown[];
		if (!this.columns) return rows;
		for (let place = 0; place < rows.length; place++) rows[place] = this.named(rows[place] as readonly unknown[]);
		return rows;
	}

	get(params: object): unknown {
		const row = this.statement.get(...this.values(params)) as unknown;
		return row === undefined || !this.columns ? row : this.named(row as readonly unknown[]);
	}

	/** @returns the number of rows changed */
	run(params: object): number {
		return Number(this.statement.run(...this.values(params)).changes);
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
