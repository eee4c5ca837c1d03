import type { DatabaseSync } from 'node:sqlite';
import { systemClock, type Clock } from '../../core/clock';
import { closedError } from '../closedError';
import { alikeOf } from '../alikeRows';
import { ROWS_TOGETHER, type AlikeRows, type BulkPlan, type Operation, type Plan, type SqlValue, type Tx } from '../port';
import { CLOCK_KEY, parseStoreClock, storeInstant } from '../storeClock';
import { explain } from './explain';
import { openDatabase, withoutRivals, type SqliteOptions } from './openDatabase';
import { Prepared } from './prepared';
import { Turns } from './turns';

const valueOf = (row: object, name: string): SqlValue => (row as Readonly<Record<string, SqlValue | undefined>>)[name] ?? null;

/**
 * Runs operations on one SQLite file, one after the other; each happens whole or not at all, and is answered once it is on
 * the disk. Used inside the worker thread.
 */
export class SqliteExecutor {
	private readonly statements = new Map<string, Prepared>();
	private readonly turns: Turns;
	private closing = false;

	private constructor(
		private readonly database: DatabaseSync,
		private readonly options: SqliteOptions,
		private readonly clock: Clock,
		readonly storeId: string,
	) {
		this.turns = new Turns({
			transact: (mode, work) => this.transact(mode, work),
			begin: () => this.transaction(),
			// The log still holds what was there before; a reader in another process may keep it for a while.
			sweep: () => this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
			explain: (error) => explain(error, options),
		});
	}

	/** @throws JourneyError `store_read_only`, `store_unavailable`, `store_newer_schema` */
	static async open(options: SqliteOptions, clock: Clock = systemClock): Promise<SqliteExecutor> {
		try {
			const { database, storeId } = await openDatabase(options);
			return new SqliteExecutor(database, options, clock, storeId);
		} catch (error) {
			throw explain(error, options);
		}
	}

	run<I, O>(operation: Operation<I, O>, input: I): Promise<O> {
		return this.closing ? Promise.reject(closedError(this.options.label)) : this.turns.take(operation, input);
	}

	/** Lets what was asked before come to its end. */
	async close(): Promise<void> {
		if (this.closing) return await this.turns.end();
		this.closing = true;
		await this.turns.end();
		this.statements.clear();
		this.database.close();
	}

	/** A rival in the middle (another process recovers or closes the file) rolls back, so the whole may be tried again. */
	private transact<T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T> {
		return withoutRivals(this.options, async () => {
			this.database.exec(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
			try {
				const output = await work();
				this.database.exec('COMMIT');
				return output;
			} catch (error) {
				if (this.database.isTransaction) this.database.exec('ROLLBACK');
				throw error;
			}
		});
	}

	private transaction(): Tx {
		let instant: number | undefined;
		// A write holds the whole file from its beginning.
		const now = async () => (instant ??= this.readInstant());
		const all = async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => {
			const rows = this.statement(plan.sqlite).all(params) as R[];
			if (plan.sqliteThen && rows.length > 0) this.statement(plan.sqliteThen).run(params);
			return rows;
		};
		return {
			dialect: 'sqlite',
			soleWriter: true,
			storeId: this.storeId,
			now,
			glance: now,
			all,
			shopRows: all,
			lookAtShop: () => undefined,
			first: async <P extends object, R extends object>(plan: Plan<P, R>, params: P) => {
				const row = this.statement(plan.sqlite).get(params) as R | undefined;
				if (plan.sqliteThen && row !== undefined) this.statement(plan.sqliteThen).run(params);
				return row;
			},
			run: async <P extends object>(plan: Plan<P>, params: P) => this.statement(plan.sqlite).run(params),
			change: async <P extends object>(plan: BulkPlan<P>, rows: readonly P[]) => this.change(plan, rows),
			send: (plan, rows) => void this.change(plan, rows),
			add: (plan, rows) => void this.change(plan, rows),
			each: async <P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]) => {
				const statement = this.statement(plan.sqlite);
				const returned: R[] = [];
				if (statement.returnsRows) for (const row of rows) for (const one of statement.all(row)) returned.push(one as R);
				else for (const row of rows) statement.run(row);
				return returned;
			},
		};
	}

	private change<P extends object>(plan: BulkPlan<P>, rows: readonly P[]): number {
		const alike = plan.alike && alikeOf(rows, plan.alike);
		const statement = this.statement(plan.sqlite);
		let changed = 0;
		if (alike) for (const group of alike.groups) changed += this.changeAlike(alike.as, group, statement);
		else for (const row of rows) changed += statement.run(row);
		return changed;
	}

	/** @param one the statement for a single row */
	private changeAlike(alike: AlikeRows, rows: readonly object[], one: Prepared): number {
		const together = rows.length < ROWS_TOGETHER ? 0 : rows.length - (rows.length % ROWS_TOGETHER);
		let changed = 0;
		for (let first = 0; first < together; first += ROWS_TOGETHER) {
			const values = alike.shared.map((name) => valueOf(rows[first], name));
			for (let place = first; place < first + ROWS_TOGETHER; place++) for (const name of alike.own) values.push(valueOf(rows[place], name));
			changed += this.statement(alike.sqlite).runWith(values);
		}
		for (const row of rows.slice(together)) changed += one.run(row);
		return changed;
	}

	private readInstant(): number {
		const row = this.statement('SELECT value FROM meta WHERE key = :key').get({ key: CLOCK_KEY }) as { value: string } | undefined;
		return storeInstant(parseStoreClock(row?.value), this.clock.now());
	}

	private statement(sql: string): Prepared {
		let statement = this.statements.get(sql);
		if (!statement) {
			statement = new Prepared(this.database, sql);
			this.statements.set(sql, statement);
		}
		return statement;
	}
}
