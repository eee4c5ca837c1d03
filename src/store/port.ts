/**
 * The port between the domains and a database: plans (a statement in both dialects) and a transaction that runs them.
 * Domains see nothing else of the store; the two adapters see nothing of the domains.
 */
export type Dialect = 'sqlite' | 'postgres';

/** Bytes go into columns of bytes; SQLite gives them back as Uint8Array, PostgreSQL as Buffer, which is one. */
export type SqlValue = string | number | null | Uint8Array | readonly (string | number)[];

export type Row = Record<string, unknown>;

/**
 * A statement with named parameters (`:name`). An array parameter is a JSON text for SQLite (read it with `json_each`)
 * and a native array for PostgreSQL (read it with `ANY`).
 * `P` are its parameters, `R` one row of its result.
 */
export interface Plan<P extends object = Row, R extends object = Row> {
	readonly sqlite: string;
	/**
	 * What SQLite says in a second statement with the same parameters, once the first gave a row, where PostgreSQL says both
	 * in one; it gives nothing back.
	 */
	readonly sqliteThen?: string;
	readonly postgres: string;
	/** How PostgreSQL is asked for many rows that have most in common. */
	readonly grouped?: GroupedRows;
	/** Never set: carries the types. */
	readonly types?: { params: P; row: R };
}

/** A statement that goes through a list kept in a row, for databases that do so as fast as through a table (`Tx.lists`). */
export interface ListPlan<P extends object = Row, R extends object = Row> {
	readonly postgres: string;
	/** Never set: carries the types. */
	readonly types?: { params: P; row: R };
}

/**
 * Rows that have most of their values in common come as groups: what they share once, and of the rest a list for each column
 * (postgres/groupedRows.ts). Reading a thousand rows field by field costs more than finding them.
 */
export interface GroupedRows {
	readonly postgres: string;
	/** The parameter whose length tells how many are asked for: for a few, plain rows are cheaper. */
	readonly list: 'ids' | 'keys';
	/** Columns that many rows have the same value in, in the order in which they come. */
	readonly shared: readonly string[];
	/** Columns of each row, behind them; a list that is not there says NULL for all of its rows. */
	readonly own: readonly { readonly name: string; readonly type: ListType }[];
}
export type ListType = 'bigint' | 'text';

/** A statement that runs for many parameter rows in one round trip: a loop in SQLite, one set-based statement in PostgreSQL. */
export interface BulkPlan<P extends object = Row, R extends object = Row> extends Plan<P, R> {
	readonly bulk: true;
	/** The same for a single row, written plainly: PostgreSQL makes a plan of it in a third of the time. */
	readonly postgresOne?: string;
	/** How it is said of rows that have most of their values in common: the most first, where that fits. */
	readonly alike?: readonly AlikeRows[];
	/** How PostgreSQL is told rows that are new (`Tx.add`): it looks for none of them, which is a quarter of the work. */
	readonly asNew?: Pick<BulkPlan, 'postgres' | 'postgresOne' | 'alike'>;
}

/** Of rows that are alike, SQLite writes so many by one statement: more bring no more. */
export const ROWS_TOGETHER = 50;

/** An INSERT that names what its rows have in common once (alikeRows.ts); it gives nothing back. */
export interface AlikeRows {
	/** Columns that many rows of one call have the same values in. */
	readonly shared: readonly string[];
	/** Columns of each row. */
	readonly own: readonly string[];
	/** The order in which rows are written matters. */
	readonly inOrder: boolean;
	/** For as many rows as {@link ROWS_TOGETHER} says; takes its values by place: the shared ones, then those of each row. */
	readonly sqlite: string;
	/** Shared values as they are, and an array for each column of `own`. */
	readonly postgres: string;
}

/** Tables that hold how a shop is set up: few rows, read in nearly every transaction, seldom written. */
export const SHOP_TABLES = ['journey', 'lead_score', 'date_watch', 'segment_watch', 'model', 'meta'] as const;
export type ShopTable = (typeof SHOP_TABLES)[number];

/** A statement that reads rows of one of those tables, and of nothing else. */
export interface ShopPlan<P extends object = Row, R extends object = Row> extends Plan<P, R> {
	readonly reads: ShopTable;
}

/**
 * One transaction. Write operations hold the write lock of the whole file (SQLite) or lock the customers they touch
 * with `lockCustomers` plans before they read them (PostgreSQL), and only then ask for `now()`.
 */
export interface Tx {
	/** For a person who asks which database it is. What a database can do better or worse is said by name, below. */
	readonly dialect: Dialect;
	/** No other transaction writes while this one does: what was read before a lock is still so once it is held. */
	readonly soleWriter: boolean;
	/**
	 * There where the database goes through a list that is kept in a row as fast as through a table: what is done to each of
	 * such a list is left to it. Elsewhere this process takes the list apart, which is quicker.
	 */
	readonly lists?: {
		all<P extends object, R extends object>(plan: ListPlan<P, R>, params: P): Promise<R[]>;
		/** @returns the number of rows changed */
		run<P extends object>(plan: ListPlan<P>, params: P): Promise<number>;
	};
	/** Short id of this store, carried by enrolments so that a node on another store notices. */
	readonly storeId: string;
	/** Instant of this transaction, UTC milliseconds; read once, so call it after taking the locks. */
	now(): Promise<number>;
	/** The clock at a glance, for what does not have to be exact before the locks are taken; `now()` is not fixed by it. */
	glance(): Promise<number>;
	all<P extends object, R extends object>(plan: Plan<P, R>, params: P): Promise<R[]>;
	first<P extends object, R extends object>(plan: Plan<P, R>, params: P): Promise<R | undefined>;
	/** @returns the number of rows changed */
	run<P extends object>(plan: Plan<P>, params: P): Promise<number>;
	/** For statements that give nothing back. Rows with the same key must not repeat within one call. @returns the number of rows changed */
	change<P extends object>(plan: BulkPlan<P>, rows: readonly P[]): Promise<number>;
	/** Rows with the same key must not repeat within one call. @returns what RETURNING gave, in no particular order */
	each<P extends object, R extends object>(plan: BulkPlan<P, R>, rows: readonly P[]): Promise<R[]>;
	/**
	 * A write whose answer nobody needs: it takes its place among the other statements, and nobody waits for it. What goes
	 * wrong is thrown by the next statement that is waited for, or at the end of the transaction; nothing is committed then.
	 * Rows with the same key must not repeat within one call.
	 */
	send<P extends object>(plan: BulkPlan<P>, rows: readonly P[]): void;
	/**
	 * As `send`, for rows that nobody has written as far as this transaction can know. Should one be there all the same, nothing
	 * is committed: the whole operation runs again, sees what was written meanwhile, and takes the row as `send` does.
	 */
	add<P extends object>(plan: BulkPlan<P>, rows: readonly P[]): void;
	/**
	 * How the shop is set up, as of when it was first asked for or looked at (`lookAtShop`) since this transaction last waited
	 * for a lock; with what it has written itself. Where nothing was written by anybody since the rows were last read, nothing
	 * is read. They are shared with other transactions: do not change them.
	 */
	shopRows<P extends object, R extends object>(plan: ShopPlan<P, R>, params: P): Promise<readonly Readonly<R>[]>;
	/** Has the database look now whether the shop is set up as is known, so that nobody waits for it later. */
	lookAtShop(): void;
}

/** An operation on the store: runs in one transaction, in a worker thread (SQLite) or on a pooled connection (PostgreSQL). */
export interface Operation<I, O> {
	readonly mode: 'read' | 'write';
	/** All it asks for is found by key, or in the order of an index: PostgreSQL may keep its plans (postgres/begin.ts). */
	readonly byKey?: boolean;
	/** Once committed, what it deleted is to be gone from the disk too, as far as the database can see to that. */
	readonly destroys?: boolean;
	run(tx: Tx, input: I): Promise<O>;
}

export function read<I, O>(run: (tx: Tx, input: I) => Promise<O>): Operation<I, O> {
	return { mode: 'read', run };
}

export function write<I, O>(run: (tx: Tx, input: I) => Promise<O>, options: Pick<Operation<I, O>, 'byKey' | 'destroys'> = {}): Operation<I, O> {
	return { mode: 'write', run, ...options };
}
