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
	}

	all(params: object): unknown[] {
		return this.statement.all(...this.values(params));
	}

	get(params: object): unknown {
		return this.statement.get(...this.values(params));
	}

	/** @returns the number of rows changed */
	run(params: object): number {
		return Number(this.statement.run(...this.values(params)).changes);
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
