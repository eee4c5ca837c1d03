import { noteChanges, noteFilledIn } from '../features/changes';
import { datesChanged } from '../journeys/dates/changed';
import { segmentsChanged } from '../segments/changed';
import type { CustomerRef } from '../customers/identity';
import { refusal } from '../customers/refusal';
import { idsOf, lockCustomers, resolveCustomers } from '../customers/resolve';
import { orderPlans, type OrderRow } from '../store/plans/ingestPlans';
import { write, type Tx } from '../store/port';
import type { ImportedBatch } from './importedBatch';
import type { OrderLineRow } from './import/orderLineRow';
import { bounded, LineCounter } from './lineCounter';
import { ProductMentions } from './saveOrders';
import { faultOf } from './soundItems';

/** What one call takes in. */
export interface ImportOrderLines {
	/** Names this run of the file: identical lines count once per run (import.md, line identity). Two runs of one file at the same time would miscount. */
	run: string;
	rows: OrderLineRow[];
	source: string;
}

/** Order lines of one import run, in any order; lines of an order may come in several batches. */
export const importOrderLines = write(async (tx, { run, rows, source }: ImportOrderLines): Promise<ImportedBatch> => {
	const people = await peopleOf(tx, rows);
	const orders = await OrderGroups.of(tx, source, rows);
	const products = new ProductMentions();
	const rejected: ImportedBatch['rejected'] = [];
	rows.forEach((row, index) => {
		const who = row.ref === undefined ? undefined : people.get(refName(row.ref));
		const reason = typeof who === 'string' ? who : (orders.reasonAgainst(row) ?? (isSound(row) ? undefined : faultOf(row)));
		if (reason !== undefined) return void rejected.push({ index, reason });
		orders.add(row, who as number | undefined);
		products.add(row.productId, row.productName, row.category);
	});
	const refs = await orders.save(tx, run);
	const counter = await LineCounter.load(tx, refs.filter(({ known }) => known).map(({ id, importRun }) => ({ id, isNewToRun: importRun !== run })));
	for (const { id, lines } of refs) for (const line of lines) counter.count(id, line);
	await tx.each(orderPlans.putLine, counter.changed());
	await tx.change(orderPlans.setLinesSum, refs.flatMap(({ id, linesSum }) => (linesSum === undefined || linesSum === counter.sumOf(id) ? [] : [{ id, lines_e4: counter.sumOf(id) }])));
	const now = await tx.now();
	await products.save(tx, now);
	const buyers = [...people.values()].flatMap((who) => (typeof who === 'number' ? [who] : []));
	await datesChanged(tx, { orders: refs.map(({ id }) => id), bought: buyers }, now, true);
	// Orders that are new are found by their numbers.
	noteChanges(tx, refs.flatMap(({ id, owners, moved }) => (moved || counter.grown.has(id) ? owners : [])), 'orders');
	await noteFilledIn(tx, buyers);
	await segmentsChanged(tx, buyers, now, true);
	return { accepted: counter.accepted, duplicates: rows.length - rejected.length - counter.accepted, rejected };
});

/** The customers by {@link refName}: their number, or why the rows of one are rejected. */
async function peopleOf(tx: Tx, rows: readonly OrderLineRow[]): Promise<Map<string, number | string>> {
	const refs = new Map<string, { ref: CustomerRef; firstAt: number }>();
	for (const { ref, orderedAt } of rows) {
		if (ref === undefined) continue;
		const known = refs.get(refName(ref));
		if (!known) refs.set(refName(ref), { ref, firstAt: orderedAt });
		else if (orderedAt < known.firstAt) known.firstAt = orderedAt;
	}
	const distinct = [...refs.values()];
	// A customer made by an import was there at the first of the orders.
	const resolved = await resolveCustomers(tx, distinct.map((one) => one.ref), { create: true, at: (place) => distinct[place].firstAt });
	// Where others write too, an erasure or a merge at this moment must not miss what is written here.
	if (!tx.soleWriter) await lockCustomers(tx, idsOf(resolved));
	return new Map([...refs.keys()].map((name, place) => {
		const who = resolved[place];
		return [name, who.found ? who.id : refusal(who.why).message];
	}));
}

/** Rows have mostly an id and nothing else; that way is the quick one. */
function refName(ref: CustomerRef): string {
	const { customerId, email, phone, externalIds } = ref;
	return email === undefined && phone === undefined && externalIds === undefined ? `id ${customerId}` : JSON.stringify([customerId, email, phone, externalIds]);
}

/** Millions of rows come this way, so only what looks wrong is looked at closely. */
function isSound(row: OrderLineRow): boolean {
	return (
		Number.isSafeInteger(row.orderedAt) &&
		Number.isSafeInteger(row.priceE4) &&
		Number.isSafeInteger(row.amountE4) &&
		row.quantity > 0 &&
		row.quantity < Number.POSITIVE_INFINITY &&
		!BROKEN.test(`${row.orderId}${row.productId ?? ''}${row.productName ?? ''}${row.category ?? ''}${row.sourceCampaign ?? ''}${row.currency}`)
	);
}

const BROKEN = /[\0\p{Cs}]/u;

interface Group {
	first: OrderLineRow;
	customerId: number | null;
	orderedAt: number;
	currency: string;
	known: OrderRow | undefined;
	lines: OrderLineRow[];
}

type Saved = { id: number; total_e4: number | null; lines_e4: number | null };

/** The rows of a batch by order. */
class OrderGroups {
	private readonly groups = new Map<string, Group>();

	private constructor(
		private readonly source: string,
		private readonly known: ReadonlyMap<string, OrderRow>,
	) {}

	static async of(tx: Tx, source: string, rows: readonly OrderLineRow[]): Promise<OrderGroups> {
		const keys = new Map<string, { source: string; order_id: string; kind: string }>();
		for (const row of rows) {
			const name = orderName(row.kind, row.orderId);
			if (!keys.has(name) && !BROKEN.test(row.orderId)) keys.set(name, { source, order_id: row.orderId, kind: row.kind });
		}
		const known = await tx.each(orderPlans.lockByIds, [...keys.values()]);
		return new OrderGroups(source, new Map(known.map((row) => [orderName(row.kind, row.order_id), row])));
	}

	/** Amounts of two currencies in one order cannot be added up. */
	reasonAgainst(row: OrderLineRow): string | undefined {
		const name = orderName(row.kind, row.orderId);
		const currency = this.groups.get(name)?.currency ?? this.known.get(name)?.currency;
		return currency === undefined || currency === row.currency ? undefined : `the order is in ${currency} and this line in ${row.currency}`;
	}

	add(row: OrderLineRow, customerId: number | undefined): void {
		const name = orderName(row.kind, row.orderId);
		const group = this.groups.get(name);
		if (!group) {
			this.groups.set(name, { first: row, customerId: customerId ?? null, orderedAt: row.orderedAt, currency: row.currency, known: this.known.get(name), lines: [row] });
			return;
		}
		group.lines.push(row);
		group.customerId ??= customerId ?? null;
		if (row.orderedAt < group.orderedAt) group.orderedAt = row.orderedAt;
	}

	/** @returns the orders' numbers with their lines; `known`: lines of the order may be in the store already; `owners`: whose order it was before and is now, where it was there; `moved`: it has another date or customer now; `linesSum`: what its lines are said to come to, undefined where it has a total that counts */
	async save(tx: Tx, run: string): Promise<{ id: number; known: boolean; importRun: string | null; lines: OrderLineRow[]; owners: number[]; moved: boolean; linesSum: number | null | undefined }[]> {
		const rows = [...this.groups.values()].map(({ first, customerId, orderedAt, currency, lines }) => ({
			source: this.source,
			order_id: first.orderId,
			customer_id: customerId,
			kind: first.kind,
			status: first.kind === 'refund' ? 'refunded' : (first.status ?? 'placed'),
			ordered_at: orderedAt,
			currency,
			total_e4: null,
			// Of an order that is there already nothing changes here.
			lines_e4: bounded(lines.reduce((sum, { amountE4 }) => sum + amountE4, 0)),
			discount_e4: null,
			cart_id: null,
			source_campaign: first.sourceCampaign ?? null,
			body_hash: null,
			// Says nothing of a version: what the shop sends later always counts as newer.
			updated_at: orderedAt,
			import_run: run,
		}));
		const saved = new Map((await tx.each(orderPlans.importOrder, rows)).map((row) => [orderName(row.kind, row.order_id), row]));
		// Where others write too, another worker may have made the order since it was looked up.
		return [...this.groups].map(([name, { known, lines, customerId, orderedAt }]) => {
			const { id, total_e4, lines_e4 } = saved.get(name) as Saved;
			return { id, known: known !== undefined || !tx.soleWriter, importRun: known?.import_run ?? null, lines, owners: known ? [customerId ?? [], known.customer_id ?? []].flat() : [], moved: known !== undefined && (orderedAt < known.ordered_at || known.customer_id === null), linesSum: total_e4 === null ? lines_e4 : undefined };
		});
	}
}

const orderName = (kind: string, orderId: string) => `${kind} ${orderId}`;
