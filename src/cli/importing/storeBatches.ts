import { randomUUID } from 'node:crypto';
import type { ImportKind } from '../../ingest/import/options';
import type { ImportRecords } from '../../ingest/import/readImport';
import type { Store } from '../../store/Store';

/** What the store did with a batch. */
export interface BatchAnswer {
	accepted: number;
	duplicates: number;
	/** `index` into the batch's records */
	rejected: readonly { index: number; reason: string }[];
}

export interface Refunds {
	refundsMatched: number;
	refundsUnmatched: number;
}

/** Where the records of a file go. */
export interface Destination<K extends ImportKind> {
	take(records: ImportRecords[K][]): Promise<BatchAnswer>;
	/** After the last batch. */
	finish(): Promise<Refunds | undefined>;
}

const nothingToFinish = async () => undefined;

/** The store's import operations, one for each kind of file. */
const destinations: { [K in ImportKind]: (store: Store, source: string, live: boolean) => Destination<K> } = {
	customers: (store) => ({ take: (items) => store.run('import.customers', { items }), finish: nothingToFinish }),
	consents: (store) => ({ take: (items) => store.run('import.consents', { items }), finish: nothingToFinish }),
	events: (store, _source, live) => ({ take: (items) => store.run('import.events', { items, live }), finish: nothingToFinish }),
	subscriptions: (store, _source, live) => ({ take: (items) => store.run('import.subscriptions', { items, live }), finish: nothingToFinish }),
	messages: (store) => ({ take: (items) => store.run('import.messages', { items }), finish: nothingToFinish }),
	products: (store) => ({ take: (items) => store.run('import.products', { items }), finish: nothingToFinish }),
	orders: (store, source) => {
		// The store counts the repeated lines of an order within one run: importing the file again counts them anew.
		const run = randomUUID();
		return { take: (rows) => store.run('import.orderLines', { run, rows, source }), finish: () => store.run('import.finish', { run }) };
	},
};

export function destination<K extends ImportKind>(kind: K, store: Store, source: string, live: boolean): Destination<K> {
	return destinations[kind](store, source, live);
}
