import type { OnProgress } from './fileBytes';

export const IMPORT_KINDS = ['customers', 'orders', 'products', 'events', 'consents', 'subscriptions', 'messages'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const DEFAULT_NULL_VALUES: readonly string[] = ['', 'NA', 'null', 'NULL'];
export const DEFAULT_BATCH_ROWS = 2_000;
export const DEFAULT_REFUND_PREFIX = 'C';

/** How a file is read; the command line's options (import.md) under the same names. */
export interface ImportOptions {
	/** `--source`: where the ids of the file are unique */
	source: string;
	/** `--time-zone`: of instants without an offset; the store's zone by default */
	timeZone: string;
	/** `--currency`: of amounts without one; the store's by default */
	currency: string;
	/** `--map our_column=their_column,...` */
	map?: string;
	/** `--null-values`: texts that mean "no value" */
	nullValues?: readonly string[];
	/** ISO 3166-1 alpha-2, for phones without a country code */
	defaultCountry?: string;
	/** orders whose id starts with it are refunds; '' for none */
	refundPrefix?: string;
	/** rows a batch, rejected ones included */
	batchRows?: number;
	onProgress?: OnProgress;
	/** sentences for the person: columns that were ignored */
	onNote?: (note: string) => void;
}

/**
 * One row of the file: read, or rejected with the reason. `raw` are its cells as they stand in the file, for the rejects
 * file; the store may still refuse a row that was read.
 */
export type ImportRow<T> = { lineNumber: number; raw: readonly string[] } & ({ record: T } | { reason: string });
