import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { ImportOptions } from '../../src/ingest/import/options';
import type { importFile as ImportFile } from '../../src/cli/importing/importFile';
import type { destination as Destination } from '../../src/cli/importing/storeBatches';
import type { openStore as OpenStore, StoreLocation } from '../../src/store/open';
import { compiled } from '../store/support/compiled';
import { contentOf, dumpStore, type Dump } from '../support/dumpStore';
import { testWithData } from '../support/dataFolder';
import { freshFolder, freshPostgres, freshSqliteFile } from '../support/stores';

const MAP = 'ordered_at=InvoiceDate,customer_id=CustomerID,order_id=InvoiceNo,product_id=StockCode,product_name=Description,quantity=Quantity,price=UnitPrice';
const READING: ImportOptions = { source: 'retail', timeZone: 'UTC', currency: 'GBP', map: MAP };
const LINES = 541_909;

/** Imports the file with the store in its own thread, as the command line does. */
async function importInto(location: StoreLocation, file: string) {
	// Compiled: a worker thread loads no TypeScript, and what the test measures is what is shipped.
	const { openStore } = require(compiled('src/store/open')) as { openStore: typeof OpenStore };
	const { importFile } = require(compiled('src/cli/importing/importFile')) as { importFile: typeof ImportFile };
	const { destination } = require(compiled('src/cli/importing/storeBatches')) as { destination: typeof Destination };
	const store = await openStore(location);
	const startedAt = performance.now();
	try {
		const progress = { bytes: () => undefined, lines: () => undefined, stop: () => undefined };
		const summary = await importFile({ kind: 'orders', file, options: READING, destination: destination('orders', store, READING.source, false), progress, interrupted: () => false } as never);
		const linesPerSecond = Math.round((LINES * 1000) / (performance.now() - startedAt));
		const firstCustomer = await store.run('customers.record', { ref: { customerId: '17850' } });
		return { summary, linesPerSecond, firstCustomer };
	} finally {
		await store.close();
	}
}

/** The figures of the data's own page, by its cleaning rule: no cancellations, no quantity or price of 0 or less. */
function figures({ orders, order_line, customer }: Dump) {
	const kept = new Map(orders.filter((row) => row.kind === 'order').map((row) => [String(row.order_ref ?? row.id), row]));
	const paid = order_line.filter((line) => kept.has(String(line.order_ref)) && Number(line.price_e4) > 0);
	const ofCustomers = paid.filter((line) => kept.get(String(line.order_ref))?.customer_id !== null);
	const distinct = (rows: unknown[]) => new Set(rows).size;
	return {
		baskets: distinct(paid.map((line) => line.order_ref)),
		invoices: distinct(ofCustomers.map((line) => line.order_ref)),
		customers: distinct(ofCustomers.map((line) => String(kept.get(String(line.order_ref))?.customer_id))),
		revenue: (ofCustomers.reduce((sum, line) => sum + Number(line.amount_e4) * Number(line.times), 0) / 10_000).toFixed(2),
		everybody: customer.length,
	};
}

/** The same with the same: what a run counts for itself and when it wrote is left out. */
async function content(location: StoreLocation): Promise<Dump> {
	const strip = ({ updated_at: _at, times_in_run: _in, times_before_run: _before, ...row }: Record<string, unknown>) => row;
	return Object.fromEntries(Object.entries(await contentOf(location)).map(([table, rows]) => [table, rows.map(strip)]));
}

const places: [string, () => StoreLocation][] = [
	['SQLite', () => ({ kind: 'file', file: freshSqliteFile() })],
	['PostgreSQL', () => {
		const { connectionString, schema } = freshPostgres();
		return { kind: 'postgres', url: connectionString, schema };
	}],
];

describe.each(places)('The whole Online Retail file on %s', (name, place) => {
	testWithData('online-retail.csv.gz', 'gives the published figures, and imported twice the same store', async (original) => {
		// The rejected lines go beside the file.
		const file = path.join(freshFolder(), 'online-retail.csv.gz');
		copyFileSync(original, file);
		const location = place();
		const first = await importInto(location, file);
		process.stdout.write(`${name}: ${first.linesPerSecond.toLocaleString('en')} lines a second\n`);
		expect(first.summary).toMatchObject({ read: LINES, accepted: LINES - 2, duplicates: 0, rejected: 2, complete: true, refunds: { refundsMatched: 7_599, refundsUnmatched: 3_025 } });
		expect(figures(await dumpStore(location))).toEqual({ baskets: 19_960, invoices: 18_532, customers: 4_338, revenue: '8911407.90', everybody: 4_372 });
		const before = await content(location);
		const second = await importInto(location, file);
		process.stdout.write(`${name}, again: ${second.linesPerSecond.toLocaleString('en')} lines a second\n`);
		expect(second.summary).toMatchObject({ read: LINES, accepted: 0, duplicates: LINES - 2, rejected: 2, refunds: { refundsMatched: 7_599, refundsUnmatched: 3_025 } });
		expect(second.firstCustomer).toEqual({ ...first.firstCustomer, asOf: expect.any(Number) });
		const after = await content(location);
		for (const table of Object.keys(before)) expect([table, JSON.stringify(after[table]) === JSON.stringify(before[table])]).toEqual([table, true]);
	}, 20 * 60_000);
});
