import { JourneyError } from '../../core/errors';
import type { ConsentInput, CustomerInput, EventInput, ProductInput, SentMessageInput, SubscriptionInput } from '../records';
import { WallClock } from '../wallClock';
import type { ColumnSet } from './columns';
import { fileBytes } from './fileBytes';
import { consentColumns, consentRows } from './kinds/consents';
import { customerColumns, customerRows } from './kinds/customers';
import { eventColumns, eventRows } from './kinds/events';
import { messageColumns, messageRows } from './kinds/messages';
import { orderColumns, orderRows } from './kinds/orders';
import { productColumns, productRows } from './kinds/products';
import { subscriptionColumns, subscriptionRows } from './kinds/subscriptions';
import { lineBlocks, type LineBlock } from './lines';
import { DEFAULT_BATCH_ROWS, DEFAULT_REFUND_PREFIX, type ImportKind, type ImportOptions, type ImportRow } from './options';
import type { OrderLineRow } from './orderLineRow';
import type { RowContext, RowReader } from './rowDraft';
import { rowSource, type RawRow, type RowSource } from './rows';

/** What the rows of each kind of file become. */
export interface ImportRecords {
	customers: CustomerInput;
	orders: OrderLineRow;
	products: ProductInput;
	events: EventInput;
	consents: ConsentInput;
	subscriptions: SubscriptionInput;
	messages: SentMessageInput;
}

export interface ImportBatch<T> {
	/** the columns of the file, for the rejects file; `['line']` for JSON lines */
	header: readonly string[];
	/** in the order of the file, at most `batchRows` */
	rows: ImportRow<T>[];
}

const KINDS: { [K in ImportKind]: { columns: ColumnSet; reader(context: RowContext, options: ImportOptions): RowReader<ImportRecords[K]> } } = {
	customers: { columns: customerColumns, reader: customerRows },
	orders: { columns: orderColumns, reader: (context, options) => orderRows(context, options.refundPrefix ?? DEFAULT_REFUND_PREFIX) },
	products: { columns: productColumns, reader: productRows },
	events: { columns: eventColumns, reader: eventRows },
	consents: { columns: consentColumns, reader: consentRows },
	subscriptions: { columns: subscriptionColumns, reader: subscriptionRows },
	messages: { columns: messageColumns, reader: messageRows },
};

/**
 * Streams an import file (import.md): CSV or JSON lines, plain or gzip. Memory holds one batch;
 * leaving the loop early closes the file. The header is checked before the first batch.
 * @throws JourneyError bad_file (no file, no header, missing columns, damaged gzip), bad_input (options)
 */
export async function* readImport<K extends ImportKind>(kind: K, path: string, options: ImportOptions): AsyncGenerator<ImportBatch<ImportRecords[K]>> {
	const context: RowContext = {
		source: options.source,
		currency: options.currency.toUpperCase(),
		clock: WallClock.of(options.timeZone),
		defaultCountry: options.defaultCountry,
	};
	const { columns } = KINDS[kind];
	const reader = KINDS[kind].reader(context, options);
	const batchRows = options.batchRows ?? DEFAULT_BATCH_ROWS;
	let source: RowSource | undefined;
	let rows: ImportRow<ImportRecords[K]>[] = [];

	for await (const block of lineBlocks(fileBytes(path, options.onProgress), path)) {
		source ??= sourceOf(block, columns, options);
		for (const raw of source?.push(block) ?? []) {
			rows.push(readRow(raw, reader));
			if (rows.length < batchRows) continue;
			yield { header: source?.header ?? [], rows };
			rows = [];
		}
	}
	if (source === undefined) throw new JourneyError('bad_file', `${path} is empty: it needs a header line or JSON objects.`, { path });
	for (const raw of source.end()) rows.push(readRow(raw, reader));
	if (rows.length > 0) yield { header: source.header, rows };
}

/** @returns undefined while only empty lines were seen */
function sourceOf(block: LineBlock, columns: ColumnSet, options: ImportOptions): RowSource | undefined {
	const at = block.lines.findIndex((line, index) => line.trim() !== '' || block.problems?.has(index));
	if (at < 0) return undefined;
	const problem = block.problems?.get(at);
	if (problem !== undefined) throw new JourneyError('bad_file', `The first line of the file ${problem}.`, { line: block.firstLine + at });
	return rowSource(block.lines[at], columns, options);
}

function readRow<T>(row: RawRow, reader: RowReader<T>): ImportRow<T> {
	const place = { lineNumber: row.line, raw: row.raw };
	if ('problem' in row) return { ...place, reason: `the line ${row.problem}` };
	const reading = reader(row.cells, row.extra);
	return 'record' in reading ? { ...place, record: reading.record } : { ...place, reason: reading.reason };
}
