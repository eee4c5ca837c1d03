import { recordConsents } from '../customers/consents';
import type { ItemAnswer } from '../customers/contract';
import { resolveCustomers } from '../customers/resolve';
import { upsertCustomers } from '../customers/upsert';
import { orderPlans, productPlans, type ImportLineRow } from '../store/plans/ingestPlans';
import { write } from '../store/port';
import type { OrderLineRow } from './import/orderLineRow';
import type { ConsentInput, CustomerInput, EventInput, ProductInput } from './records';
import { trackEvents } from './track';
import { upsertProducts } from './upsertProducts';

/** What became of a batch of imported rows; `index` is the place in the batch. */
export interface ImportedBatch {
	accepted: number;
	duplicates: number;
	rejected: { index: number; reason: string }[];
}

/** Import is history: it starts, resumes and exits no journey unless `live` (journeys.md section 10). */
export const importCustomers = write(async (tx, { items }: { items: CustomerInput[] }) => tally(await upsertCustomers.run(tx, { items }), (one) => one.result === 'unchanged'));

export const importProducts = write(async (tx, { items }: { items: ProductInput[] }) => tally(await upsertProducts.run(tx, { items }), (one) => one.result === 'unchanged'));

export const importEvents = write(async (tx, { items, live }: { items: EventInput[]; live?: boolean }): Promise<ImportedBatch> => {
	const answers = await trackEvents.run(tx, { items, backfill: !live });
	const batch = tally(answers, (one) => one.result === 'duplicate');
	answers.forEach((answer, index) => {
		if (!answer.ok || answer.result === 'accepted' || answer.result === 'duplicate') return;
		batch.accepted -= 1;
		const reason = answer.result === 'conflict' ? 'the same event id was taken in before with other content' : 'occurred_at lies more than 5 minutes in the future';
		batch.rejected.push({ index, reason });
	});
	return batch;
});

/** An older grant never overwrites a later withdrawal: rows are history, the latest holds (P55). */
export const importConsents = write(async (tx, { items }: { items: ConsentInput[] }) => {
	const resolved = await resolveCustomers(tx, items.map((item) => item.ref), { create: true });
	return tally(await recordConsents(tx, items, resolved), (one) => one.result === 'unchanged');
});

/**
 * Order lines of one import run, in any order; lines of an order may come in several batches.
 * @param input `run` names this run of the file: identical lines count once per run (import.md, line identity)
 */
export const importOrderLines = write(async (tx, { run, rows, source }: { run: string; rows: OrderLineRow[]; source: string }): Promise<ImportedBatch> => {
	const named = rows.flatMap((row) => (row.ref ? [{ row, ref: row.ref }] : []));
	const people = new Map<string, number>();
	const distinct = new Map(named.map((one) => [JSON.stringify(one.ref), one]));
	const resolved = await resolveCustomers(tx, [...distinct.values()].map((one) => one.ref), { create: true, at: earliest(named) });
	const refused = new Map<string, string>();
	[...distinct.keys()].forEach((name, place) => {
		const who = resolved[place];
		if (who.found) people.set(name, who.id);
		else refused.set(name, 'the customer was erased and is not taken in again');
	});
	const rejected: ImportedBatch['rejected'] = [];
	const taken = rows.filter((row, index) => {
		const reason = row.ref && refused.get(JSON.stringify(row.ref));
		if (reason) rejected.push({ index, reason });
		return !reason;
	});
	const now = await tx.now();
	const refs = await saveOrders(tx, taken, people, source, now);
	const products = new Map(taken.flatMap((row) => (row.productId ? [[row.productId, { product_id: row.productId, name: row.productName ?? null, category: row.category ?? null, updated_at: now }] as const] : [])));
	await tx.each(productPlans.mention, [...products.values()]);
	const counts = new Map<string, ImportLineRow>();
	for (const row of taken) countLine(counts, row, refs.get(orderName(row)) as number, run);
	const saved = await tx.each(orderPlans.importLine, [...counts.values()]);
	let accepted = 0;
	for (const line of saved) {
		const added = counts.get(lineName(line))?.times ?? 0;
		accepted += Math.max(line.times_in_run, line.times_before_run) - Math.max(line.times_in_run - added, line.times_before_run);
	}
	return { accepted, duplicates: taken.length - accepted, rejected };
});

/** After the last batch: every refund line finds the customer's latest purchase of its product. */
export const finishImport = write(async (tx, _input: { run: string }): Promise<{ refundsMatched: number; refundsUnmatched: number }> => {
	await tx.run(orderPlans.matchRefunds, {});
	const counts = await tx.first(orderPlans.countRefunds, {});
	return { refundsMatched: counts?.matched ?? 0, refundsUnmatched: counts?.unmatched ?? 0 };
});

const orderName = (row: Pick<OrderLineRow, 'orderId' | 'kind'>) => `${row.kind}\u0000${row.orderId}`;
const lineName = (line: Pick<ImportLineRow, 'order_ref' | 'product_id' | 'quantity' | 'price_e4'>) => `${line.order_ref}\u0000${line.product_id}\u0000${line.quantity}\u0000${line.price_e4}`;

function countLine(counts: Map<string, ImportLineRow>, row: OrderLineRow, orderRef: number, run: string): void {
	const line: ImportLineRow = { order_ref: orderRef, product_id: row.productId ?? '', quantity: row.quantity, price_e4: row.priceE4, times: 1, amount_e4: row.amountE4, gift: row.gift ? 1 : 0, import_run: run };
	const same = counts.get(lineName(line));
	if (same) same.times += 1;
	else counts.set(lineName(line), line);
}

async function saveOrders(tx: Parameters<typeof importOrderLines.run>[0], rows: readonly OrderLineRow[], people: ReadonlyMap<string, number>, source: string, now: number): Promise<Map<string, number>> {
	const orders = new Map<string, OrderLineRow>();
	for (const row of rows) {
		const known = orders.get(orderName(row));
		if (!known) orders.set(orderName(row), row);
		else if (row.orderedAt < known.orderedAt || (!known.ref && row.ref)) orders.set(orderName(row), { ...known, ref: known.ref ?? row.ref, orderedAt: Math.min(known.orderedAt, row.orderedAt) });
	}
	const saved = await tx.each(
		orderPlans.importOrder,
		[...orders.values()].map((row) => ({
			source,
			order_id: row.orderId,
			customer_id: row.ref ? (people.get(JSON.stringify(row.ref)) ?? null) : null,
			kind: row.kind,
			status: row.kind === 'refund' ? 'refunded' : (row.status ?? 'placed'),
			ordered_at: row.orderedAt,
			currency: row.currency,
			total_e4: null,
			discount_e4: null,
			cart_id: null,
			source_campaign: row.sourceCampaign ?? null,
			body_hash: null,
			updated_at: now,
		})),
	);
	return new Map(saved.map((row) => [`${row.kind}\u0000${row.order_id}`, row.id]));
}

/** A customer made by an import was there at the first of its orders in the batch. */
function earliest(named: readonly { row: OrderLineRow; ref: unknown }[]): (place: number) => number | undefined {
	const first = new Map<string, number>();
	for (const { row, ref } of named) {
		const name = JSON.stringify(ref);
		first.set(name, Math.min(first.get(name) ?? row.orderedAt, row.orderedAt));
	}
	const instants = [...first.values()];
	return (place) => instants[place];
}

function tally<T>(answers: readonly ItemAnswer<T>[], isDuplicate: (one: T) => boolean): ImportedBatch {
	const batch: ImportedBatch = { accepted: 0, duplicates: 0, rejected: [] };
	answers.forEach((answer, index) => {
		if (!answer.ok) batch.rejected.push({ index, reason: answer.message });
		else if (isDuplicate(answer)) batch.duplicates += 1;
		else batch.accepted += 1;
	});
	return batch;
}
